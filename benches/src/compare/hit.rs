//! Hits of ours beside hits of a peer.

use std::hint::black_box;

use tokio::runtime::Runtime;

use super::keys::{self, Key};
use super::payload::loads;
use crate::allocations;
use crate::interleave::{Effort, Pass, interleaved};
use crate::row::Row;

/// A comparison of hits.
pub(super) struct Hits<'a> {
    pub(super) case: &'static str,
    pub(super) threads: usize,
    pub(super) ours: Pass<'a>,
    pub(super) theirs_name: &'static str,
    pub(super) theirs: Pass<'a>,
    /// What the peer doesn't do in this form, and ours does.
    pub(super) lacks: &'static str,
}

impl Hits<'_> {
    pub(super) fn run(&self, effort: Effort) -> Row {
        let sides = [self.ours, self.theirs];
        // Whatever is missing is loaded here, and what threads or caches set up at first is set up.
        sides.iter().for_each(|pass| (0..3).for_each(|_| pass()));
        let loads_before = loads();
        let [ours_allocs, theirs_allocs] = sides.map(allocations_of_a_call);
        let [ours, theirs] = interleaved(sides, keys::COUNT, self.threads, effort);
        assert_eq!(loads() - loads_before, 0, "{}: some calls were no hits", self.case);
        Row {
            case: self.case,
            unit: "ns",
            threads: self.threads,
            ours,
            theirs_name: self.theirs_name,
            theirs,
            ours_allocs,
            theirs_allocs,
            lacks: self.lacks,
        }
    }
}

fn allocations_of_a_call(pass: Pass<'_>) -> f64 {
    allocations::during(pass).count as f64 / keys::COUNT as f64
}

/// A call for each key.
pub(super) fn each<R>(keys: &[Key], hit: impl Fn(&Key) -> R) {
    for key in keys {
        black_box(hit(black_box(key)));
    }
}

/// A call for each key, awaited one after the other.
pub(super) fn each_awaited<R>(runtime: &Runtime, keys: &[Key], hit: impl AsyncFn(&Key) -> R) {
    runtime.block_on(async {
        for key in keys {
            black_box(hit(black_box(key)).await);
        }
    });
}
