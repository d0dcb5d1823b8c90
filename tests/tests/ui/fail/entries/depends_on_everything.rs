use cache_core::{Alias, Cache, target};

#[derive(Alias)]
#[alias(name = "prices")]
struct Prices;

async fn price(cache: &Cache) -> Option<u64> {
    cache.entry::<Prices, u64>(5).global().depends_on(target::everything()).get().await
}

fn main() {}
