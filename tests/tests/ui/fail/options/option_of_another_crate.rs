use cache_core::cached;

#[cached(size = 100)]
fn size(id: u64) -> u64 { id }

#[cached(time = 60)]
fn time(id: u64) -> u64 { id }

#[cached(time_to_live = "15m")]
fn time_to_live(id: u64) -> u64 { id }

#[cached(timeout = 60)]
fn timeout(id: u64) -> u64 { id }

#[cached(ttl_secs = 60)]
fn ttl_secs(id: u64) -> u64 { id }

#[cached(result = true)]
fn result(id: u64) -> Result<u64, String> { Ok(id) }

#[cached(sync_writes = "by_key")]
fn sync_writes(id: u64) -> u64 { id }

#[cached(convert = r#"{ format!("{id}") }"#)]
fn convert(id: u64) -> u64 { id }

#[cached(tags = ["product"])]
fn tags(id: u64) -> u64 { id }

#[cached(condition = id > 0, unless = id > 5)]
fn condition(id: u64) -> u64 { id }

#[cached(in_impl = true)]
fn in_impl(id: u64) -> u64 { id }

fn main() {}
