use cache_core::{Model, invalidates};

#[derive(Model)]
#[model(name = "shop.product", id = i64)]
struct Product;

#[invalidates(Product(id), on = |error| error.len() as i64 > id)]
fn save(id: i64) -> Result<(), String> { let _ = id; Ok(()) }

fn main() {}
