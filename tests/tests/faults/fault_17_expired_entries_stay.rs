//! Others: what has expired stays until somebody asks for it.

use std::time::Duration;

use cache_core::{Cache, cached, invalidates, testing};
use tests::Article;

#[cached(ttl = "1m", invalidate_on = [Article])]
fn read(id: u64) -> u64 {
    id
}

#[invalidates(Article)]
fn write() {}

fn entries() -> usize {
    Cache::current().stats().aliases[0].entries
}

fn fill() {
    for id in 0..500 {
        read(id);
    }
    assert_eq!(entries(), 500);
}

#[cache_core::test]
fn expired_entries_go_when_others_are_stored() {
    fill();
    testing::advance(Duration::from_secs(61));
    // In steps, so that nobody who stores waits long.
    (1_000..1_008).for_each(|id| _ = read(id));
    assert!(entries() <= 8, "{} entries", entries());
}

#[cache_core::test]
fn an_idle_cache_gives_expired_entries_back_when_told() {
    fill();
    testing::advance(Duration::from_secs(59));
    Cache::current().maintain();
    assert_eq!(entries(), 500);
    testing::advance(Duration::from_secs(2));
    Cache::current().maintain();
    assert_eq!(entries(), 0);
    assert!(Cache::current().stats().tags <= 3, "namespace, alias and function");
}

#[cache_core::test]
fn so_it_does_with_invalidated_ones() {
    fill();
    write();
    Cache::current().maintain();
    assert_eq!(entries(), 0);
}

/// Dropping a value runs its author's code, which may call the cache.
#[cache_core::test]
fn values_that_call_the_cache_when_dropped_are_not_a_deadlock() {
    use std::sync::Arc;
    struct CallsBack;
    impl Drop for CallsBack {
        fn drop(&mut self) {
            read(1);
            write();
        }
    }
    #[cached(ttl = "1m", local)]
    fn kept(id: u64) -> Arc<CallsBack> {
        let _ = id;
        Arc::new(CallsBack)
    }
    kept(1);
    kept::refresh(1);
    testing::advance(Duration::from_secs(61));
    Cache::current().maintain();
    kept(2);
}
