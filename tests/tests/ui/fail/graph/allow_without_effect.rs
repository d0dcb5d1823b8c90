use cache_core::{Alias, Model, Tenant, cached, invalidates};

#[derive(Model)]
#[model(name = "product", id = u64, allow(unused_alias))]
struct Product;

#[derive(Alias)]
#[alias(name = "prices", allow(unused_alias, dependency_never_invalidated))]
struct Prices;

#[derive(Tenant)]
#[tenant(allow(writer_without_tenant))]
struct Org(u64);

#[cached(alias = Prices, invalidate_on = [Product(id)], allow(unused_alias, ttl_over_max, ttl_over_max))]
fn price(id: u64) -> u64 { id }

#[invalidates(Product, allow(ttl_over_max, empty_registry))]
fn reprice() {}

fn main() {}
