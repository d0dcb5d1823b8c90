use cache_core::cached;

#[cached(none_ttl = "30s")]
fn price(id: u64) -> u64 { id }

#[cached(none_ttl = "off")]
fn prices(id: u64) -> Result<Vec<u64>, String> { Ok(vec![id]) }

fn main() {}
