use cache_core::cached;

#[cached(tll = "15m")]
fn misspelt(id: u64) -> u64 { id }

#[cached(database = "redis")]
fn of_another_kind(id: u64) -> u64 { id }

fn main() {}
