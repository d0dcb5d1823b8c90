use cache_core::cached;

#[cached(early)]
fn without(id: u64) -> u64 { id }

#[cached(early = "1.0")]
fn text(id: u64) -> u64 { id }

#[cached(early = 0.0)]
fn zero(id: u64) -> u64 { id }

#[cached(early = 5_000)]
fn too_large(id: u64) -> u64 { id }

#[cached(early = -1.0)]
fn negative(id: u64) -> u64 { id }

#[cached(early = "30s")]
fn a_time(id: u64) -> u64 { id }

fn main() {}
