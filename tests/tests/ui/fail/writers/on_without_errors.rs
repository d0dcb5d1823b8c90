use cache_core::{Model, invalidates};

#[derive(Model)]
#[model(name = "shop.product", id = i64)]
struct Product;

#[invalidates(Product(id), on = ok)]
fn nothing(id: i64) { let _ = id; }

#[invalidates(Product(id), on = ok)]
fn number(id: i64) -> i64 { id }

#[invalidates(Product(id), on = |error| error.is_empty())]
fn predicate(id: i64) -> i64 { id }

fn main() {}
