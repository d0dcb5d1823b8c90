//! What one attribute on a query and one on its writer give: `cargo run -p examples --bin quickstart`.
//!
//! Every figure that this prints is measured in the run, and every claim is asserted.
//!
//! `cargo run -p examples --features redis --bin quickstart -- --redis redis://localhost:6379` does it in a cache that all processes
//! share which use that server.

use std::collections::HashMap;
use std::error::Error;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use cache_core::{Alias, Model, NoKey, Tenant, cached, invalidates};
use tokio::task::JoinSet;

/// Whose data it is: the argument of this type keeps one shop's values from another's.
#[derive(Tenant, Clone, Copy)]
struct Shop(u32);

/// What values depend on and writers change: a table, whose rows belong to shops.
#[derive(Model)]
#[model(name = "product", per_tenant = Shop, id = u32)]
struct Product;

/// A named cache: what its functions have in common.
#[derive(Alias)]
#[alias(name = "prices", scope = tenant, ttl = "10m")]
struct Prices;

/// A query. Its key is made of its arguments, without the database.
#[cached(alias = Prices, invalidate_on = [Product(id)])]
async fn price(db: &Database, shop: Shop, id: u32) -> u32 {
    db.select_price(shop, id).await
}

/// A writer. When it is over, nothing is served that depends on this product of this shop.
#[invalidates(Product(id))]
async fn set_price(db: &Database, shop: Shop, id: u32, cents: u32) {
    db.update_price(shop, id, cents).await;
}

/// Calls a cached function, and so depends on what that one depends on.
#[cached(alias = Prices)]
async fn total(db: &Database, shop: Shop, products: &[u32]) -> u32 {
    let mut total = 0;
    for id in products {
        total += price(db, shop, *id).await;
    }
    total
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // `-- --graph mermaid` shows what is declared above, in place of what it does; or `text`, `json`, `dot`.
    if let Some(format) = after("--graph") {
        print!("{}", cache_core::graph().render(format.parse()?));
        return Ok(());
    }
    if let Some(url) = after("--redis") {
        share(&url)?;
    }

    let db = Arc::new(Database::default());
    for (shop, id, cents) in [(Shop(1), 5, 400), (Shop(1), 6, 250), (Shop(2), 5, 900)] {
        set_price(&db, shop, id, cents).await;
    }
    a_slow_query(&db).await;
    a_write(&db).await;
    a_stampede(&db).await;
    a_nested_call(&db).await;
    Ok(())
}

/// What stands behind an argument.
fn after(name: &str) -> Option<String> {
    std::env::args().skip_while(|argument| argument != name).nth(1)
}

/// Before the first cached function is called. Nothing is connected yet, and nothing fails if there is no server.
#[cfg(feature = "redis")]
fn share(url: &str) -> Result<(), Box<dyn Error>> {
    cache_core::Cache::builder().tier(cache_redis::RedisTier::new(url)?).install()?;
    Ok(())
}

#[cfg(not(feature = "redis"))]
fn share(_url: &str) -> Result<(), Box<dyn Error>> {
    Err("`--redis` takes the feature `redis`: `cargo run -p examples --features redis --bin quickstart -- --redis URL`".into())
}

async fn a_slow_query(db: &Database) {
    const HITS: u32 = 1_000;
    let (loaded, miss) = timed(price(db, Shop(1), 5)).await;
    let (served, hits) = timed(async {
        let mut served = Vec::new();
        for _ in 0..HITS {
            served.push(price(db, Shop(1), 5).await);
        }
        served
    })
    .await;
    assert_eq!(loaded, 400);
    assert!(served.iter().all(|price| *price == 400));
    assert_eq!(db.queries(), 1);

    println!("A slow query, cached");
    println!("  key   {}", price::entry(Shop(1), 5).key());
    println!("  miss  {miss:.1?}, the query");
    println!("  hit   {:.1?}, the mean of {HITS}", hits / HITS);
}

async fn a_write(db: &Database) {
    for (shop, id) in [(Shop(1), 5), (Shop(1), 6), (Shop(2), 5)] {
        price(db, shop, id).await;
    }
    set_price(db, Shop(1), 5, 450).await;

    println!("\nA write to product 5 of shop 1");
    for (shop, id, expected) in [(Shop(1), 5, None), (Shop(1), 6, Some(250)), (Shop(2), 5, Some(900))] {
        let cached = price::entry(shop, id).get().await;
        assert_eq!(cached, expected);
        let fate = if cached.is_some() { "still cached" } else { "gone" };
        println!("  shop {}, product {id}: {fate}", shop.0);
    }
    let again = price(db, Shop(1), 5).await;
    assert_eq!(again, 450);
    println!("  shop 1, product 5, asked for again: {again}");
}

async fn a_stampede(db: &Arc<Database>) {
    price::invalidate_all().await;
    let before = db.queries();
    let mut callers = JoinSet::new();
    for _ in 0..100 {
        let db = Arc::clone(db);
        callers.spawn(async move { price(&db, Shop(1), 5).await });
    }
    let (answers, took) = timed(callers.join_all()).await;
    let queries = db.queries() - before;
    assert_eq!(answers, [450; 100]);
    assert_eq!(queries, 1);

    println!("\nA stampede: {} callers at once, nothing cached", answers.len());
    println!("  {queries} query, {} answers, {took:.1?}", answers.len());
}

async fn a_nested_call(db: &Database) {
    let basket = [5, 6];
    let first = total(db, Shop(1), &basket).await;
    set_price(db, Shop(1), 6, 300).await;
    let cached = total::entry(Shop(1), &basket).get().await;
    let before = db.queries();
    let second = total(db, Shop(1), &basket).await;
    let queries = db.queries() - before;
    assert_eq!((first, cached, second, queries), (700, None, 750, 1));

    println!(
        "\nA nested call: `total` of products 5 and 6 asks for each `price`, and names no product itself"
    );
    println!("  total {first}, cached; then a write to product 6: the total is gone");
    println!("  asked for again: {second}, with {queries} query, for product 5 was still cached");
}

/// A database whose queries take a while, and which counts them.
#[derive(NoKey, Default)]
struct Database {
    prices: Mutex<HashMap<(u32, u32), u32>>,
    queries: AtomicUsize,
}

impl Database {
    async fn select_price(&self, shop: Shop, id: u32) -> u32 {
        self.queries.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(50)).await;
        self.prices.lock().unwrap()[&(shop.0, id)]
    }

    async fn update_price(&self, shop: Shop, id: u32, cents: u32) {
        self.prices.lock().unwrap().insert((shop.0, id), cents);
    }

    fn queries(&self) -> usize {
        self.queries.load(Ordering::Relaxed)
    }
}

/// What it gives, and how long it took.
async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let start = Instant::now();
    let result = work.await;
    (result, start.elapsed())
}
