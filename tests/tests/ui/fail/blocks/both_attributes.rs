use cache_core::{Model, cached, invalidates};

#[derive(Model)]
#[model(name = "ui.both", id = u64)]
struct Product;

struct Catalog;

#[cache_core::methods]
impl Catalog {
    #[cached(skip(self))]
    #[invalidates(Product(id))]
    fn price(&self, id: u64) -> u64 { id }
}

fn main() {}
