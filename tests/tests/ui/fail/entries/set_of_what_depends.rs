use cache_core::{Alias, Cache, Model, target};

#[derive(Alias)]
#[alias(name = "prices")]
struct Prices;

#[derive(Model)]
#[model(name = "article", id = u64)]
struct Article;

async fn set(cache: &Cache) {
    cache.entry::<Prices, u64>(5).global().depends_on(target::row::<Article>(&5)).set(7).await;
}

fn main() {}
