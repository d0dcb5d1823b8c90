use cache_core::cached;

#[allow(non_camel_case_types)]
pub struct price {}

#[cached]
fn price(id: u64) -> u64 { id }

pub mod tax {}

#[cached]
fn tax(id: u64) -> u64 { id }

fn main() {}
