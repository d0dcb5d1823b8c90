use cache_core::cached;

#[cached(stale_if_error)]
fn without(id: u64) -> Result<u64, String> { Ok(id) }

#[cached(stale_while_revalidate = 30)]
fn without_a_unit(id: u64) -> u64 { id }

#[cached(load_timeout = "0s")]
fn at_once(id: u64) -> u64 { id }

#[cached(stale_while_revalidate = "forever")]
fn without_end(id: u64) -> u64 { id }

fn main() {}
