use std::collections::HashMap;

use cache_core::cached;

struct Filter;

#[cached]
fn float(limit: f64) -> u64 { limit as u64 }

#[cached]
fn map(prices: HashMap<u64, u64>) -> u64 { prices.len() as u64 }

#[cached]
fn own(filter: &Filter, id: u64) -> u64 { let _ = filter; id }

#[cached]
fn within(filters: Vec<Filter>) -> u64 { filters.len() as u64 }

fn main() {}
