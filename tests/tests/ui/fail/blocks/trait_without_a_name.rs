use cache_core::{CacheKey, cached};

#[cache_core::methods]
trait Source: CacheKey {
    #[cached(ttl = "1m")]
    fn price(&self, id: u64) -> u64 { id }
}

fn main() {}
