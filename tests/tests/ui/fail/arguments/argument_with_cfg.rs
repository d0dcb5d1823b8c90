use cache_core::{Model, cached, invalidates};

#[derive(Model)]
#[model(name = "product", id = u64)]
struct Product;

#[cached]
fn price(id: u64, #[cfg(any())] currency: Currency) -> u64 { id }

#[invalidates(Product(id))]
fn set_price(#[cfg(all())] id: u64) { let _ = id; }

struct Catalog;

#[cache_core::methods]
impl Catalog {
    #[cached(skip(self))]
    fn name(&self, #[cfg(any())] language: Language) -> u64 { 5 }
}

fn main() {}
