use cache_core::cached;

#[cached]
fn returned(id: u64) -> impl Iterator<Item = u64> { 0..id }

#[cached]
fn within(id: u64) -> Option<impl Iterator<Item = u64>> { Some(0..id) }

fn main() {}
