#[cache_core::methods]
fn price(id: u64) -> u64 { id }

#[cache_core::methods]
struct Catalog;

fn main() {}
