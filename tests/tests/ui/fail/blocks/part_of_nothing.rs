use cache_core::{NoKey, cached};

#[derive(NoKey)]
struct Catalog;

#[cache_core::methods(part = 2, parts)]
impl Catalog {
    #[cached(ttl = "1m")]
    fn price(&self, id: u64) -> u64 { id }
}

fn main() {}
