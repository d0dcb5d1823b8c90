use cache_core::cached;

#[cached(local ttl = "15m")]
fn price(id: u64) -> u64 { id }

fn main() {}
