//! How an entry's size grows with the number of entries, by what the allocator is asked for.

use std::hint::black_box;

use cache_core::{Alias, Model, cached};
use quick_cache::sync::Cache as Map;

use super::curve::{Curve, Point};
use crate::allocations::Counter;

const COUNTS: [u64; 9] = [1_000, 3_000, 10_000, 30_000, 50_000, 100_000, 200_000, 500_000, 1_000_000];

#[derive(Model)]
#[model(name = "benches.weighed", id = u64)]
struct Item;

#[derive(Alias)]
#[alias(name = "weighed", ttl = "4h", max_entries = 2_000_000)]
struct Plain;

#[derive(Alias)]
#[alias(name = "weighed-by-row", ttl = "4h", max_entries = 2_000_000)]
struct WithRow;

#[derive(Alias)]
#[alias(name = "before-weighing", ttl = "4h")]
struct First;

#[cached(alias = Plain)]
fn plain(id: u64) -> u64 {
    id
}

#[cached(alias = WithRow, invalidate_on = [Item(id)])]
fn with_row(id: u64) -> u64 {
    id
}

/// Its first call sets up what all functions share.
#[cached(alias = First, invalidate_on = [Item(id)])]
fn first(id: u64) -> u64 {
    id
}

/// Bytes per entry, key and value included: a `u64` each.
pub(super) fn curves() -> [Curve; 3] {
    first(0);
    let mut map = None;
    let curves = [
        curve("a cached function, each entry depends on a row", with_row),
        curve("a cached function that declares nothing", plain),
        curve("quick_cache alone", |id| {
            map.get_or_insert_with(|| Map::new(2_000_000)).insert(id, id);
            id
        }),
    ];
    black_box(map);
    curves
}

fn curve(name: &'static str, mut fill: impl FnMut(u64) -> u64) -> Curve {
    let counter = Counter::start();
    let mut filled = 0;
    let mut curve = Curve::new(name);
    for count in COUNTS {
        (filled..count).for_each(|id| assert_eq!(fill(id), id));
        filled = count;
        curve.points.push(Point::new(count as f64, counter.so_far().live as f64 / count as f64));
    }
    curve
}
