use cache_core::cached;

#[cached(local = true)]
fn price(id: u64) -> u64 { id }

#[cached(pure(id))]
fn square(id: u64) -> u64 { id * id }

fn main() {}
