#![deny(warnings)]

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cache_core::{Model, cached};
use serde::{Deserialize, Serialize};

#[derive(Model)]
#[model(name = "shop.product")]
#[derive(Clone, Serialize, Deserialize)]
pub struct Product {
    #[model(id)]
    id: i64,
    code: String,
}

/// A model whose id is text.
#[derive(Model)]
#[model(name = "shop.code", id = String)]
pub struct Code;

#[cached(invalidate_on = [Product(ret.id), Code(ret.code), Code(&*ret.code), Code(ret.code.as_str())])]
fn plain(id: i64) -> Product {
    Product { id, code: id.to_string() }
}

#[cached(invalidate_on = [Product(ret.id), Code(each [&ret.code])])]
async fn shared(id: i64) -> Result<Option<Arc<Product>>, String> {
    Ok(Some(Arc::new(plain(id))))
}

#[cached(invalidate_on = [Product(each ret.keys()), Code(each ret.values().map(|product| &product.code))])]
async fn map(id: i64) -> Option<BTreeMap<i64, Product>> {
    Some(BTreeMap::from([(id, plain(id))]))
}

#[cached(local, invalidate_on = [Product(each ret)])]
fn slice(ids: &[i64]) -> Arc<[i64]> {
    ids.into()
}

#[cached(invalidate_on = [Product(each ids), Product(*first), Product(each *more), Code(each codes)])]
fn arguments(ids: &[i64], first: &i64, more: &Vec<i64>, codes: [&str; 2]) -> HashMap<i64, i64> {
    let _ = (first, codes);
    ids.iter().zip(more).map(|(one, other)| (*one, *other)).collect()
}

fn main() {
    plain(5);
    slice(&[5]);
    assert_eq!(arguments(&[5], &6, &vec![7], ["a", "b"]).len(), 1);
    let _ = (shared(5), map(5));
}
