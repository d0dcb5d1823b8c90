use std::collections::{HashMap, HashSet};

use cache_core::cached;

#[cached]
fn map(prices: HashMap<u64, u64>) -> u64 { prices.len() as u64 }

#[cached]
async fn set(ids: &HashSet<u64>) -> u64 { ids.len() as u64 }

fn main() {}
