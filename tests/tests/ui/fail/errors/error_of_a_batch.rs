use std::collections::HashMap;

use cache_core::cached;

#[cached(each = ids, err_ttl = "2s")]
async fn prices(ids: &[u64]) -> Result<HashMap<u64, u64>, String> { Ok(ids.iter().map(|id| (*id, *id)).collect()) }

fn main() {}
