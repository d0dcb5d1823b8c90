use cache_core::{Model, cached};

#[derive(Model)]
#[model(name = "shop.product", id = i64)]
struct Product;

#[cached(invalidate_on = [Product(product_idd)])]
fn price(product_id: i64) -> i64 { product_id }

fn main() {}
