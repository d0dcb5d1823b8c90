use cache_core::{Model, cached};

#[derive(Model)]
#[model(name = "shop.product", id = i64)]
struct Product;

#[cached(invalidate_on = [Product(each id)])]
fn one(id: i64) -> i64 { id }

#[cached(invalidate_on = [Product(each ret)])]
fn result(id: i64) -> i64 { id }

fn main() {}
