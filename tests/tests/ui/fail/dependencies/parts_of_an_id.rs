use cache_core::{Model, cached};

#[derive(Model)]
#[model(name = "ui.product", id = i64)]
struct Product;

#[cached(invalidate_on = [Product(id: id)])]
fn colon(id: i64) -> i64 { id }

#[cached(invalidate_on = [Product(id = id)])]
fn equals(id: i64) -> i64 { id }

#[cached(invalidate_on = [Product(id, a, b, c, d)])]
fn five(id: i64, a: i64, b: i64, c: i64, d: i64) -> i64 { id + a + b + c + d }

fn main() {}
