use cache_core::cached;

#[cached(ttl = "15")]
fn no_unit(id: u64) -> u64 { id }

#[cached(ttl = "1.5h")]
fn fraction(id: u64) -> u64 { id }

#[cached(ttl = "15 minutes")]
fn words(id: u64) -> u64 { id }

#[cached(ttl = "Forever")]
fn upper(id: u64) -> u64 { id }

#[cached(none_ttl = "never")]
fn no_none(id: u64) -> Option<u64> { Some(id) }

#[cached(err_ttl = "off")]
fn no_error(id: u64) -> Result<u64, String> { Ok(id) }

fn main() {}
