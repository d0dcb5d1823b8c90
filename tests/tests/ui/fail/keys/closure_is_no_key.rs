use cache_core::cached;

#[cached]
fn apply<F: Fn(u64) -> u64>(with: F, id: u64) -> u64 { with(id) }

fn main() {}
