use cache_core::{Alias, Cache};

#[derive(Alias)]
#[alias(name = "prices")]
struct Prices;

#[derive(Clone)]
struct Price(u64);

async fn price(cache: &Cache) -> u64 {
    cache.entry::<Prices, Price>(5).global().get_or_set(|| async { Price(7) }).await.0
}

fn main() {}
