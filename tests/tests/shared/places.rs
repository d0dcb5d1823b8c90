//! An alias whose entries lie in a tier of their own: what says whether they are fresh lies in the one that all share.

use std::time::Instant;

use cache_core::AliasStats;
use cache_core::shared::memory::{Request, Requests};

use super::*;

/// Its entries lie apart. What is near is looked at again soon, and what isn't proven then is loaded.
#[derive(Alias)]
#[alias(name = "placed", ttl = "1h", max_staleness = "50ms")]
struct Placed;

#[cached(alias = Placed, cache = cache, skip(cache), invalidate_on = [Article(id)])]
async fn placed_price(cache: &Cache, source: &Source, id: u64) -> u64 {
    let _ = (cache, id);
    source.read().await
}

/// One that has what is placed inside of it, and lies with the epochs itself.
#[cached(alias = Pushed, cache = cache, skip(cache))]
async fn around(cache: &Cache, source: &Source, id: u64) -> u64 {
    placed_price(cache, source, id).await
}

/// A process with a connection to each.
struct Apart {
    home: MemoryTier,
    place: MemoryTier,
    cache: Cache,
}

fn two_apart() -> [Apart; 2] {
    let (home, place) = (MemoryTier::new(), MemoryTier::new());
    std::array::from_fn(|_| {
        let (home, place) = (home.connect(), place.connect());
        let builder = Cache::builder().namespace("test").tier(home.clone());
        let cache = builder.alias_tier::<Placed>(place.clone()).build().unwrap();
        Apart { home, place, cache }
    })
}

impl Apart {
    async fn placed(&self, source: &Source) -> u64 {
        placed_price(&self.cache, source, 5).await
    }

    /// Loads it, and waits until it is shared.
    async fn share(&self, source: &Source) -> u64 {
        let price = self.placed(source).await;
        testing::settled(&self.cache).await;
        price
    }

    fn alias(&self) -> AliasStats {
        self.cache.stats().aliases.into_iter().find(|alias| alias.name == "placed").expect("it is in use")
    }

    fn opened(&self) -> (bool, bool) {
        (self.cache.stats().shared.unwrap().open, self.alias().shared.unwrap().open)
    }

    fn loads(&self, function: &str) -> u64 {
        self.cache.stats().function(function).loads
    }
}

#[tokio::test]
async fn entries_and_leases_lie_there_and_epochs_with_those_of_all() {
    let (source, [one, other]) = (Source::new(1), two_apart());
    assert_eq!((one.share(&source).await, other.placed(&source).await), (1, 1));
    assert_eq!((source.reads(), other.loads("placed_price")), (1, 0), "what one has stored the other finds");
    let (home, place) = (one.home.counts(), one.place.counts());
    assert_eq!((home.stores, home.leases, home.releases, home.entries_read), (0, 0, 0, 0));
    assert_eq!((place.stores, place.leases, place.releases), (1, 1, 1));
    assert_eq!((place.inits, place.renews, place.bumps, place.epochs_read), (0, 0, 0, 0));
    assert!(home.inits > 0 && home.renews > 0 && one.home.keys().is_empty() && one.place.keys().len() == 1);
    // What lies with the epochs is where it always was.
    price(&one.cache, &source, 5).await;
    testing::settled(&one.cache).await;
    assert_eq!((one.home.keys().len(), one.place.keys().len()), (1, 1));
}

#[tokio::test]
async fn a_question_goes_to_both_at_once() {
    let (source, [one, other]) = (Arc::new(Source::new(1)), two_apart());
    one.share(&source).await;
    let held = [other.home.on(Request::Read).pause(), other.place.on(Request::Read).pause()];
    let (cache, asked) = (other.cache.clone(), Arc::clone(&source));
    let reading = tokio::spawn(async move { placed_price(&cache, &asked, 5).await });
    // Neither waits for the other's answer.
    for held in &held {
        held.reached(1).await;
    }
    drop(held);
    assert_eq!((reading.await.unwrap(), source.reads()), (1, 1));
}

#[tokio::test]
async fn a_write_is_seen_wherever_the_entry_lies() {
    let (source, [one, other]) = (Source::new(1), two_apart());
    one.share(&source).await;
    assert_eq!((other.placed(&source).await, around(&other.cache, &source, 5).await), (1, 1));
    set_price(&one.cache, &source, 5, 2).await;
    // The memory tier announces before it confirms.
    assert_eq!((other.placed(&source).await, around(&other.cache, &source, 5).await), (2, 2));
    assert_eq!((one.placed(&source).await, around(&one.cache, &source, 5).await), (2, 2));
}

#[tokio::test]
async fn an_entry_that_comes_late_is_not_kept_past_a_write() {
    let (source, [one, other]) = (Arc::new(Source::new(1)), two_apart());
    one.share(&source).await;
    // The epochs were read, and the entry is on its way, when the write is confirmed.
    let held = other.place.on(Request::Read).next(1).pause_answer();
    let (cache, asked) = (other.cache.clone(), Arc::clone(&source));
    let reading = tokio::spawn(async move { placed_price(&cache, &asked, 5).await });
    held.reached(1).await;
    set_price(&one.cache, &source, 5, 2).await;
    held.release();
    assert!([1, 2].contains(&reading.await.unwrap()), "it began before");
    assert_eq!(other.placed(&source).await, 2);
}

#[tokio::test]
async fn old_entries_that_come_back_prove_nothing() {
    let (source, [one, other]) = (Source::new(1), two_apart());
    one.share(&source).await;
    let old = one.place.servers().snapshot();
    set_price(&one.cache, &source, 5, 2).await;
    one.share(&source).await;
    one.place.servers().restart_with(&old);
    assert_eq!(other.placed(&source).await, 2);
}

#[tokio::test]
async fn its_tier_dies_alone_and_comes_back() {
    let (source, [one, other]) = (Source::new(1), two_apart());
    let dead = [&one, &other].map(|process| process.place.on(Requests::ALL).fail());
    for id in 0..5 {
        assert_eq!(placed_price(&one.cache, &source, id).await, 1);
        testing::settled(&one.cache).await;
    }
    assert_eq!(one.opened(), (false, true), "of the two this one is dead");
    let before = one.place.counts();
    assert_eq!(placed_price(&one.cache, &source, 6).await, 1);
    testing::settled(&one.cache).await;
    let asked = one.place.counts() - before;
    assert_eq!((asked.stores, asked.leases, asked.entries_read), (0, 0, 0), "it isn't asked any more");
    // What is near is proven as ever, and seen to change; other aliases share.
    let loaded = Instant::now();
    until(|| loaded.elapsed() > Duration::from_millis(60)).await;
    let loads = one.loads("placed_price");
    assert_eq!((placed_price(&one.cache, &source, 6).await, one.loads("placed_price")), (1, loads));
    set_price(&other.cache, &source, 6, 2).await;
    assert_eq!(placed_price(&one.cache, &source, 6).await, 2);
    price(&one.cache, &source, 7).await;
    testing::settled(&one.cache).await;
    price(&other.cache, &source, 7).await;
    assert_eq!(other.loads("price"), 0);

    drop(dead);
    until(|| one.opened() == (false, false)).await;
    placed_price(&one.cache, &source, 8).await;
    testing::settled(&one.cache).await;
    let loads = other.loads("placed_price");
    assert_eq!((placed_price(&other.cache, &source, 8).await, other.loads("placed_price")), (2, loads));
}

#[tokio::test]
async fn without_the_epochs_nothing_there_is_proven() {
    let (source, [one, other]) = (Source::new(1), two_apart());
    one.share(&source).await;
    let dead = other.home.on(Requests::ALL).fail();
    source.write(2);
    for reads in 2..8 {
        assert_eq!(placed_price(&other.cache, &source, reads).await, 2);
    }
    assert_eq!(other.placed(&source).await, 2, "what lies there may have been invalidated");
    assert_eq!(other.opened(), (true, false));
    drop(dead);
    until(|| other.opened() == (false, false)).await;
    placed_price(&one.cache, &source, 9).await;
    testing::settled(&one.cache).await;
    let loads = other.loads("placed_price");
    assert_eq!((placed_price(&other.cache, &source, 9).await, other.loads("placed_price")), (2, loads));
}

#[test]
fn it_takes_one_that_all_share() {
    let refused = Cache::builder().alias_tier::<Placed>(MemoryTier::new()).build().unwrap_err().to_string();
    assert!(
        refused
            .starts_with("alias `placed` has a tier of its own, set in code, and there is no tier that all"),
        "{refused}"
    );
}
