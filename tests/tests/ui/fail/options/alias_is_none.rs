use cache_core::cached;

struct Prices;

#[cached(alias = Prices)]
fn price(id: u64) -> u64 { id }

fn main() {}
