use cache_core::{KeyName, cached};

#[cached]
fn argument<T: KeyName>(value: T) -> u64 { drop(value); 1 }

#[cached]
fn returned<T: KeyName + Default>(id: u64) -> T { let _ = id; T::default() }

fn main() {}
