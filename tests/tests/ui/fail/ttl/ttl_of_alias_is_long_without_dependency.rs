use cache_core::{Alias, cached};

#[derive(Alias)]
#[alias(name = "prices", ttl = "1d")]
struct Prices;

#[cached(alias = Prices)]
fn price(id: u64) -> u64 { id }

fn main() {}
