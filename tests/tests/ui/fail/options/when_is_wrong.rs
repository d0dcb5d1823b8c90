use cache_core::cached;

#[cached(when = id)]
fn not_a_bool(id: u64) -> u64 { id }

#[cached(when = refersh)]
fn missing(refresh: bool) -> bool { refresh }

fn main() {}
