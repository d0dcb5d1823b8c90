//! What ran out of time, in one process and in the shared tier: what the policies serve of it, and never what was invalidated.

use std::sync::Arc;
use std::time::Duration;

use cache_core::FunctionStats;
use cache_core::shared::memory::Request;
use tests::until;

use super::*;

const TTL: Duration = Duration::from_secs(60);
const LOAD: Duration = Duration::from_secs(1);

#[cached(
    alias = Pushed,
    ttl = "60s",
    stale_while_revalidate = "30s",
    stale_if_error = "1h",
    cache = cache,
    skip(cache),
    invalidate_on = [Article(id)]
)]
async fn stale(cache: Cache, source: Arc<Source>, id: u64) -> Result<u64, String> {
    let _ = (cache, id);
    match source.read().await {
        0 => Err("down".into()),
        value => Ok(value),
    }
}

#[cached(
    alias = Verified,
    ttl = "60s",
    stale_while_revalidate = "30s",
    cache = cache,
    skip(cache),
    invalidate_on = [Article(id)]
)]
async fn verified(cache: Cache, source: Arc<Source>, id: u64) -> u64 {
    let _ = (cache, id);
    source.read().await
}

#[cached(alias = Pushed, ttl = "60s", early = 1.0, cache = cache, skip(cache), invalidate_on = [Article(id)])]
async fn early(cache: Cache, source: Arc<Source>, id: u64) -> u64 {
    let _ = id;
    let value = source.read().await;
    testing::advance_of(&cache, LOAD);
    value
}

/// Two processes, and time that passes for both and on the servers.
struct Both {
    tier: MemoryTier,
    one: Cache,
    others: MemoryTier,
    other: Cache,
}

impl Both {
    fn new() -> Both {
        let (tier, one, others, other) = two();
        Both { tier, one, others, other }
    }

    /// Nobody is asking the tier meanwhile, who would take that for a server that doesn't answer.
    async fn advance(&self, duration: Duration) {
        until(|| testing::waiting_of(&self.one) > 0 && testing::waiting_of(&self.other) > 0).await;
        self.tier.advance(duration);
        testing::advance_of(&self.one, duration);
        testing::advance_of(&self.other, duration);
    }
}

fn stats(cache: &Cache, name: &str) -> FunctionStats {
    cache.stats().function(name)
}

#[tokio::test]
async fn what_another_process_stored_is_served_while_it_is_loaded() {
    let (source, both) = (Arc::new(Source::new(1)), Both::new());
    assert_eq!(stale(both.one.clone(), Arc::clone(&source), 5).await, Ok(1));
    testing::settled(&both.one).await;
    both.advance(TTL + Duration::from_secs(1)).await;
    source.write(2);
    let mut hold = source.hold();
    assert_eq!(stale(both.other.clone(), Arc::clone(&source), 5).await, Ok(1), "{:#?}", both.other.stats());
    hold.reached().await;
    assert_eq!(stale(both.one.clone(), Arc::clone(&source), 5).await, Ok(1), "and nobody else loads it");
    hold.release();
    until(|| stats(&both.other, "stale").stores == 1).await;
    assert_eq!(stale(both.other.clone(), Arc::clone(&source), 5).await, Ok(2));
    assert_eq!(source.reads(), 2);
    let stats = stats(&both.other, "stale");
    assert_eq!((stats.stale_served, stats.background_loads), (1, 1), "{stats:#?}");
}

#[tokio::test]
async fn no_longer_than_its_window() {
    let (source, both) = (Arc::new(Source::new(1)), Both::new());
    assert_eq!(stale(both.one.clone(), Arc::clone(&source), 5).await, Ok(1));
    testing::settled(&both.one).await;
    both.advance(TTL + Duration::from_secs(30)).await;
    source.write(2);
    assert_eq!(stale(both.other.clone(), Arc::clone(&source), 5).await, Ok(2));
}

#[tokio::test]
async fn what_another_process_stored_is_served_in_place_of_an_error() {
    let (source, both) = (Arc::new(Source::new(1)), Both::new());
    assert_eq!(stale(both.one.clone(), Arc::clone(&source), 5).await, Ok(1));
    testing::settled(&both.one).await;
    both.advance(TTL + Duration::from_secs(600)).await;
    source.write(0);
    assert_eq!(stale(both.other.clone(), Arc::clone(&source), 5).await, Ok(1));
    both.advance(Duration::from_secs(3000)).await;
    assert_eq!(stale(both.other.clone(), Arc::clone(&source), 5).await, Err("down".into()));
}

/// Neither a copy that is near nor what lies in the tier, though the announcement hasn't come.
#[tokio::test]
async fn what_another_process_invalidated_is_not_served() {
    let (source, both) = (Arc::new(Source::new(1)), Both::new());
    for near in [true, false] {
        source.write(1);
        set_price(&both.one, &source, 5, 1).await;
        assert_eq!(stale(both.one.clone(), Arc::clone(&source), 5).await, Ok(1));
        testing::settled(&both.one).await;
        if near {
            assert_eq!(stale(both.other.clone(), Arc::clone(&source), 5).await, Ok(1));
        }
        let held = both.others.streams().hold();
        set_price(&both.one, &source, 5, 0).await;
        both.advance(TTL + Duration::from_secs(1)).await;
        assert_eq!(
            stale(both.other.clone(), Arc::clone(&source), 5).await,
            Err("down".into()),
            "near: {near}"
        );
        drop(held);
    }
    assert_eq!(stats(&both.other, "stale").stale_served, 0);
}

/// Nothing proves a copy when neither announcements nor the tier are there (I9): then it isn't served for an error.
#[tokio::test]
async fn what_nothing_proves_is_not_served() {
    let (source, both) = (Arc::new(Source::new(1)), Both::new());
    assert_eq!(stale(both.other.clone(), Arc::clone(&source), 5).await, Ok(1));
    testing::settled(&both.other).await;
    both.advance(TTL).await;
    source.write(0);
    let _streams = both.others.streams().hold();
    let _dead = both.others.on(Request::Read).fail();
    testing::advance_of(&both.other, Duration::from_secs(2));
    assert_eq!(stale(both.other.clone(), Arc::clone(&source), 5).await, Err("down".into()));
}

/// Where each read asks the tier, it is asked whether what ran out of time was invalidated, too: by all who are served.
#[tokio::test]
async fn verified_reads_are_served_what_is_verified() {
    let (source, both) = (Arc::new(Source::new(1)), Both::new());
    let _held = both.others.streams().hold();
    assert_eq!(verified(both.other.clone(), Arc::clone(&source), 5).await, 1);
    testing::settled(&both.other).await;
    both.advance(TTL).await;
    source.write(2);
    let mut hold = source.hold();
    for _ in 0..5 {
        assert_eq!(verified(both.other.clone(), Arc::clone(&source), 5).await, 1);
    }
    hold.reached().await;
    assert_eq!(source.reads(), 2);
    set_price(&both.one, &source, 5, 3).await;
    hold.release();
    assert_eq!(verified(both.other.clone(), Arc::clone(&source), 5).await, 3);
    assert_eq!(stats(&both.other, "verified").stale_served, 5);
}

/// How long a load takes is told to those who only have a copy, and of two processes that load early one does.
#[tokio::test]
async fn copies_are_loaded_early_by_one_process() {
    let (source, both) = (Arc::new(Source::new(1)), Both::new());
    assert_eq!(early(both.one.clone(), Arc::clone(&source), 5).await, 1);
    testing::settled(&both.one).await;
    testing::advance_of(&both.other, LOAD);
    assert_eq!(early(both.other.clone(), Arc::clone(&source), 5).await, 1);
    assert_eq!(source.reads(), 1);
    both.advance(TTL - LOAD - Duration::from_millis(50)).await;
    source.write(2);
    let mut hold = source.hold();
    for _ in 0..200 {
        assert_eq!(early(both.other.clone(), Arc::clone(&source), 5).await, 1);
        // The lease of a call that found it after all may not be back yet: then a later one comes to it.
        tokio::task::yield_now().await;
    }
    hold.reached().await;
    for _ in 0..200 {
        assert_eq!(early(both.one.clone(), Arc::clone(&source), 5).await, 1);
        tokio::task::yield_now().await;
    }
    assert_eq!(source.reads(), 2, "{:#?}", both.one.stats());
    assert_eq!((stats(&both.other, "early").early_loads, stats(&both.one, "early").early_loads), (1, 0));
    hold.release();
    until(|| stats(&both.other, "early").stores == 1).await;
    assert_eq!(early(both.other.clone(), source, 5).await, 2);
}
