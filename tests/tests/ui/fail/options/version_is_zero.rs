use cache_core::cached;

#[cached(version = 0)]
fn price(id: u64) -> u64 { id }

#[cached(version = "2")]
fn text(id: u64) -> u64 { id }

fn main() {}
