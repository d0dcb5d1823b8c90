//! A million entries out of use: by one invalidation, and by removing keys one by one.

use std::hint::black_box;
use std::time::Instant;

use cache_core::{Alias, Cache, Model, cached, target};
use quick_cache::sync::Cache as Map;
use tokio::runtime::Runtime;

use crate::row::Row;
use crate::statistics::median;

const ENTRIES: u64 = 1_000_000;

#[derive(Model)]
#[model(name = "benches.million", id = u64)]
struct Item;

#[derive(Alias)]
#[alias(name = "million", ttl = "1h", max_entries = 2_000_000)]
struct Million;

/// Each depends on a row of its own, and so on the model.
#[cached(alias = Million, invalidate_on = [Item(id)])]
fn item(id: u64) -> u64 {
    id
}

pub(super) fn row(rounds: usize) -> Row {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime starts");
    let map = Map::new(2 * ENTRIES as usize);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        ours.push(invalidate(&runtime));
        theirs.push(remove_each(&map));
    }
    Row {
        case: "invalidate-1m",
        unit: "ns",
        threads: 1,
        ours: median(ours),
        theirs_name: "quick_cache, each key removed",
        theirs: median(theirs),
        ours_allocs: 0.0,
        theirs_allocs: 0.0,
        lacks: "knowing which keys: here they are a range",
    }
}

fn invalidate(runtime: &Runtime) -> f64 {
    (0..ENTRIES).for_each(|id| assert_eq!(item(id), id));
    let sample = || (0..ENTRIES).step_by(99_991);
    assert!(sample().all(|id| item::entry(id).get().is_some()), "all are there");
    let cache = Cache::current();
    let nanoseconds = runtime.block_on(async {
        let start = Instant::now();
        cache.invalidate(target::model::<Item>()).await;
        start.elapsed().as_nanos() as f64
    });
    assert!(sample().all(|id| item::entry(id).get().is_none()), "all are gone");
    nanoseconds
}

fn remove_each(map: &Map<u64, u64>) -> f64 {
    (0..ENTRIES).for_each(|id| map.insert(id, id));
    assert_eq!(map.len(), ENTRIES as usize);
    let start = Instant::now();
    for id in 0..ENTRIES {
        black_box(map.remove(&black_box(id)));
    }
    let nanoseconds = start.elapsed().as_nanos() as f64;
    assert!(map.is_empty());
    nanoseconds
}
