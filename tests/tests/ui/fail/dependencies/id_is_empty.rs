use cache_core::{Model, cached};

#[derive(Model)]
#[model(name = "shop.product", id = i64)]
struct Product;

#[cached(invalidate_on = [Product()])]
fn price(id: i64) -> i64 { id }

fn main() {}
