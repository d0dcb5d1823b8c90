//! `cache = expr`: another cache than the one that calls use.

use cache_core::{Cache, Invalidated, Model, NoKey, cached, invalidates};

#[derive(Model)]
#[model(name = "cache.product", id = u64)]
struct Product;

/// What a program passes around.
#[derive(NoKey)]
struct App {
    cache: Cache,
    price: u64,
}

#[cached(cache = app.cache, invalidate_on = [Product(id)])]
async fn price(app: &App, id: u64) -> u64 {
    app.price * id
}

#[invalidates(Product(id), cache = app.cache)]
async fn set(app: &App, id: u64) {
    let _ = (app, id);
}

#[invalidates(Product(id))]
async fn set_elsewhere(id: u64) {
    let _ = id;
}

fn app(price: u64) -> App {
    App { cache: Cache::builder().namespace("mine").build().expect("no mistakes"), price }
}

#[cache_core::test]
async fn each_cache_has_entries_of_its_own() {
    let (one, two) = (app(1), app(2));
    assert_eq!((price(&one, 5).await, price(&two, 5).await), (5, 10));
    assert_eq!((price(&one, 5).await, price(&two, 5).await), (5, 10));
    assert_eq!(one.cache.stats().function("price").hits, 1);
    assert_eq!(Cache::current().stats().function("price").misses, 0, "not the test's");
    assert_eq!(price::entry(&one, 5).key(), "mine:default:options::cache::price@2a2b7e06:id=5");

    set_elsewhere(5).await;
    set(&one, 5).await;
    assert_eq!(price::entry(&one, 5).get().await, None);
    assert_eq!(price::entry(&two, 5).get().await, Some(10));
    assert_eq!(price::refresh(&one, 5).await, 5);
    assert_eq!(price::entry(&one, 5).get().await, Some(5));
    assert_eq!(price::invalidate_all(&two.cache).await, Invalidated::Confirmed);
    assert_eq!(price::entry(&two, 5).get().await, None);
}

/// A load in one cache that calls a function of another depends on what that depends on.
#[cached(ttl = "1m")]
async fn total(app: &App) -> u64 {
    price(app, 5).await + 1
}

#[cache_core::test]
async fn what_is_nested_in_another_cache_counts() {
    let app = app(1);
    assert_eq!(total(&app).await, 6);
    assert_eq!(total::entry().get().await, Some(6));
    set(&app, 5).await;
    assert_eq!(total::entry().get().await, None);
}

/// The handle itself is no part of the key.
#[cached(ttl = "1m", cache = cache)]
fn handed(cache: &Cache, id: u64) -> u64 {
    let _ = cache;
    id
}

#[cache_core::test]
fn the_handle_may_be_an_argument() {
    let cache = app(1).cache;
    assert_eq!((handed(&cache, 5), handed::entry(&cache, 5).get()), (5, Some(5)));
    assert_eq!(handed::entry(&cache, 5).key(), "mine:default:options::cache::handed@2a2b7e06:id=5");
    assert_eq!(handed::entry(&Cache::current(), 5).get(), None);
}

/// In a cache of its own, and in another one what it calls.
#[cached(cache = app.cache, invalidate_on = [Product(id)])]
async fn beside(app: &App, other: &App, id: u64) -> u64 {
    app.price + price(other, id).await
}

/// Caches of one namespace name what can change alike, and each is told by itself that it has.
#[cache_core::test]
async fn of_two_caches_of_one_namespace_both_count() {
    let (one, two) = (app(1), app(2));
    for written in [&one, &two] {
        assert_eq!(beside(&one, &two, 5).await, 11);
        assert_eq!(beside::entry(&one, 5).get().await, Some(11));
        set(written, 5).await;
        assert_eq!(beside::entry(&one, 5).get().await, None);
    }
}
