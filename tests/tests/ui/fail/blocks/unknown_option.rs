use cache_core::{NoKey, cached};

#[derive(NoKey)]
struct Catalog;

#[cache_core::methods(ttl = "1m")]
impl Catalog {
    #[cached]
    fn price(&self, id: u64) -> u64 { id }
}

#[cache_core::methods(part = "2")]
impl Catalog {
    #[cached]
    fn tax(&self, id: u64) -> u64 { id }
}

fn main() {}
