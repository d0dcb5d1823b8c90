use cache_core::cached;

struct Catalog;

#[cache_core::methods]
impl Catalog {
    #[cached(ttl = "1m")]
    fn price(&self, id: u64) -> u64 { id }
}

fn main() {}
