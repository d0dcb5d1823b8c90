use cache_core::cached;

const VERSION: u32 = 2;

#[cached(version = 0)]
fn zero(id: u64) -> u64 { id }

#[cached(version = "2")]
fn text(id: u64) -> u64 { id }

#[cached(version = -1)]
fn negative(id: u64) -> u64 { id }

#[cached(version = VERSION)]
fn constant(id: u64) -> u64 { id }

#[cached(version = 2u32)]
fn typed(id: u64) -> u64 { id }

fn main() {}
