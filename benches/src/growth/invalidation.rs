//! How an invalidation grows with the number of entries that it reaches. It shall not.

use std::time::Instant;

use cache_core::{Alias, Cache, Model, cached, target};

use super::curve::{Curve, Point};
use crate::statistics::median;

const COUNTS: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];

#[derive(Model)]
#[model(name = "benches.dependant", id = u64)]
struct Item;

#[derive(Alias)]
#[alias(name = "dependants", ttl = "4h", max_entries = 2_000_000)]
struct Dependants;

#[cached(alias = Dependants, invalidate_on = [Item(id)])]
fn item(id: u64) -> u64 {
    id
}

/// Nanoseconds of one invalidation of a model, all entries being loaded anew before each.
pub(super) fn curve(rounds: usize) -> Curve {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime starts");
    let mut curve = Curve::new("invalidating a model");
    for count in COUNTS {
        let figures = (0..rounds).map(|_| {
            (0..count).for_each(|id| assert_eq!(item(id), id));
            let cache = Cache::current();
            let nanoseconds = runtime.block_on(async {
                let start = Instant::now();
                cache.invalidate(target::model::<Item>()).await;
                start.elapsed().as_nanos() as f64
            });
            assert!((0..count).step_by(997).all(|id| item::entry(id).get().is_none()), "all are gone");
            nanoseconds
        });
        curve.points.push(Point::new(count as f64, median(figures.collect())));
    }
    curve
}
