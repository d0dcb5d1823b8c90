//! What an entry takes beyond its key and its value, by what the allocator is asked for.

use std::cell::OnceCell;
use std::hint::black_box;

use cache_core::{Alias, Model, cached};
use cached::macros::concurrent_cached;
use quick_cache::sync::Cache as Map;

use crate::allocations::Counter;
use crate::row::Row;
use crate::statistics::mean;

/// Maps grow by doubling, so an entry takes more at one number than at another: the mean over these counts.
const ENTRIES: [u64; 3] = [50_000, 70_000, 100_000];

/// Of an argument that is an integer: 2 bytes for its position, 9 for itself.
const OUR_KEY: f64 = 11.0;
const THEIR_KEY: f64 = 8.0;
const VALUE: f64 = 8.0;

#[derive(Model)]
#[model(name = "benches.sized", id = u64)]
struct Sized;

#[derive(Alias)]
#[alias(name = "sized", ttl = "1h", max_entries = 150_000)]
struct WithoutRow;

#[derive(Alias)]
#[alias(name = "sized-by-row", ttl = "1h", max_entries = 150_000)]
struct WithRow;

#[derive(Alias)]
#[alias(name = "first", ttl = "1h")]
struct First;

#[cached(alias = WithoutRow)]
fn plain(id: u64) -> u64 {
    id
}

#[cached(alias = WithRow, invalidate_on = [Sized(id)])]
fn with_row(id: u64) -> u64 {
    id
}

/// Its first call sets up what all functions share.
#[cached(alias = First, invalidate_on = [Sized(id)])]
fn first(id: u64) -> u64 {
    id
}

#[concurrent_cached(max_size = 150_000, ttl_secs = 3600)]
fn lru_ttl(id: u64) -> u64 {
    id
}

pub(super) fn rows(report: &mut dyn FnMut(Row)) {
    first(0);
    let plain = per_entry(plain) - OUR_KEY - VALUE;
    let with_row = per_entry(with_row) - OUR_KEY - VALUE;
    let map = bare_map() - THEIR_KEY - VALUE;
    let lru_ttl = per_entry(lru_ttl) - THEIR_KEY - VALUE;
    let row = |case, ours, theirs_name, theirs, lacks| Row {
        case,
        unit: "bytes",
        threads: 1,
        ours,
        theirs_name,
        theirs,
        ours_allocs: 0.0,
        theirs_allocs: 0.0,
        lacks,
    };
    const MAP: &str = "quick_cache";
    const CACHED: &str = "cached: concurrent_cached(max_size, ttl_secs)";
    report(row("near-overhead", plain, MAP, map, "a TTL, what a value depends on"));
    report(row("near-overhead-row", with_row, MAP, map, "a TTL, what a value depends on"));
    report(row("near-overhead-cached", plain, CACHED, lru_ttl, "what a value depends on"));
}

/// Live bytes per entry, of a cache that is empty before.
fn per_entry(fill: impl Fn(u64) -> u64) -> f64 {
    let counter = Counter::start();
    mean(&ENTRIES.map({
        let mut filled = 0;
        move |entries| {
            (filled..entries).for_each(|id| assert_eq!(fill(id), id));
            filled = entries;
            counter.so_far().live as f64 / entries as f64
        }
    }))
}

fn bare_map() -> f64 {
    let map = OnceCell::new();
    let bytes = per_entry(|id| {
        map.get_or_init(|| Map::new(150_000)).insert(id, id);
        id
    });
    black_box(map);
    bytes
}
