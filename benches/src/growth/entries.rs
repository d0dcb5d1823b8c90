//! How a hit grows with the number of entries: asked for in random order over all of them.

use std::hint::black_box;

use cache_core::{Alias, Model, cached};
use quick_cache::sync::Cache as Map;

use super::curve::{Curve, Point};
use crate::interleave::{Effort, interleaved};
use crate::shuffle::shuffled;

const COUNTS: [usize; 3] = [1_000, 100_000, 1_000_000];

#[derive(Model)]
#[model(name = "benches.of-many", id = u64)]
struct Item;

#[derive(Alias)]
#[alias(name = "of-many", ttl = "4h", max_entries = 2_000_000)]
struct Many;

#[cached(alias = Many, invalidate_on = [Item(id)])]
fn item(id: u64) -> u64 {
    id
}

/// Ours with a row that each entry depends on, and the map alone.
pub(super) fn curves(effort: Effort) -> [Curve; 2] {
    let map = Map::new(2_000_000);
    let mut ours = Curve::new("a cached function, each entry depends on a row");
    let mut bare = Curve::new("quick_cache alone");
    for count in COUNTS {
        let order = shuffled(count);
        order.iter().for_each(|id| map.insert(u64::from(*id), u64::from(*id)));
        let hits = || each(&order, item);
        let bare_hits = || each(&order, |id| map.get(&id));
        // Loads.
        hits();
        let [of_ours, of_bare] = interleaved([&hits, &bare_hits], count, 1, effort);
        ours.points.push(Point::new(count as f64, of_ours));
        bare.points.push(Point::new(count as f64, of_bare));
    }
    [ours, bare]
}

fn each<R>(order: &[u32], hit: impl Fn(u64) -> R) {
    for id in order {
        black_box(hit(black_box(u64::from(*id))));
    }
}
