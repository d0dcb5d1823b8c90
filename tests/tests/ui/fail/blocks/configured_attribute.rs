use cache_core::{NoKey, cached};

#[derive(NoKey)]
struct Catalog;

#[cache_core::methods]
impl Catalog {
    #[cfg_attr(all(), cached(ttl = "1m"))]
    fn price(&self, id: u64) -> u64 { id }
}

fn main() {}
