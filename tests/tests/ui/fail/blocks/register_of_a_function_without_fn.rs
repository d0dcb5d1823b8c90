use cache_core::{KeyName, cached};

#[cached(skip(T))]
fn count<T: KeyName>(id: u64) -> u64 { id }

cache_core::register!(count<u64>);

fn main() { count::<u64>(5); }
