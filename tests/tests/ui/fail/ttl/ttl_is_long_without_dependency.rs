use cache_core::cached;

#[cached(ttl = "5h")]
fn long(id: u64) -> u64 { id }

#[cached(ttl = "forever")]
fn endless(id: u64) -> u64 { id }

fn main() {}
