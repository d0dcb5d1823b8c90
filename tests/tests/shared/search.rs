//! Entries that operators look for by their keys.

use cache_core::shared::memory::Request;
use cache_core::{Error, Matched};

use super::*;

/// What is near and what is shared, and the keys without what tells types apart.
fn seen(matched: &Matched) -> (usize, u64, Vec<String>) {
    let plain = |key: &String| {
        let (head, rest) = key.split_once('@').expect("it has a type");
        format!("{head}:{}", rest.split_once(':').expect("it has arguments").1)
    };
    (matched.near, matched.shared, matched.keys.iter().map(plain).collect())
}

async fn shared(process: &Process, source: &Source, ids: &[u64]) {
    for id in ids {
        price(&process.cache, source, *id).await;
        verified_price(&process.cache, source, *id).await;
    }
    process.settled().await;
}

const PRICES: &str = "test:*::price@*";

#[tokio::test]
async fn what_matches_is_found_and_then_removed_here_and_there() {
    let (source, [one, other]) = (Source::new(1), processes());
    shared(&one, &source, &[5, 6]).await;
    shared(&other, &source, &[5]).await;
    let expected = ["test:pushed:shared::price:id=5", "test:pushed:shared::price:id=6"].map(str::to_owned);

    let (found, asked) = one.asks(one.cache.find_matching(PRICES)).await;
    assert_eq!((seen(&found.unwrap()), asked.finds), ((2, 2, expected.to_vec()), 1));
    assert_eq!((one.tier.keys().len(), one.cache.stats().aliases[0].entries), (4, 2), "nothing has changed");

    let removed = one.cache.remove_matching(PRICES).await.unwrap();
    assert_eq!(seen(&removed), (2, 2, expected.to_vec()));
    let left = one.cache.find_matching("test:*").await.unwrap();
    assert_eq!((left.near, left.shared), (2, 2), "others stay");
    // It is loaded again, by who hadn't got it.
    let reads = source.reads();
    assert_eq!((one.price(&source).await, source.reads()), (1, reads + 1));
}

#[tokio::test]
async fn it_is_no_invalidation() {
    let (source, [one, other]) = (Source::new(1), processes());
    shared(&one, &source, &[5]).await;
    shared(&other, &source, &[5]).await;
    source.write(2);
    one.cache.remove_matching("test:*").await.unwrap();
    assert_eq!((other.price(&source).await, one.price(&source).await), (1, 2));
}

#[tokio::test]
async fn a_key_is_found_as_it_is_shown() {
    let (source, [one]) = (Source::new(1), processes());
    shared(&one, &source, &[5, 55]).await;
    let key = price::entry(&one.cache, 5).key();
    let found = one.cache.remove_matching(&key).await.unwrap();
    assert_eq!((found.near, found.shared, found.keys), (1, 1, vec![key]));
    let entry = one.cache.entry::<Pushed, u64>("a*b?c").global();
    entry.set(1).await;
    let found = one.cache.find_matching("test:*key=a%2ab*").await.unwrap();
    assert!(found.near <= 1);
    assert_eq!(one.cache.find_matching(&entry.key()).await.unwrap().near, 1);
}

#[tokio::test]
async fn what_stays_in_a_process_is_found_there() {
    let cache = Cache::builder().namespace("alone").build().unwrap();
    let source = Source::new(1);
    price(&cache, &source, 5).await;
    let key = price::entry(&cache, 5).key();
    let found = cache.remove_matching(&key).await.unwrap();
    assert_eq!((found.near, found.shared, found.keys), (1, 0, vec![key]));
    assert_eq!(cache.find_matching("alone:*").await.unwrap(), Matched::default());
}

#[tokio::test]
async fn thousands_are_counted_and_the_first_are_shown() {
    let (source, [one]) = (Source::new(1), processes());
    for id in 0..1_100 {
        price(&one.cache, &source, id).await;
        if id % 100 == 0 {
            one.settled().await;
        }
    }
    one.settled().await;
    let found = one.cache.find_matching("test:*").await.unwrap();
    assert_eq!((found.near, found.keys.len()), (1_100, 1_000));
    assert_eq!(found.shared, one.tier.keys().len() as u64);
    assert_eq!(one.cache.remove_matching("test:*").await.unwrap().near, 1_100);
    assert_eq!((one.tier.keys().len(), one.cache.stats().aliases[0].entries), (0, 0));
}

#[tokio::test]
async fn what_is_not_the_caches_is_not_reached() {
    let [one] = processes();
    for pattern in ["*", "", "test", "test*", "tes*", "other:*"] {
        let refused = one.cache.remove_matching(pattern).await.unwrap_err();
        assert_eq!(
            refused,
            Error::Pattern { pattern: pattern.to_owned(), namespace: "test".to_owned() },
            "{pattern}"
        );
        let text = format!("`{pattern}` may mean keys that aren't this cache's; begin it with `test:`");
        assert_eq!(refused.to_string(), text);
    }
    assert_eq!(one.tier.counts().finds, 0);
}

#[tokio::test]
async fn a_tier_that_fails_is_told() {
    let (source, [one]) = (Source::new(1), processes());
    shared(&one, &source, &[5]).await;
    let _failing = one.tier.on(Request::Find).fail();
    let refused = one.cache.remove_matching("test:*").await.unwrap_err();
    assert!(matches!(&refused, Error::Tier(_)), "{refused}");
    let stays = super::liar::Liar::new(one.tier.clone());
    let searched = testing::process(stays).find_matching("test:*").await.unwrap_err();
    assert_eq!(searched.to_string(), "the shared tier refused: this tier can't be searched");
}

#[tokio::test]
async fn where_entries_lie_apart_both_places_are_searched() {
    #[derive(Alias)]
    #[alias(name = "searched", ttl = "1h")]
    struct Apart;

    let (home, place) = (MemoryTier::new(), MemoryTier::new());
    let builder =
        Cache::builder().namespace("test").tier(home.connect()).alias_tier::<Apart>(place.connect());
    let cache = builder.build().unwrap();
    cache.entry::<Apart, u64>("a").global().get_or_set(|| async { 1 }).await;
    cache.entry::<Pushed, u64>("b").global().get_or_set(|| async { 2 }).await;
    testing::settled(&cache).await;
    assert_eq!((home.keys().len(), place.keys().len()), (1, 1));
    let removed = cache.remove_matching("test:*").await.unwrap();
    assert_eq!((removed.near, removed.shared, removed.keys.len()), (2, 2, 2));
    assert_eq!((home.keys().len(), place.keys().len()), (0, 0));
}
