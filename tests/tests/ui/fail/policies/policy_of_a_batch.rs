use std::collections::HashMap;

use cache_core::cached;

#[cached(each = ids, stale_while_revalidate = "30s", early = 1.0)]
fn names(ids: &[u64]) -> HashMap<u64, String> { ids.iter().map(|id| (*id, String::new())).collect() }

fn main() {}
