use cache_core::{cached, invalidates};

struct Catalog;

#[cached]
impl Catalog {
    fn price(&self, id: u64) -> u64 { id }
}

#[invalidates(Catalog)]
trait Shop {
    fn price(&self, id: u64) -> u64 { id }
}

fn main() { Catalog.price(5); }
