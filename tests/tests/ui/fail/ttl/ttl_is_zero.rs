use cache_core::cached;

#[cached(ttl = "0s")]
fn name(id: u64) -> u64 { id }

fn main() {}
