//! What a call costs: round trips.

use super::*;

/// Of what is asked for in turn nothing is near.
#[derive(Alias)]
#[alias(name = "narrow", ttl = "1h", max_entries = 1)]
pub struct Narrow;

#[cached(alias = Narrow, cache = cache, skip(cache), invalidate_on = [Article(id)])]
async fn narrow(cache: &Cache, source: &Source, id: u64) -> u64 {
    let _ = (cache, id);
    source.read().await
}

#[tokio::test]
async fn a_shared_hit_is_one_read_and_a_near_hit_nothing() {
    let (source, [one, two]) = (Source::new(1), processes());
    let (_, asked) = one.asks(one.share(&source)).await;
    // It looks once more while it asks for the lease.
    assert_eq!((asked.reads, asked.inits, asked.leases, asked.stores), (2, 1, 1, 1));
    assert_eq!(asked.bumps, 0);
    let (_, asked) = two.asks(two.price(&source)).await;
    assert_eq!((asked.requests, asked.reads, asked.entries_read), (1, 1, 1));
    for process in [&one, &two] {
        let (_, asked) = process.asks(process.price(&source)).await;
        assert_eq!(asked.requests, 0);
    }
}

#[tokio::test]
async fn epochs_that_are_known_are_not_asked_for() {
    let (source, [one, two]) = (Source::new(1), processes());
    price(&one.cache, &source, 5).await;
    price(&one.cache, &source, 6).await;
    one.settled().await;
    two.price(&source).await;
    let (_, asked) = two.asks(price(&two.cache, &source, 6)).await;
    assert_eq!((asked.requests, asked.reads, asked.entries_read), (1, 1, 1));
    assert!(asked.epochs_read <= 2, "its row and its bucket: {asked:?}");
}

#[tokio::test]
async fn what_was_read_lately_needs_its_entry_alone() {
    let (source, [one, two]) = (Source::new(1), processes());
    for id in [5, 6] {
        narrow(&one.cache, &source, id).await;
    }
    one.settled().await;
    let (price, asked) = one.asks(narrow(&one.cache, &source, 5)).await;
    assert_eq!((price, asked.requests, asked.entries_read, asked.epochs_read), (1, 1, 1, 0));
    narrow(&one.cache, &source, 6).await;
    // Announced: what is known of it counts no more.
    two.set(&source, 2).await;
    let (price, asked) = one.asks(narrow(&one.cache, &source, 5)).await;
    assert_eq!((price, asked.epochs_read > 0), (2, true), "{asked:?}");
}

#[tokio::test]
async fn who_verifies_asks_once_each_time() {
    let (source, [one]) = (Source::new(1), processes());
    one.verified(&source).await;
    one.settled().await;
    let (_, asked) = one.asks(one.verified(&source)).await;
    assert_eq!((asked.requests, asked.reads, asked.entries_read), (1, 1, 0), "the value is here");
}

#[tokio::test]
async fn a_write_is_one_bump() {
    let (source, [one]) = (Source::new(1), processes());
    let (_, asked) = one.asks(one.set(&source, 2)).await;
    assert_eq!((asked.requests, asked.bumps), (1, 1));
}
