//! Others: callers are released when a load takes too long, and the load that hangs keeps the key's lock: nobody loads it
//! again.

use std::sync::Arc;
use std::time::Duration;

use cache_core::{Cache, cached, testing};
use tests::{Source, until};

/// Longer than `load_wait` of the default alias.
const HANGS: Duration = Duration::from_secs(11);

#[cached(ttl = "1h", load_timeout = "300ms")]
async fn timed(source: Arc<Source>) -> u64 {
    source.read().await
}

#[cached(ttl = "1h", stale_while_revalidate = "1h")]
async fn revalidated(source: Arc<Source>) -> u64 {
    source.read().await
}

#[cached(ttl = "1h", load_timeout = "300ms")]
async fn borrowed(source: &Source) -> u64 {
    source.read().await
}

fn stats(name: &str) -> cache_core::FunctionStats {
    Cache::current().stats().function(name)
}

/// Called until it gives the new value, as time goes by; how much of it that took.
async fn recovers<F: Future<Output = u64> + Send + 'static>(call: impl Fn() -> F) -> Duration {
    let mut passed = Duration::ZERO;
    loop {
        let call = tokio::spawn(call());
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        if !call.is_finished() {
            testing::advance(Duration::from_millis(300));
        }
        if call.await.unwrap() == 2 {
            return passed;
        }
        assert!(passed < Duration::from_secs(60), "nobody loads it again");
        testing::advance(Duration::from_secs(1));
        passed += Duration::from_secs(1);
    }
}

#[cache_core::test]
async fn a_load_that_hangs_behind_its_callers_back_hands_over() {
    let source = Arc::new(Source::new(1));
    assert_eq!((timed(Arc::clone(&source)).await, revalidated(Arc::clone(&source)).await), (1, 1));
    testing::advance(Duration::from_secs(3600));
    source.write(2);
    let timed_hangs = source.hold();
    assert!(recovers(|| timed(Arc::clone(&source))).await <= HANGS);
    let revalidated_hangs = source.hold();
    assert!(recovers(|| revalidated(Arc::clone(&source))).await <= HANGS);
    assert_eq!((stats("timed").loads, stats("revalidated").loads), (3, 3));
    drop((timed_hangs, revalidated_hangs));
}

#[cache_core::test]
async fn one_that_hangs_with_its_caller_does_too() {
    let source = Arc::new(Source::new(1));
    assert_eq!(borrowed(&source).await, 1);
    testing::advance(Duration::from_secs(3600));
    source.write(2);
    let mut hold = source.hold();
    let hung = tokio::spawn({
        let source = Arc::clone(&source);
        async move { borrowed(&source).await }
    });
    hold.reached().await;
    let recovered = recovers(|| {
        let source = Arc::clone(&source);
        async move { borrowed(&source).await }
    });
    assert!(recovered.await <= HANGS);
    assert!(!hung.is_finished());
    hold.release();
    assert_eq!(hung.await.unwrap(), 2);
}

/// Where two hang the old value is served, as long as it may be; nor does each call begin another load.
#[cache_core::test]
async fn no_more_than_two_loads_hang() {
    let source = Arc::new(Source::new(1));
    assert_eq!(revalidated(Arc::clone(&source)).await, 1);
    testing::advance(Duration::from_secs(3600));
    let mut holds: Vec<_> = (0..50).map(|_| source.hold()).collect();
    for _ in 0..50 {
        assert_eq!(revalidated(Arc::clone(&source)).await, 1);
        tokio::task::yield_now().await;
        testing::advance(HANGS);
    }
    assert_eq!(source.reads(), 3);
    assert_eq!(stats("revalidated").background_loads, 2);
    for hold in holds.drain(..2) {
        hold.release();
    }
    until(|| stats("revalidated").stores > 1).await;
}
