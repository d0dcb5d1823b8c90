use cache_core::{Model, invalidates};

#[derive(Model)]
#[model(name = "shop.product", id = i64)]
struct Product;

struct Catalog;

impl Catalog {
    #[invalidates(Product(id))]
    fn save(&self, id: i64) { let _ = id; }
}

fn main() {}
