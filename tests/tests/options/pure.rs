use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cache_core::{Cache, cached, testing};

/// No serde: what is pure stays in the process.
#[derive(Clone, PartialEq, Debug)]
struct Factors(Vec<u64>);

static RUNS: AtomicU64 = AtomicU64::new(0);

#[cached(pure)]
fn factors(number: u64) -> Factors {
    RUNS.fetch_add(1, Ordering::SeqCst);
    Factors((2..=number).filter(|candidate| number.is_multiple_of(*candidate)).collect())
}

#[cache_core::test]
fn it_never_expires() {
    assert_eq!(factors(12), Factors(vec![2, 3, 4, 6, 12]));
    testing::advance(Duration::from_secs(100 * 365 * 24 * 3600));
    Cache::current().maintain();
    assert_eq!(factors(12), Factors(vec![2, 3, 4, 6, 12]));
    assert_eq!(RUNS.load(Ordering::SeqCst), 1);
    factors::invalidate_all();
    factors(12);
    assert_eq!(RUNS.load(Ordering::SeqCst), 2);
}
