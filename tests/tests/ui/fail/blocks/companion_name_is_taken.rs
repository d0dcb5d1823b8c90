use cache_core::{NoKey, cached};

#[derive(NoKey)]
struct Catalog;

#[cache_core::methods]
impl Catalog {
    #[cached]
    fn price(&self, id: u64) -> u64 { id }

    fn price_entry(&self, id: u64) -> u64 { id }

    #[cached(companion = tax)]
    fn rate(&self, id: u64) -> u64 { id }

    #[cached(companion = tax)]
    fn discount(&self, id: u64) -> u64 { id }
}

fn main() { Catalog.price(5); }
