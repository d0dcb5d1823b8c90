use cache_core::cached;

#[cached(ttl = "5h")]
fn long(id: u64) -> u64 { id }

#[cached(ttl = "forever")]
fn endless(id: u64) -> u64 { id }

#[cached(none_ttl = "5h")]
fn of_none(id: u64) -> Option<u64> { Some(id) }

#[cached(err_ttl = "5h")]
fn of_errors(id: u64) -> Result<u64, String> { Ok(id) }

fn main() {}
