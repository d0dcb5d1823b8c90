use cache_core::{Model, cached, invalidates};

#[derive(Model)]
#[model(name = "ui.product", id = u64)]
struct Product;

struct Catalog;

impl Catalog {
    const TAX: u64 = 20;

    #[cached]
    fn price(&self, id: u64) -> u64 { id }

    #[cached]
    fn new(id: u64) -> Option<Self> { (id > 0).then_some(Catalog) }

    #[cached]
    async fn tax(id: u64) -> u64 { id * Self::TAX }

    #[invalidates(Product(id))]
    fn save(&self, id: u64) { let _ = id; }
}

trait Shop {
    #[cached]
    fn price(&self, id: u64) -> u64 { id }
}

fn main() { Catalog.price(5); }
