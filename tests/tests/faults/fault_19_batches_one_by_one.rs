//! Others: no get-or-set for many keys, so that a list of a hundred is a hundred loads, or a look and a store of one's own
//! making, which races with writes.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cache_core::{Alias, Cache, target};
use tests::{Article, Source, until};

#[derive(Alias)]
#[alias(name = "fault-19")]
struct Prices;

/// A query for many rows at once.
async fn query(source: &Source, queries: &AtomicU64, ids: Vec<u64>) -> HashMap<u64, u64> {
    queries.fetch_add(1, Ordering::SeqCst);
    let price = source.read().await;
    ids.into_iter().map(|id| (id, price)).collect()
}

async fn prices(source: &Source, queries: &AtomicU64, ids: std::ops::Range<u64>) -> Vec<Option<u64>> {
    let prices = Cache::current().entries::<Prices, u64, _>(ids).global();
    let prices = prices.depends_on(target::row::<Article>);
    prices.get_or_set_many(|missing| query(source, queries, missing)).await
}

#[cache_core::test]
async fn a_hundred_keys_are_one_load() {
    let (source, queries) = (Source::new(7), AtomicU64::new(0));
    assert_eq!(prices(&source, &queries, 0..100).await, [Some(7); 100]);
    assert_eq!(prices(&source, &queries, 0..100).await, [Some(7); 100]);
    assert_eq!(queries.load(Ordering::SeqCst), 1);
    assert_eq!(prices(&source, &queries, 50..150).await, [Some(7); 100]);
    assert_eq!(queries.load(Ordering::SeqCst), 2, "the other half");
}

#[cache_core::test]
async fn a_hundred_callers_of_a_hundred_keys_are_one_load() {
    let (source, queries) = (Arc::new(Source::new(7)), Arc::new(AtomicU64::new(0)));
    let mut hold = source.hold();
    let call = || {
        let (source, queries) = (Arc::clone(&source), Arc::clone(&queries));
        tokio::spawn(async move { prices(&source, &queries, 0..100).await })
    };
    let callers: Vec<_> = (0..100).map(|_| call()).collect();
    hold.reached().await;
    until(|| cache_core::testing::waiting() == 99).await;
    hold.release();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), [Some(7); 100]);
    }
    assert_eq!(queries.load(Ordering::SeqCst), 1);
}

#[cache_core::test]
async fn a_batch_does_not_store_what_it_read_before_a_write() {
    let (source, queries) = (Arc::new(Source::new(7)), Arc::new(AtomicU64::new(0)));
    let mut hold = source.hold();
    let caller = tokio::spawn({
        let (source, queries) = (Arc::clone(&source), Arc::clone(&queries));
        async move { prices(&source, &queries, 0..3).await }
    });
    hold.reached().await;
    source.write(8);
    Cache::current().invalidate(target::row::<Article>(&1_u64)).await;
    hold.release();
    assert_eq!(caller.await.unwrap(), [Some(7); 3]);
    assert_eq!(prices(&source, &queries, 0..3).await, [Some(7), Some(8), Some(7)]);
}
