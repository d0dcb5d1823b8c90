use cache_core::{Model, cached};

#[derive(Model)]
#[model(name = "shop.line", id = (i64, String))]
struct Line;

#[cached(invalidate_on = [Line(order, sku)])]
fn swapped(order: String, sku: i64) -> i64 { let _ = order; sku }

#[cached(invalidate_on = [Line(order)])]
fn too_few(order: i64) -> i64 { order }

#[cached(invalidate_on = [Line(order, sku, 5)])]
fn too_many(order: i64, sku: &str) -> i64 { let _ = sku; order }

#[derive(Model)]
#[model(name = "shop.product", id = i64)]
struct Product;

#[cached(invalidate_on = [Product(a, b)])]
fn of_a_single_one(a: i64, b: i64) -> i64 { a + b }

fn main() {}
