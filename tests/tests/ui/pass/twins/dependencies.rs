//! Models and rows, as they are named.

use cache_core::{Model, cached};
use serde::{Deserialize, Serialize};

use crate::Org;

#[derive(Model, Clone, Serialize, Deserialize)]
#[model(name = "dependencies.product")]
struct Product {
    #[model(id)]
    id: i64,
}

#[derive(Model)]
#[model(name = "dependencies.line", id = (i64, String))]
struct Line;

#[derive(Model)]
#[model(name = "dependencies.role", per_tenant = Org, id = i64)]
struct Role;

/// Its rows have no names: the whole is what there is.
#[derive(Model)]
#[model(name = "dependencies.settings")]
struct Settings;

mod shop {
    pub(super) use super::Product as Article;
}

#[cached(invalidate_on = [Settings, Product(id), shop::Article(id + 1)])]
fn model_and_rows(id: i64) -> i64 {
    id
}

#[cached(invalidate_on = [Line(order, sku)])]
fn composite(order: i64, sku: &str) -> i64 {
    order + sku.len() as i64
}

#[cached(invalidate_on = [Product(each ids), Line(each lines)])]
fn lists(ids: &[i64], lines: Vec<(i64, String)>) -> i64 {
    (ids.len() + lines.len()) as i64
}

#[cached(invalidate_on = [Product(ret.id), Settings])]
fn found(name: &str) -> Result<Option<Product>, String> {
    Ok(Some(Product { id: name.len() as i64 }))
}

#[cached(invalidate_on = [Product(each ret.iter().map(|product| product.id))])]
fn all(count: i64) -> Vec<Product> {
    (0..count).map(|id| Product { id }).collect()
}

#[cached(invalidate_on = [across(Role)])]
fn in_all_tenants(id: i64) -> i64 {
    id
}

/// A row of its tenant's, and another model of all tenants.
#[cached(per_tenant, invalidate_on = [Role(id), across(Settings)])]
fn in_its_tenant(org: Org, id: i64) -> i64 {
    org.0 + id
}

pub(crate) fn main() {
    assert_eq!((model_and_rows(5), composite(5, "a"), lists(&[5], vec![(5, "a".into())])), (5, 6, 2));
    assert!(found("abc").is_ok_and(|found| found.is_some_and(|product| product.id == 3)));
    assert_eq!((all(3).len(), in_all_tenants(5), in_its_tenant(Org(1), 5)), (3, 5, 6));
}
