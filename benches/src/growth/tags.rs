//! How a hit grows with the number of rows that its function declares: in peace, and when somewhere something has just
//! been written.

use std::hint::black_box;
use std::time::Instant;

use cache_core::{Alias, Cache, Model, cached, target};
use tokio::runtime::Runtime;

use super::curve::{Curve, Point};
use crate::shuffle::shuffled;
use crate::statistics::median;

const KEYS: usize = 1000;

#[derive(Alias)]
#[alias(name = "of-tags", ttl = "4h")]
struct Tags;

macro_rules! models {
    ($($name:ident = $text:literal),*) => {
        $(#[derive(Model)]
        #[model(name = $text, id = u64)]
        struct $name;)*
    };
}

models! {
    A = "benches.a", B = "benches.b", C = "benches.c", D = "benches.d", E = "benches.e", F = "benches.f",
    G = "benches.g", H = "benches.h", I = "benches.i", J = "benches.j", K = "benches.k", L = "benches.l",
    M = "benches.m", N = "benches.n", O = "benches.o", P = "benches.p", Unrelated = "benches.unrelated"
}

#[cached(alias = Tags, invalidate_on = [A(id)])]
fn one(id: u64) -> u64 {
    id
}

#[cached(alias = Tags, invalidate_on = [A(id), B(id), C(id), D(id)])]
fn four(id: u64) -> u64 {
    id
}

#[cached(alias = Tags, invalidate_on = [
    A(id), B(id), C(id), D(id), E(id), F(id), G(id), H(id), I(id), J(id), K(id), L(id), M(id), N(id), O(id), P(id),
])]
fn sixteen(id: u64) -> u64 {
    id
}

type Function = fn(u64) -> u64;

/// By how many rows they declare.
const FUNCTIONS: [(usize, Function); 3] = [(1, one), (4, four), (16, sixteen)];

/// In peace, and each first hit after a write of a row that nothing depends on.
pub(super) fn curves(rounds: usize) -> [Curve; 2] {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime starts");
    // Unrelated, but not unheard of: something depends on another row of that model.
    unrelated(0);
    let keys = shuffled(KEYS);
    let mut quiet = Curve::new("nothing is written");
    let mut after_a_write = Curve::new("the first hit after a write elsewhere");
    let mut times = FUNCTIONS.map(|_| [Vec::new(), Vec::new()]);
    // By turns, so that what slows the machine for a while slows all.
    for round in 0..=rounds {
        for ((_, function), times) in FUNCTIONS.iter().zip(&mut times) {
            write_elsewhere(&runtime);
            let figures = [pass(&keys, *function), pass(&keys, *function)];
            // The first round loads.
            if round > 0 {
                times.iter_mut().zip(figures).for_each(|(times, figure)| times.push(figure));
            }
        }
    }
    for ((tags, _), [first, second]) in FUNCTIONS.iter().zip(times) {
        after_a_write.points.push(Point::new(*tags as f64, median(first)));
        quiet.points.push(Point::new(*tags as f64, median(second)));
    }
    [quiet, after_a_write]
}

#[cached(alias = Tags, invalidate_on = [Unrelated(id)])]
fn unrelated(id: u64) -> u64 {
    id
}

fn write_elsewhere(runtime: &Runtime) {
    let cache = Cache::current();
    runtime.block_on(async { cache.invalidate(target::row::<Unrelated>(&1)).await });
}

/// Nanoseconds of a hit, each key once.
fn pass(keys: &[u32], function: Function) -> f64 {
    let start = Instant::now();
    for key in keys {
        black_box(function(black_box(u64::from(*key))));
    }
    start.elapsed().as_nanos() as f64 / keys.len() as f64
}
