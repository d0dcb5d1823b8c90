use cache_core::cached;

#[cached(tll = "15m")]
fn misspelt(id: u64) -> u64 { id }

#[cached(stale_if_error = "1h")]
fn not_yet(id: u64) -> u64 { id }

fn main() {}
