use cache_core::cached;

#[cached("15m")]
fn text(id: u64) -> u64 { id }

#[cached(, local)]
fn comma_first(id: u64) -> u64 { id }

#[cached(local,, ttl = "15m")]
fn two_commas(id: u64) -> u64 { id }

#[cached(local; ttl = "15m")]
fn semicolon(id: u64) -> u64 { id }

fn main() {}
