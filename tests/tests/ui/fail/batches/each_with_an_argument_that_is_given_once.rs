use std::collections::HashMap;

use cache_core::{NoKey, cached};

#[derive(NoKey)]
struct Connection;

#[cached(each = ids)]
async fn prices(connection: &mut Connection, ids: &[u64]) -> HashMap<u64, u64> {
    let _ = connection;
    ids.iter().map(|id| (*id, *id)).collect()
}

fn main() {}
