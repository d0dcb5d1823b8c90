use cache_core::{Alias, Model, cached, invalidates};

#[derive(Alias)]
#[alias(name = "prices", allow(unused_alais))]
struct Prices;

#[derive(Model)]
#[model(name = "product", id = u64, allow(unused_model, dependency_never_invalidated))]
struct Product;

#[cached(alias = Prices, invalidate_on = [Product(id)], allow(never_invalidated, ttl_over_mx))]
fn price(id: u64) -> u64 { id }

#[invalidates(Product, allow(writer_without_tenants))]
fn set_price(_: u64) {}

fn main() {
    price(5);
    set_price(5);
}
