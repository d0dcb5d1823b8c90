use cache_core::{Model, invalidates};

#[derive(Model)]
#[model(name = "shop.product", id = i64)]
struct Product;

#[invalidates(Product(id))]
fn save(id: u32) { let _ = id; }

#[invalidates(Product(each ids))]
async fn save_all(ids: Vec<u32>) { let _ = ids; }

#[invalidates(Product(idd))]
fn misspelt(id: i64) { let _ = id; }

fn main() {}
