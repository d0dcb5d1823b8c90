use cache_core::{NoKey, cached};

#[derive(NoKey)]
struct Catalog;

#[cache_core::methods]
impl Catalog {
    #[cached]
    const TAX: u64 = 20;

    #[cached]
    fn price(&self, id: u64) -> u64 { id + Self::TAX }
}

fn main() {}
