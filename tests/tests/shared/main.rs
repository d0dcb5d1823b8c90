//! Several processes that share a tier, each a cache of its own in this one.

mod coherence;
mod fault_01_fill_race;
mod fault_02_token_per_client;
mod fault_10_dropped_connection;
mod fault_11_fills_are_not_announced;
mod fault_14_hung_load;
mod fault_16_clocks;
mod fault_18_changed_code;
mod i01_late_rows;
mod i01_nested;
mod i01_no_lost_race;
mod i01_other_ways_in;
mod i01_sync;
mod i04_never_the_outage;
mod i05_batches;
mod i05_one_load;
mod i06_unknown_is_not_fresh;
mod i08_untrusted_bytes;
mod i09_servers;
mod i09_silence;
mod i10_late_answers;
mod i11_queued;
mod liar;
mod places;
mod policies;
mod round_trips;
mod search;
mod units_of_work;
mod verify_rate;

use std::sync::Arc;
use std::time::Duration;

use cache_core::shared::memory::{Counts, MemoryTier};
use cache_core::{Alias, Cache, FunctionStats, cached, invalidates, testing};
use tests::{Article, Source, until};
use tokio::task::JoinHandle;

/// Writes of others are seen when they are announced.
#[derive(Alias)]
#[alias(name = "pushed", ttl = "1h")]
pub struct Pushed;

/// Each call asks.
#[derive(Alias)]
#[alias(name = "verified", ttl = "1h", coherence = verify)]
pub struct Verified;

#[cached(alias = Pushed, cache = cache, skip(cache), invalidate_on = [Article(id)])]
async fn price(cache: &Cache, source: &Source, id: u64) -> u64 {
    let _ = (cache, id);
    source.read().await
}

#[cached(alias = Verified, cache = cache, skip(cache), invalidate_on = [Article(id)])]
async fn verified_price(cache: &Cache, source: &Source, id: u64) -> u64 {
    let _ = (cache, id);
    source.read().await
}

#[invalidates(Article(id), cache = cache)]
async fn set_price(cache: &Cache, source: &Source, id: u64, price: u64) {
    let _ = (cache, id);
    source.write(price);
}

/// Longer than what is near is served without a proof.
const SILENCE: Duration = Duration::from_millis(1100);
/// Longer than between two proofs of life, and shorter than that.
const BEAT: Duration = Duration::from_millis(250);

/// A process, with a connection of its own.
struct Process {
    tier: MemoryTier,
    cache: Cache,
}

/// So many, beside one tier.
fn processes<const N: usize>() -> [Process; N] {
    let tier = MemoryTier::new();
    std::array::from_fn(|_| Process::of(&tier))
}

impl Process {
    /// Another process beside the servers of a tier.
    fn of(tier: &MemoryTier) -> Process {
        let tier = tier.connect();
        let cache = testing::process(tier.clone());
        Process { tier, cache }
    }

    async fn price(&self, source: &Source) -> u64 {
        price(&self.cache, source, 5).await
    }

    async fn verified(&self, source: &Source) -> u64 {
        verified_price(&self.cache, source, 5).await
    }

    async fn set(&self, source: &Source, to: u64) {
        set_price(&self.cache, source, 5, to).await;
    }

    /// Asks for the price in a task.
    fn read(&self, source: &Arc<Source>) -> JoinHandle<u64> {
        let (cache, source) = (self.cache.clone(), Arc::clone(source));
        tokio::spawn(async move { price(&cache, &source, 5).await })
    }

    async fn settled(&self) {
        testing::settled(&self.cache).await;
    }

    /// Loads the price and shares it.
    async fn share(&self, source: &Source) -> u64 {
        let price = self.price(source).await;
        self.settled().await;
        price
    }

    /// Moves its clock, by more than a beat; it has asked for a proof of life then.
    async fn pass(&self, time: Duration) {
        self.rests().await;
        let before = self.tier.counts().probes;
        testing::advance_of(&self.cache, time);
        self.tier.until(move |counts| counts.probes > before).await;
        self.rests().await;
    }

    /// Lets an invalidation that is under way run out of time.
    async fn gives_up(&self) {
        // It, and what asks for proofs.
        until(|| testing::waiting_of(&self.cache) > 1).await;
        testing::advance_of(&self.cache, Duration::from_millis(600));
    }

    /// Ready when it waits for its clock.
    async fn rests(&self) {
        until(|| testing::waiting_of(&self.cache) > 0).await;
    }

    fn stats(&self, function: &str) -> FunctionStats {
        self.cache.stats().function(function)
    }

    /// What it asks of the tier meanwhile.
    async fn asks<T>(&self, work: impl Future<Output = T>) -> (T, Counts) {
        let before = self.tier.counts();
        let result = work.await;
        (result, self.tier.counts() - before)
    }
}

/// Two processes beside one tier, each with a connection of its own.
fn two() -> (MemoryTier, Cache, MemoryTier, Cache) {
    let [one, other] = processes();
    (one.tier, one.cache, other.tier, other.cache)
}
