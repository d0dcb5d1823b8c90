use cache_core::{Model, invalidates};

#[derive(Model)]
#[model(name = "shop.product", id = i64)]
struct Product;

#[invalidates(Product(id), ttl = "15m")]
fn save(id: i64) { let _ = id; }

fn main() {}
