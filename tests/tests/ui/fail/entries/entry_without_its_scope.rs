use cache_core::{Alias, Cache};

#[derive(Alias)]
#[alias(name = "prices")]
struct Prices;

async fn price(cache: &Cache) -> Option<u64> {
    cache.entry::<Prices, u64>(5).get().await
}

fn main() {}
