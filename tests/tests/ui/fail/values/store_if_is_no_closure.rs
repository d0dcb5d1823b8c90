use cache_core::cached;

fn worth(value: &u64) -> bool { *value > 0 }

#[cached(store_if = worth)]
fn price(id: u64) -> u64 { worth(&id); id }

fn main() {}
