use cache_core::cached;

struct Catalog;

impl Catalog {
    #[cached]
    fn price(id: u64) -> u64 { id }
}

fn main() { Catalog::price(5); }
