use cache_core::{Model, invalidates};

#[derive(Model)]
#[model(name = "shop.product", id = i64)]
struct Product;

#[invalidates(Product(id), on = ok, on = always)]
fn save(id: i64) -> Result<(), String> { let _ = id; Ok(()) }

fn main() {}
