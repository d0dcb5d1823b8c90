use cache_core::{Alias, cached};

#[derive(Alias)]
#[alias(tll = "15m", jitter = 2.0)]
struct Prices;

// The alias is still there: no error here.
#[cached(alias = Prices)]
fn price(id: u64) -> u64 { id }

fn main() {}
