//! Parts of a call, each by itself: `cargo bench -p benches --bench parts`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use cache_core::parts::{Epochs, Flights, Key, Loaded, Near, Writing};
use criterion::{Criterion, criterion_group, criterion_main};

fn key(criterion: &mut Criterion) {
    criterion.bench_function("key (u64)", |bencher| {
        bencher.iter(|| {
            let mut key = Writing::new();
            key.argument(0, black_box(7_u64));
            black_box(key.seal());
        });
    });
    criterion.bench_function("key (u64, &str)", |bencher| {
        bencher.iter(|| {
            let mut key = Writing::new();
            key.argument(0, black_box(7_u64));
            key.argument(1, black_box("product-000007"));
            black_box(key.seal());
        });
    });
}

/// How many loads are checked between two bumps.
const LOADS: usize = 100;
/// Nobody depends on it.
const ELSEWHERE: u128 = u128::MAX;

fn epochs(criterion: &mut Criterion) {
    for tags in [4, 16] {
        let epochs = Epochs::new();
        let loads: Vec<_> = (0..LOADS).map(|_| epochs.load((0..tags).map(spread))).collect();
        criterion.bench_function(&format!("{tags} epochs, nothing bumped"), |bencher| {
            bencher.iter_custom(|checks| check(&epochs, &loads, checks, || ()));
        });
        criterion.bench_function(&format!("{tags} epochs, after a bump"), |bencher| {
            bencher.iter_custom(|checks| check(&epochs, &loads, checks, || epochs.bump(ELSEWHERE)));
        });
    }
}

/// Tags are digests.
fn spread(number: u128) -> u128 {
    (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
}

/// The time that so many checks take, without what is done before each round of them.
fn check(epochs: &Epochs, loads: &[Loaded], checks: u64, before: impl Fn()) -> Duration {
    let rounds = (0..checks).step_by(LOADS).map(|done| LOADS.min((checks - done) as usize));
    rounds
        .map(|count| {
            before();
            let start = Instant::now();
            assert!(loads[..count].iter().all(|loaded| epochs.check(black_box(loaded))));
            start.elapsed()
        })
        .sum()
}

fn keys() -> Vec<Key> {
    let key = |id: u64| {
        let mut key = Writing::new();
        key.argument(0, id);
        key.finish()
    };
    (0..1000).map(key).collect()
}

fn near(criterion: &mut Criterion) {
    let (near, keys) = (Near::new(10_000), keys());
    assert!(keys.iter().zip(0..).all(|(key, value)| near.put(key, value)));
    criterion.bench_function("near get", |bencher| {
        let mut keys = keys.iter().cycle();
        bencher.iter(|| assert!(near.get(black_box(keys.next().expect("it begins again")))));
    });
}

fn flight(criterion: &mut Criterion) {
    let (flights, keys) = (Flights::new(), keys());
    criterion.bench_function("flight, board and land", |bencher| {
        let mut keys = keys.iter().cycle();
        bencher.iter(|| assert!(flights.fly(black_box(keys.next().expect("it begins again")))));
    });
}

criterion_group!(parts, key, epochs, near, flight);
criterion_main!(parts);
