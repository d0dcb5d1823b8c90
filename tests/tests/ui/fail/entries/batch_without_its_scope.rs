use cache_core::{Alias, Cache};

#[derive(Alias)]
#[alias(name = "prices")]
struct Prices;

async fn prices(cache: &Cache, ids: &[u64]) -> Vec<Option<u64>> {
    cache.entries::<Prices, u64, _>(ids).get_many().await
}

fn main() {}
