use cache_core::cached;

#[cached(err_ttl = "2s")]
fn price(id: u64) -> u64 { id }

fn main() {}
