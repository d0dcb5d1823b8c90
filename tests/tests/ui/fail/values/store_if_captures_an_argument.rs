use cache_core::cached;

#[cached(store_if = |price| *price > id)]
fn price(id: u64) -> u64 { id }

fn main() {}
