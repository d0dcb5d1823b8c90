use cache_core::cached;

#[cached(store_if = |price| price.is_empty())]
fn method(id: u64) -> u64 { id }

#[cached(store_if = |price| *price)]
fn not_a_bool(id: u64) -> u64 { id }

#[cached(store_if = |price, id| *price > *id)]
fn two(id: u64) -> u64 { id }

fn main() {}
