//! One call for many keys.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cache_core::{Model, NoKey, cached};

#[derive(Model)]
#[model(name = "batches.product", id = u64)]
struct Product;

#[derive(NoKey)]
struct Connection;

#[cached(each = ids, invalidate_on = [Product(each ids)])]
fn slice(shop: u64, ids: &[u64]) -> HashMap<u64, u64> {
    ids.iter().map(|id| (*id, shop)).collect()
}

#[cached(each = ids, none_ttl = "1s")]
async fn owned(connection: &Connection, ids: Vec<u64>) -> Result<BTreeMap<u64, Option<u64>>, String> {
    let _ = connection;
    Ok(ids.into_iter().map(|id| (id, Some(id))).collect())
}

/// In place of what is given to the body once: what can be cloned.
#[cached(each = ids)]
async fn again(connection: Arc<Connection>, ids: &Vec<u64>) -> HashMap<u64, u64> {
    let _ = connection;
    ids.iter().map(|id| (*id, *id)).collect()
}

pub(crate) fn main() {
    assert_eq!((slice(7, &[1, 2]).len(), slice::entry(7, 2).get()), (2, Some(7)));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        assert_eq!(owned(&Connection, vec![1]).await, Ok(BTreeMap::from([(1, Some(1))])));
        assert_eq!(again(Arc::new(Connection), &vec![1]).await, HashMap::from([(1, 1)]));
    });
}
