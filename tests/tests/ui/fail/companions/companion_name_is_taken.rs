use cache_core::cached;

#[allow(non_camel_case_types)]
struct price;

#[cached]
fn price(id: u64) -> u64 { id }

fn main() {}
