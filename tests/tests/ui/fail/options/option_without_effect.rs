use cache_core::cached;

#[cached(pure, local)]
fn stays_anyway(id: u64) -> u64 { id }

#[cached(pure, version = 2)]
fn is_never_read_by_another_program(id: u64) -> u64 { id }

#[cached(local, version = 2)]
fn stays(id: u64) -> u64 { id }

#[cached(skip())]
fn skips_nothing(id: u64) -> u64 { id }

fn main() {}
