use cache_core::cached;

#[cached(stale_if_error = "1h")]
fn plain(id: u64) -> u64 { id }

#[cached(stale_if_error = "1h")]
async fn optional(id: u64) -> Option<u64> { Some(id) }

fn main() {}
