//! The caches that traces are played to, each as its users write it, with room for so many entries.

use cache_core::{Alias, Cache};
use quick_cache::{OptionsBuilder, UnitWeighter};

#[derive(Alias)]
#[alias(name = "hit-ratio", ttl = "4h")]
struct Played;

/// A fresh cache, its entries made by hand: a request that isn't a hit loads.
pub(super) fn ours(entries: usize, trace: &[u64]) -> f64 {
    let cache = Cache::builder()
        .alias::<Played>(move |settings| settings.max_entries(entries))
        .build()
        .expect("nothing is wrong with the settings");
    let mut misses = 0;
    for &key in trace {
        let load = || {
            misses += 1;
            key
        };
        assert_eq!(cache.sync_entry::<Played, u64>(key).global().get_or_set(load), key);
    }
    let held = cache.stats().aliases.iter().map(|alias| alias.entries).sum::<usize>();
    assert!(held <= entries, "{held} entries");
    percent(trace.len() - misses, trace)
}

/// In one piece: shards of its own would each evict before the others are full.
pub(super) fn quick_cache(entries: usize, trace: &[u64]) -> f64 {
    let options = OptionsBuilder::new()
        .shards(1)
        .estimated_items_capacity(entries)
        .weight_capacity(entries as u64)
        .build()
        .expect("the options are complete");
    let cache = quick_cache::sync::Cache::<u64, u64>::with_options(
        options,
        UnitWeighter,
        Default::default(),
        Default::default(),
    );
    play(trace, |key| cache.get(&key).is_some(), |key| cache.insert(key, key))
}

/// It evicts in the background: here at once, or how many entries it holds would be a matter of time.
pub(super) fn moka(entries: usize, trace: &[u64]) -> f64 {
    let cache = moka::sync::Cache::new(entries as u64);
    let insert = |key| {
        cache.insert(key, key);
        cache.run_pending_tasks();
    };
    play(trace, |key| cache.get(&key).is_some(), insert)
}

fn play(trace: &[u64], is_hit: impl Fn(u64) -> bool, insert: impl Fn(u64)) -> f64 {
    let ask = |key: &&u64| {
        let hit = is_hit(**key);
        if !hit {
            insert(**key);
        }
        hit
    };
    percent(trace.iter().filter(ask).count(), trace)
}

/// To the hundredth.
fn percent(hits: usize, trace: &[u64]) -> f64 {
    (hits as f64 * 10_000.0 / trace.len() as f64).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_loaded_once_by_each() {
        let trace: Vec<_> = (0..50).cycle().take(1000).collect();
        for play in [ours, quick_cache, moka] {
            assert_eq!(play(100, &trace), 95.0);
        }
    }

    #[test]
    fn keys_that_never_come_again_are_no_hits() {
        let trace: Vec<_> = (0..1000).collect();
        for play in [ours, quick_cache, moka] {
            assert_eq!(play(100, &trace), 0.0);
        }
    }
}
