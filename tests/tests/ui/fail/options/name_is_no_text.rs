use cache_core::cached;

#[cached(name = prices)]
fn word(id: u64) -> u64 { id }

#[cached(name = 5)]
fn number(id: u64) -> u64 { id }

#[cached(name = concat!("shop:", "product"))]
fn call(id: u64) -> u64 { id }

fn main() {}
