//! `durability`: an invalidation that a replica has is not lost with its server.

use std::time::Duration;

use cache_core::{Invalidated, Model, target};
use tests::until;

use super::*;

#[derive(Model)]
#[model(name = "tier-settings.article", id = u64)]
struct Article;

#[derive(Alias)]
#[alias(name = "replicated", ttl = "1h", durability = "replicated")]
struct Replicated;

#[derive(Alias)]
#[alias(name = "primary", ttl = "1h")]
struct Primary;

type Unscoped = cache_core::Unscoped;

async fn get<A: Alias<Tenant = Unscoped, User = Unscoped>>(cache: &Cache, value: u64) -> u64 {
    let entry = cache.entry::<A, u64>("a").global().depends_on(target::row::<Article>(&5));
    let got = entry.get_or_set(|| async move { value }).await;
    testing::settled(cache).await;
    got
}

async fn invalidate(cache: &Cache) -> Invalidated {
    cache.invalidate(target::row::<Article>(&5)).await
}

/// What is served after a write whose process is gone, and a replica that lags has become the server.
async fn after_a_failover<A: Alias<Tenant = Unscoped, User = Unscoped>>() -> u64 {
    let tier = MemoryTier::new();
    let (one, other) = (testing::process(tier.clone()), testing::process(tier.connect()));
    assert_eq!(get::<A>(&one, 1).await, 1);
    let lagging = tier.servers().snapshot();
    assert_eq!(invalidate(&one).await, Invalidated::Confirmed);
    drop(one);
    tier.servers().promote(&lagging);
    get::<A>(&other, 2).await
}

#[tokio::test]
async fn an_invalidation_that_a_replica_has_outlives_its_server_and_its_process() {
    assert_eq!(after_a_failover::<Replicated>().await, 2);
}

/// What the other is for: otherwise that test would prove nothing.
#[tokio::test]
async fn an_invalidation_that_only_the_server_had_is_lost_with_both() {
    assert_eq!(after_a_failover::<Primary>().await, 1);
}

#[tokio::test]
async fn without_a_replica_it_is_seen_and_not_confirmed() {
    let tier = MemoryTier::new();
    let (one, other) = (testing::process(tier.clone()), testing::process(tier.connect()));
    assert_eq!((get::<Replicated>(&one, 1).await, get::<Replicated>(&other, 2).await), (1, 1));
    tier.servers().replicas_answer(false);
    for value in 2..20 {
        assert_eq!(invalidate(&one).await, Invalidated::Queued);
        assert_eq!(get::<Replicated>(&other, value).await, value);
        assert_eq!(get::<Replicated>(&one, 0).await, value, "it is not sent again and again");
    }
    let shared = one.stats().shared.unwrap();
    assert_eq!((shared.pending, shared.opened), (0, 0), "the tier is there all the same");
    tier.servers().replicas_answer(true);
    assert_eq!(invalidate(&one).await, Invalidated::Confirmed);
}

/// It is kept, as all that was bumped lately is.
#[tokio::test]
async fn what_no_replica_had_is_sent_again_to_the_next_server() {
    let tier = MemoryTier::new();
    let (one, other) = (testing::process(tier.clone()), testing::process(tier.connect()));
    assert_eq!(get::<Replicated>(&one, 1).await, 1);
    let lagging = tier.servers().snapshot();
    tier.servers().replicas_answer(false);
    assert_eq!(invalidate(&one).await, Invalidated::Queued);
    tier.servers().promote(&lagging);
    until(|| {
        testing::advance_of(&one, Duration::from_millis(250));
        one.stats().shared.unwrap().retried > 0 && one.stats().shared.unwrap().pending == 0
    })
    .await;
    assert_eq!(get::<Replicated>(&other, 2).await, 2);
}

/// An entry of one alias may depend on what another's does.
#[tokio::test]
async fn one_alias_that_asks_for_replicas_speaks_for_the_process() {
    let tier = MemoryTier::new();
    let cache = Cache::builder().tier(tier.clone()).encryption(keys()).build().unwrap();
    tier.servers().replicas_answer(false);
    assert_eq!(invalidate(&cache).await, Invalidated::Queued);
}
