//! Where functions stand in real code: a repository for all models, a trait, a service. `cargo run -p examples --bin
//! methods`.
//!
//! Every claim that this prints is asserted.

use std::marker::PhantomData;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use cache_core::{CacheKey, Everywhere, KeyName, Model, NoKey, cached, invalidates};

#[derive(Model)]
#[model(name = "shop.product", id = u64)]
struct Product;

#[derive(Model)]
#[model(name = "shop.order", id = u64)]
struct Order;

static QUERIES: AtomicU32 = AtomicU32::new(0);

fn query(what: &str, id: u64) -> String {
    QUERIES.fetch_add(1, Relaxed);
    format!("{what} {id}")
}

/// One repository for all models. Connections are not part of a key; the model is, by its name.
#[derive(NoKey)]
struct Repo<M>(PhantomData<M>);

#[cache_core::methods]
impl<M: Model<Id = u64, Scope = Everywhere>> Repo<M> {
    #[cached(invalidate_on = [M(id)])]
    async fn get(&self, id: u64) -> String {
        query(M::NAME, id)
    }

    #[invalidates(M(id))]
    async fn save(&self, id: u64, _value: &str) {}
}

// What a generic block depends on is known of its instances only: for the graph of a program they are named.
cache_core::register!(Repo<Product>);
cache_core::register!(Repo<Order>);

/// A price list: its `self` is part of the key, by its fields.
#[derive(CacheKey, Clone, Copy)]
struct PriceList {
    currency: &'static str,
}

/// A trait whose default method is cached: for each implementation by itself, by the name of its type.
#[cache_core::methods]
trait Prices: KeyName + CacheKey {
    fn factor(&self) -> u64;

    #[cached(ttl = "10m", invalidate_on = [Product(id)])]
    fn price(&self, id: u64) -> u64 {
        QUERIES.fetch_add(1, Relaxed);
        id * self.factor()
    }
}

impl Prices for PriceList {
    fn factor(&self) -> u64 {
        if self.currency == "EUR" { 3 } else { 4 }
    }
}

/// Runs it, and says how many queries it took.
async fn counted<T>(what: &str, work: impl Future<Output = T>) -> u32 {
    let before = QUERIES.load(Relaxed);
    work.await;
    let queries = QUERIES.load(Relaxed) - before;
    println!("  {what}: {queries} {}", if queries == 1 { "query" } else { "queries" });
    queries
}

#[tokio::main]
async fn main() {
    let (products, orders) = (Repo::<Product>(PhantomData), Repo::<Order>(PhantomData));
    println!("A generic block: `Repo<Product>` and `Repo<Order>` share code, and no keys");
    println!("  {}", products.get_entry(5).key());
    println!("  {}", orders.get_entry(5).key());
    let both = async { (products.get(5).await, orders.get(5).await) };
    assert_eq!(both.await, ("shop.product 5".into(), "shop.order 5".into()));
    assert_eq!(counted("both again", async { (products.get(5).await, orders.get(5).await) }).await, 0);

    println!("\nA write to product 5");
    products.save(5, "new").await;
    assert_eq!(counted("product 5", products.get(5)).await, 1);
    assert_eq!(counted("order 5", orders.get(5)).await, 0);

    println!("\nA default method of a trait: `self` is part of the key");
    let (euro, dollar) = (PriceList { currency: "EUR" }, PriceList { currency: "USD" });
    println!("  {}", euro.price_entry(5).key());
    assert_eq!((euro.price(5), dollar.price(5)), (15, 20));
    assert_eq!(counted("both again", async { (euro.price(5), dollar.price(5)) }).await, 0);

    println!("\nWhat is declared, with the instances that were registered");
    for function in cache_core::graph().functions {
        let models: Vec<_> = function.dependencies.iter().map(|dependency| dependency.model).collect();
        let Some(instance) = function.instance else { continue };
        println!("  {} of {instance}: {}", function.name, models.join(", "));
    }
}
