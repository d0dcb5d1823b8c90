use cache_core::{Model, invalidates};

#[derive(Model)]
#[model(name = "shop.product", id = i64)]
struct Product;

#[invalidates(Product(id), before_commit = true)]
fn save(id: i64) { let _ = id; }

#[invalidates(Product(id), before_commit, before_commit)]
fn save_again(id: i64) { let _ = id; }

fn main() {}
