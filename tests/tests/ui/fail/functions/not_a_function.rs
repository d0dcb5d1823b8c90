use cache_core::cached;

#[cached]
struct Price(u64);

fn main() {}
