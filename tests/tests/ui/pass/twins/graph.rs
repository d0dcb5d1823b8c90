//! What is exempt from the lints on the graph.

use cache_core::{Alias, Model, cached, invalidates};

#[derive(Alias)]
#[alias(name = "graph.prices", allow(unused_alias))]
struct Prices;

#[derive(Model)]
#[model(name = "graph.product", id = u64, allow(dependency_never_invalidated))]
struct Product;

#[cached(alias = Prices, invalidate_on = [Product(id)], allow(duplicate_name, ttl_over_max))]
fn price(id: u64) -> u64 {
    id
}

#[invalidates(Product, allow(writer_without_tenant))]
fn set_price(_: u64) {}

cache_core::check_graph!(snapshot = "cache-graph.json", allow = [empty_registry]);

pub(crate) fn main() {
    price(5);
    set_price(5);
}
