use std::time::Duration;

use cache_core::cached;

const TTL: &str = "15m";

#[cached(ttl = 15m)]
fn no_quotes(id: u64) -> u64 { id }

#[cached(ttl = 900)]
fn seconds(id: u64) -> u64 { id }

#[cached(ttl = Duration::from_secs(9))]
fn duration(id: u64) -> u64 { id }

#[cached(ttl = TTL)]
fn constant(id: u64) -> u64 { id }

#[cached(ttl = 1.5)]
fn fraction(id: u64) -> u64 { id }

#[cached(none_ttl = off)]
fn word(id: u64) -> Option<u64> { Some(id) }

#[cached(err_ttl = None)]
fn none(id: u64) -> Result<u64, String> { Ok(id) }

fn main() {}
