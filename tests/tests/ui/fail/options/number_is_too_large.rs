use cache_core::{Alias, cached};

#[cached(version = 4294967296)]
fn price(id: u64) -> u64 { id }

#[derive(Alias)]
#[alias(name = "prices", max_entries = 99999999999999999999999)]
struct Prices;

fn main() {}
