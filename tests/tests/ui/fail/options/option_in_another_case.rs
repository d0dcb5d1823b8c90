use cache_core::{Alias, cached};

#[derive(Alias)]
#[alias(name = "prices")]
struct Prices;

#[cached(TTL = "15m")]
fn upper(id: u64) -> u64 { id }

#[cached(Alias = Prices)]
fn as_the_trait(id: u64) -> u64 { id }

#[cached(noneTtl = "15m")]
fn camel(id: u64) -> Option<u64> { Some(id) }

fn main() {}
