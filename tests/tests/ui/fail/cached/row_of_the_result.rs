use cache_core::{Model, cached};

#[derive(Model)]
#[model(name = "shop.product", id = i64)]
struct Product;

#[cached(invalidate_on = [Product(ret.id)])]
fn price(id: i64) -> i64 { id }

#[cached(invalidate_on = [Product(each ids)])]
fn prices(ids: Vec<i64>) -> Vec<i64> { ids }

fn main() {}
