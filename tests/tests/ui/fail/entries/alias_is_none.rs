use cache_core::Cache;

struct Prices;

async fn price(cache: &Cache) -> Option<u64> {
    cache.entry::<Prices, u64>(5).global().get().await
}

fn main() {}
