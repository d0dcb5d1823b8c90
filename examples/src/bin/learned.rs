//! What a value depends on may turn out while it is made: from the result, on the way, from what is called. `cargo run -p
//! examples --bin learned`.
//!
//! Every claim that this prints is asserted.

use std::sync::Mutex;

use cache_core::{Model, cached, depends_on, invalidates, target};

#[derive(Model)]
#[model(name = "shop.product", id = u64)]
struct Product;

/// The price of each product; the id of the product of the day.
static PRICES: Mutex<Vec<(u64, u64)>> = Mutex::new(Vec::new());

fn prices() -> Vec<(u64, u64)> {
    PRICES.lock().expect("nobody panics with it").clone()
}

/// Each product that is found: known when the query has answered. One that isn't among them yet isn't noticed before the
/// value runs out; where it must be, depend on the model, or on a tag that writers invalidate.
#[cached(invalidate_on = [Product(each ret.iter().map(|(id, _)| *id))])]
async fn below(limit: u64) -> Vec<(u64, u64)> {
    prices().into_iter().filter(|(_, price)| *price < limit).collect()
}

/// The one that is found. If there is none, the value depends on the whole model: it may come to be.
#[cached(invalidate_on = [Product(ret.0)])]
async fn cheapest() -> Option<(u64, u64)> {
    prices().into_iter().min_by_key(|(_, price)| *price)
}

/// Said on the way, before what it names is read.
#[cached]
async fn price_of_the_day(day: u64) -> Option<u64> {
    let product = 5 + day % 2;
    depends_on(target::row::<Product>(&product)).await;
    prices().into_iter().find(|(id, _)| *id == product).map(|(_, price)| price)
}

#[invalidates(Product(id))]
async fn set_price(id: u64, price: u64) {
    let mut prices = PRICES.lock().expect("nobody panics with it");
    prices.retain(|(other, _)| *other != id);
    prices.push((id, price));
}

#[tokio::main]
async fn main() {
    println!("Nothing is found, and depends on the whole model");
    assert_eq!(cheapest().await, None);
    set_price(5, 70).await;
    set_price(6, 90).await;
    assert_eq!(cheapest().await, Some((5, 70)));
    println!("  then: product 5, for 70");

    println!("\nWhat is found is depended on, and nothing else");
    assert_eq!(below(80).await, [(5, 70)]);
    assert_eq!(price_of_the_day(0).await, Some(70));
    set_price(6, 85).await;
    assert!(below::entry(80).get().await.is_some() && price_of_the_day::entry(0).get().await.is_some());
    println!("  a write to product 6: both values are kept");
    set_price(5, 75).await;
    assert!(below::entry(80).get().await.is_none() && price_of_the_day::entry(0).get().await.is_none());
    println!("  a write to product 5: both are gone");
    assert_eq!((below(80).await, price_of_the_day(0).await), (vec![(5, 75)], Some(75)));
}
