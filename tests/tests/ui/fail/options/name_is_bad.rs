use cache_core::cached;

#[cached(name = "price list")]
fn space(id: u64) -> u64 { id }

#[cached(name = "")]
fn empty(id: u64) -> u64 { id }

fn main() {}
