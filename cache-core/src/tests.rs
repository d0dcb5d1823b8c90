//! The whole way, small enough for miri: hit, miss, race, hand-over, threads.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::{Cache, Model, NoKey, cached, invalidates, testing};

#[derive(Model)]
#[model(name = "core.row", id = u64)]
struct Row;

#[derive(NoKey, Default)]
struct Source(AtomicU64, AtomicU64);

impl Source {
    fn read(&self) -> u64 {
        self.1.fetch_add(1, Ordering::SeqCst);
        self.0.load(Ordering::SeqCst)
    }
}

#[cached(invalidate_on = [Row(id)])]
fn read(source: &Source, id: u64) -> Result<u64, String> {
    Ok(source.read() + id)
}

#[cached]
fn around(source: &Source, id: u64) -> u64 {
    read(source, id).unwrap_or_default()
}

#[invalidates(Row(id))]
fn write(source: &Source, id: u64, value: u64) {
    let _ = id;
    source.0.store(value, Ordering::SeqCst);
}

fn in_a_cache(test: impl FnOnce()) {
    let isolated = testing::isolated();
    test();
    isolated.verify();
}

#[test]
fn a_value_is_loaded_once_until_it_is_invalidated() {
    in_a_cache(|| {
        let source = Source::default();
        assert_eq!((around(&source, 1), around(&source, 1)), (1, 1));
        write(&source, 1, 10);
        assert_eq!((around(&source, 1), read(&source, 1)), (11, Ok(11)));
        assert_eq!(source.1.load(Ordering::SeqCst), 2);
        let fill = read::entry(2).begin();
        write(&source, 2, 20);
        assert!(!fill.store(Ok(12)));
        Cache::current().maintain();
        read::invalidate_all();
        Cache::current().maintain();
        assert_eq!(Cache::current().stats().aliases[0].entries, 0);
    });
}

#[test]
fn threads_meet_in_loads_and_bumps() {
    in_a_cache(|| {
        let source = Source::default();
        let cache = testing::handle();
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| cache.enter(|| (0..4).for_each(|_| _ = around(&source, 1))));
            }
            scope.spawn(|| cache.enter(|| (1..4).for_each(|value| write(&source, 1, value))));
        });
        assert_eq!(around(&source, 1), 4);
    });
}

/// What is stored together doesn't run out together; outside of tests, where it would make them flicker.
#[test]
fn times_to_live_are_shortened_at_random() {
    use std::time::Duration;
    let cache = Cache::builder().build().unwrap();
    let bound = cache.explicit::<crate::DefaultAlias, u64>(std::panic::Location::caller());
    let hour = Duration::from_secs(3600);
    let drawn: Vec<_> = (0..100).map(|_| bound.jitter(hour)).collect();
    assert!(drawn.iter().all(|ttl| *ttl <= hour && *ttl >= hour * 9 / 10), "{drawn:?}");
    assert!(drawn.iter().any(|ttl| *ttl != drawn[0]), "{drawn:?}");
}
