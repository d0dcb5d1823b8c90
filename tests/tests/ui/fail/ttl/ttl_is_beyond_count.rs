use cache_core::cached;

#[cached(ttl = "99999999999999999999d")]
fn price(id: u64) -> u64 { id }

#[cached(ttl = "99999999999999999999 days")]
fn name(id: u64) -> u64 { id }

fn main() {}
