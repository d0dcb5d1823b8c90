use cache_core::{Model, cached, invalidates};

#[derive(Model)]
#[model(name = "product", id = u64, allow)]
struct Product;

#[cached(invalidate_on = [Product(id)], allow = [ttl_over_max])]
fn price(id: u64) -> u64 { id }

#[invalidates(Product, allow(writer_without_tenant), allow(writer_without_tenant))]
fn set_price(_: u64) {}

fn main() {
    price(5);
    set_price(5);
}
