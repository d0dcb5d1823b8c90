use cache_core::cached;

#[derive(Clone)]
struct Price(u64);

#[cached]
fn price(id: u64) -> Price { Price(id) }

#[cached]
async fn later(id: u64) -> Result<Price, String> { Ok(Price(id)) }

#[cached]
fn many(id: u64) -> Vec<Price> { vec![Price(id)] }

fn main() {}
