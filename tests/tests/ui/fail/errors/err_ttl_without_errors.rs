use cache_core::cached;

#[cached(err_ttl = "2s")]
fn plain(id: u64) -> u64 { id }

#[cached(err_ttl = "2s")]
async fn optional(id: u64) -> Option<u64> { Some(id) }

fn main() {}
