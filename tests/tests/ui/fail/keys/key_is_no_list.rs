use cache_core::cached;

#[cached(key = id)]
fn by_id(id: u64) -> u64 { id }

#[cached(key = (id as f64))]
fn by_float(id: u64) -> u64 { id }

fn main() {}
