use std::collections::HashMap;

use cache_core::cached;

#[cached(each = ids)]
async fn prices(ids: &[u32]) -> HashMap<u64, u64> {
    ids.iter().map(|id| (u64::from(*id), 7)).collect()
}

fn main() {}
