use cache_core::cached;

#[cached(alias = "permissions")]
fn permissions(id: u64) -> u64 { id }

#[cached(crate = "cache_core")]
fn renamed(id: u64) -> u64 { id }

#[cached(cache = "cache")]
fn handle(id: u64) -> u64 { id }

fn main() {}
