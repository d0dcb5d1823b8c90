use std::sync::Arc;
use std::time::Duration;

use cache_core::{Cache, cached, invalidates, testing};
use tests::{Article, Source, until};

const TTL: Duration = Duration::from_secs(60);
/// How long a load takes.
const LOAD: Duration = Duration::from_secs(1);

#[cached(ttl = "60s", early = 1.0, invalidate_on = [Article])]
async fn owned(source: Arc<Source>) -> u64 {
    let value = source.read().await;
    testing::advance(LOAD);
    value
}

#[cached(ttl = "60s", early = 1.0)]
async fn borrowed(source: &Source) -> Result<u64, String> {
    let value = source.read().await;
    testing::advance(LOAD);
    if value == 0 { Err("down".into()) } else { Ok(value) }
}

#[cached(ttl = "60s", early = 1.0)]
async fn instant(source: &Source) -> u64 {
    source.read().await
}

#[invalidates(Article)]
fn write() {}

fn stats(name: &str) -> cache_core::FunctionStats {
    Cache::current().stats().function(name)
}

/// Steps until a load has begun early; how long before the time runs out that is.
async fn drawn(call: impl AsyncFn() -> u64, name: &str) -> Duration {
    let (step, mut left) = (Duration::from_millis(10), TTL - LOAD);
    while stats(name).early_loads == 0 {
        assert!(left > step, "nothing is loaded again before its time");
        testing::advance(step);
        left -= step;
        call().await;
        tokio::task::yield_now().await;
    }
    left
}

#[cache_core::test]
async fn a_value_is_loaded_again_before_its_time_runs_out_behind() {
    let source = Arc::new(Source::new(1));
    assert_eq!(owned(Arc::clone(&source)).await, 1);
    source.write(2);
    let left = drawn(async || owned(Arc::clone(&source)).await, "owned").await;
    assert!(left < 20 * LOAD, "{left:?} before its time is too early");
    until(|| stats("owned").stores == 2).await;
    assert_eq!(owned(Arc::clone(&source)).await, 2);
    let stats = stats("owned");
    assert_eq!((source.reads(), stats.early_loads, stats.background_loads), (2, 1, 1), "{stats:#?}");
    assert_eq!((stats.stale_served, stats.misses), (0, 1), "nobody waited, and nothing was old");
}

#[cache_core::test]
async fn with_borrowed_arguments_the_caller_does_it() {
    let source = Source::new(1);
    assert_eq!(borrowed(&source).await, Ok(1));
    source.write(2);
    drawn(async || borrowed(&source).await.unwrap(), "borrowed").await;
    assert_eq!(borrowed(&source).await, Ok(2));
    let stats = stats("borrowed");
    assert_eq!((source.reads(), stats.early_loads, stats.background_loads), (2, 1, 0), "{stats:#?}");
}

#[cache_core::test]
async fn a_load_that_fails_before_the_time_runs_out_does_no_harm() {
    let source = Source::new(1);
    assert_eq!(borrowed(&source).await, Ok(1));
    source.write(0);
    drawn(async || borrowed(&source).await.unwrap(), "borrowed").await;
    assert_eq!((stats("borrowed").errors, stats("borrowed").stale_served), (1, 0));
}

#[cache_core::test]
async fn what_takes_no_time_is_loaded_when_its_time_has_run_out() {
    let source = Source::new(1);
    for _ in 0..60 {
        assert_eq!(instant(&source).await, 1);
        testing::advance(Duration::from_millis(999));
    }
    assert_eq!(source.reads(), 1);
}

#[cache_core::test]
async fn what_was_invalidated_is_not_served_before_its_time_either() {
    let source = Arc::new(Source::new(1));
    assert_eq!(owned(Arc::clone(&source)).await, 1);
    testing::advance(TTL - LOAD - Duration::from_millis(1));
    source.write(2);
    write();
    assert_eq!(owned(Arc::clone(&source)).await, 2);
}

/// Whoever the lot falls on, one loads, and nobody waits.
#[cache_core::test]
async fn of_many_who_ask_one_loads() {
    let source = Arc::new(Source::new(1));
    assert_eq!(owned(Arc::clone(&source)).await, 1);
    testing::advance(TTL - LOAD - Duration::from_millis(1));
    source.write(2);
    let mut hold = source.hold();
    for _ in 0..100 {
        assert_eq!(owned(Arc::clone(&source)).await, 1);
    }
    hold.reached().await;
    for _ in 0..100 {
        assert_eq!(owned(Arc::clone(&source)).await, 1);
    }
    assert_eq!((source.reads(), stats("owned").early_loads), (2, 1));
    hold.release();
    until(|| stats("owned").stores == 2).await;
}
