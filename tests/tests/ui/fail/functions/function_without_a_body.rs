use cache_core::{Model, cached, invalidates};

#[derive(Model)]
#[model(name = "ui.product", id = u64)]
struct Product;

trait Catalog {
    #[cached]
    fn price(&self, id: u64) -> u64;

    #[invalidates(Product(id))]
    fn save(&self, id: u64);
}

fn main() {}
