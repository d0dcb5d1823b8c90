use cache_core::{Model, NoKey, cached, invalidates};

#[derive(Model)]
#[model(name = "ui.both", id = u64)]
struct Product;

#[derive(NoKey)]
struct Catalog;

#[cache_core::methods]
impl Catalog {
    #[cached]
    #[invalidates(Product(id))]
    fn price(&self, id: u64) -> u64 { id }

    #[cached]
    #[cached]
    fn tax(&self, id: u64) -> u64 { id }
}

fn main() {}
