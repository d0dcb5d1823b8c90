use cache_core::{CacheKey, KeyName, cached};

#[cache_core::methods]
trait Source: KeyName + CacheKey {
    #[cached(ttl = "1m")]
    fn price(&self, id: u64) -> u64;
}

fn main() {}
