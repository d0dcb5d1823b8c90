use cache_core::cached;

#[cached]
fn first<T: Clone>(all: Vec<T>) -> Option<T> { all.first().cloned() }

#[cached]
fn sized<const N: usize>(all: [u64; N]) -> u64 { all.len() as u64 }

fn main() {}
