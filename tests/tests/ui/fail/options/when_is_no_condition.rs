use cache_core::cached;

#[cached(when = |id| id > 5)]
fn closure(id: u64) -> u64 { id }

#[cached(when = "id > 5")]
fn text(id: u64) -> u64 { id }

#[cached(when = id = 5)]
fn assignment(id: u64) -> u64 { id }

fn main() {}
