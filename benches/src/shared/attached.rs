//! A near hit of a cache with a tier, beside one of a cache without.

use std::hint::black_box;
use std::time::Duration;

use cache_core::Cache;
use tokio::runtime::{self, Runtime};

use super::page::near;
use crate::allocations;
use crate::interleave::{Effort, interleaved};
use crate::row::Row;

const PAGES: u64 = 1000;

pub(super) fn row(attached: &Cache, quick: bool) -> Row {
    let alone = Cache::builder().build().expect("nothing is set that could be wrong");
    let runtime = runtime::Builder::new_current_thread().build().expect("a runtime starts");
    let pass = |cache: &Cache| hits(&runtime, cache);
    let effort = Effort { slice: Duration::from_millis(2), rounds: if quick { 101 } else { 501 } };
    let [ours, theirs] = interleaved([&|| pass(attached), &|| pass(&alone)], PAGES as usize, 1, effort);
    let [ours_allocs, theirs_allocs] =
        [attached, &alone].map(|cache| allocations::during(|| pass(cache)).count as f64 / PAGES as f64);
    Row {
        case: "near-attached",
        unit: "ns",
        threads: 1,
        ours,
        theirs_name: "ours, without a tier",
        theirs,
        ours_allocs,
        theirs_allocs,
        lacks: "other processes",
    }
}

fn hits(runtime: &Runtime, cache: &Cache) {
    runtime.block_on(async {
        for id in 0..PAGES {
            black_box(near(cache, black_box(id)).await);
        }
    });
}
