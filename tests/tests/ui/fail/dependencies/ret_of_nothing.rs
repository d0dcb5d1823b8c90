use cache_core::{Model, cached};

#[derive(Model)]
#[model(name = "ui.product", id = i64)]
struct Product;

#[cached(invalidate_on = [Product(ret.id)])]
fn check(id: i64) -> Result<(), String> { let _ = id; Ok(()) }

fn main() {}
