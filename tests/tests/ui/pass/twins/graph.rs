//! Lints on the graph, and what is exempt from them.

use cache_core::{Alias, Model, Tenant, User, cached, invalidates};

#[derive(Alias)]
#[alias(name = "graph.prices", allow(unused_alias))]
struct Prices;

#[derive(Model)]
#[model(name = "graph.product", id = u64, allow(dependency_never_invalidated))]
struct Product;

#[derive(Tenant)]
#[tenant(name = "graph_shop", allow(duplicate_name))]
struct Shop(u64);

#[derive(User)]
#[user(name = "graph_buyer", allow(duplicate_name))]
struct Buyer(u64);

#[cached(alias = Prices, invalidate_on = [Product(id)], allow(ttl_over_max, duplicate_name))]
fn price(shop: Shop, buyer: Buyer, id: u64) -> u64 {
    shop.0 + buyer.0 + id
}

#[invalidates(Product, allow(writer_without_tenant))]
fn set_price(id: u64) {
    let _ = id;
}

cache_core::check_graph!(snapshot = "cache-graph.json", allow = [unused_alias]);

pub(crate) fn main() {
    assert_eq!(price(Shop(1), Buyer(2), 3), 6);
    set_price(3);
}
