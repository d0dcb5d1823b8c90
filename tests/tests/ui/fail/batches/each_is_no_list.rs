use std::collections::{HashMap, HashSet};

use cache_core::cached;

#[cached(each = ids)]
async fn set(ids: &HashSet<u64>) -> HashMap<u64, u64> {
    ids.iter().map(|id| (*id, *id)).collect()
}

#[cached(each = id)]
async fn one(id: u64) -> HashMap<u64, u64> {
    HashMap::from([(id, id)])
}

fn main() {}
