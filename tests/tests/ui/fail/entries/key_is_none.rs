use cache_core::{Alias, Cache};

#[derive(Alias)]
#[alias(name = "prices")]
struct Prices;

async fn price(cache: &Cache) -> Option<u64> {
    cache.entry::<Prices, u64>(1.5).global().get().await
}

fn main() {}
