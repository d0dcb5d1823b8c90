use std::collections::HashMap;

use cache_core::cached;

#[cached(each = is)]
async fn prices(shop: u64, ids: &[u64]) -> HashMap<u64, u64> {
    ids.iter().map(|id| (*id, shop)).collect()
}

#[cached(each = ids, skip(ids), err_ttl = "2s")]
async fn skipped(shop: u64, ids: &[u64]) -> Result<HashMap<u64, u64>, String> {
    Ok(ids.iter().map(|id| (*id, shop)).collect())
}

fn main() {}
