//! Races with other processes, as they are: they share no counter with this one, so what writes there is a bare connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

use crate::key::tag::ModelTags;
use crate::shared::memory::{MemoryTier, Request};
use crate::shared::{Bump, Epoch, SharedTier, TagId};
use crate::{Alias, Cache, Durability, Invalidated, Model, NoKey, cached, target, testing};

#[derive(Model)]
#[model(name = "elsewhere.row", id = u64)]
struct Row;

#[derive(Alias)]
#[alias(name = "elsewhere-verified", ttl = "1h", coherence = verify)]
struct Verified;

#[derive(Alias)]
#[alias(name = "elsewhere-pushed", ttl = "1h")]
struct Pushed;

#[derive(NoKey, Default)]
struct Held {
    value: AtomicU64,
    holds: AtomicU64,
    reached: Notify,
    go: Notify,
}

impl Held {
    async fn read(&self) -> u64 {
        let value = self.value.load(Ordering::SeqCst);
        if self.holds.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok() {
            self.reached.notify_one();
            self.go.notified().await;
        }
        value
    }
}

#[cached(alias = Verified, cache = cache, skip(cache), invalidate_on = [Row(id)])]
async fn verified(cache: &Cache, source: &Held, id: u64) -> u64 {
    let _ = (cache, id);
    source.read().await
}

#[cached(alias = Pushed, cache = cache, skip(cache), invalidate_on = [Row(id)])]
async fn pushed(cache: &Cache, source: &Held, id: u64) -> u64 {
    let _ = (cache, id);
    source.read().await
}

fn tags() -> [TagId; 3] {
    ModelTags { namespace: "test", model: "elsewhere.row" }.write(&[]).map(|tag| TagId(tag.0))
}

/// Another process writes: it shares no counter with this one, so it is a bare connection.
async fn elsewhere(tier: &MemoryTier) {
    let bumps = tags().map(|tag| Bump { tag, epoch: Epoch::draw() });
    tier.bump(&bumps, Durability::Primary).await.unwrap();
}

async fn a_while() {
    for _ in 0..2000 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn verified_reads_take_no_load_that_began_before_anothers_write() {
    let tier = MemoryTier::new();
    let mine = tier.connect();
    let cache = testing::process(mine.clone());
    let _late = mine.streams().hold();
    let source = Arc::new(Held { value: 1.into(), holds: 1.into(), ..Held::default() });
    let read = || {
        let (cache, source) = (cache.clone(), Arc::clone(&source));
        tokio::spawn(async move { verified(&cache, &source, 5).await })
    };
    let first = read();
    source.reached.notified().await;
    source.value.store(2, Ordering::SeqCst);
    elsewhere(&tier).await;
    let second = read();
    a_while().await;
    source.go.notify_one();
    first.await.unwrap();
    assert_eq!(second.await.unwrap(), 2);
}

#[tokio::test]
async fn shutdown_waits_for_an_invalidation_that_is_under_way() {
    let tier = MemoryTier::new();
    let mine = tier.connect();
    let cache = testing::process(mine.clone());
    let bumps = tags().map(|tag| Bump { tag, epoch: Epoch::draw() });
    tier.init(&bumps, Duration::from_secs(3600)).await.unwrap();
    let before = tags().map(|tag| tier.epoch(tag));
    let paused = mine.on(Request::Bump).next(1).pause();
    let writer = {
        let cache = cache.clone();
        tokio::spawn(async move { cache.invalidate(target::model::<Row>()).await })
    };
    paused.reached(1).await;
    // Its request is cancelled.
    writer.abort();
    let shutdown = {
        let cache = cache.clone();
        tokio::spawn(async move { cache.shutdown(Duration::from_secs(5)).await })
    };
    a_while().await;
    if shutdown.is_finished() {
        let left = shutdown.await.unwrap();
        assert!(left > 0 || before != tags().map(|tag| tier.epoch(tag)), "lost, and counted as none");
    }
}

#[tokio::test]
async fn what_is_near_is_not_proven_by_a_server_with_old_data() {
    let tier = MemoryTier::new();
    let mine = tier.connect();
    let cache = testing::process(mine.clone());
    let source = Held { value: 1.into(), ..Held::default() };
    assert_eq!(pushed(&cache, &source, 5).await, 1);
    testing::settled(&cache).await;
    let old = tier.servers().snapshot();
    mine.streams().cut();
    source.value.store(2, Ordering::SeqCst);
    // Confirmed, and not heard here.
    elsewhere(&tier).await;
    tier.servers().restart_with(&old);
    let _refused = mine.on(Request::Bump).fail();
    mine.streams().restore();
    testing::advance_of(&cache, Duration::from_millis(1100));
    assert_eq!(pushed(&cache, &source, 5).await, 2);
}

#[tokio::test]
async fn a_bump_confirmed_while_another_server_takes_over_is_sent_again() {
    let tier = MemoryTier::new();
    let mine = tier.connect();
    let cache = testing::process(mine.clone());
    let bumps = tags().map(|tag| Bump { tag, epoch: Epoch::draw() });
    tier.init(&bumps, Duration::from_secs(3600)).await.unwrap();
    let lagging = tier.servers().snapshot();
    let before = tags().map(|tag| tier.epoch(tag));
    let paused = mine.on(Request::Bump).next(1).pause_answer();
    let writer = {
        let cache = cache.clone();
        tokio::spawn(async move { cache.invalidate(target::model::<Row>()).await })
    };
    // It has happened.
    paused.reached(1).await;
    tier.servers().promote(&lagging);
    drop(paused);
    let answer = writer.await.unwrap();
    for _ in 0..20 {
        testing::advance_of(&cache, Duration::from_millis(250));
        a_while().await;
    }
    let told = before != tags().map(|tag| tier.epoch(tag));
    assert!(told, "answered {answer:?} ({}), and never sent again", answer == Invalidated::Confirmed);
}
