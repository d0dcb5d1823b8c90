//! Others: what was explicitly invalidated is served when the source is down, for it is still there and "stale". Each policy
//! that serves what ran out of time, against each way to invalidate.

use std::sync::Arc;
use std::time::Duration;

use cache_core::{Cache, cached, invalidates, target, testing};
use tests::{Article, Source};

#[cached(
    ttl = "60s",
    stale_if_error = "1h",
    stale_while_revalidate = "1h",
    load_timeout = "300ms",
    early = 1000.0,
    invalidate_on = [Article(id)]
)]
async fn read(source: Arc<Source>, id: u64) -> Result<u64, String> {
    let _ = id;
    let value = source.read().await;
    testing::advance(Duration::from_secs(1));
    if value == 0 { Err("down".into()) } else { Ok(value) }
}

#[invalidates(Article(id))]
async fn write_row(id: u64) {
    let _ = id;
}

#[invalidates(Article)]
async fn write_model() {}

#[derive(Clone, Copy, Debug)]
enum Invalidation {
    Row,
    Model,
    Entry,
    Function,
    Everything,
}

async fn invalidate(way: Invalidation) {
    match way {
        Invalidation::Row => write_row(5).await,
        Invalidation::Model => write_model().await,
        Invalidation::Entry => _ = read::entry(5).invalidate().await,
        Invalidation::Function => _ = read::invalidate_all().await,
        Invalidation::Everything => _ = Cache::current().invalidate(target::everything()).await,
    }
}

/// Of an entry of that age.
async fn after(age: Duration) {
    use Invalidation::{Entry, Everything, Function, Model, Row};
    for way in [Row, Model, Entry, Function, Everything] {
        let source = Arc::new(Source::new(1));
        assert_eq!(read::refresh(Arc::clone(&source), 5).await, Ok(1));
        testing::advance(age);
        source.write(0);
        invalidate(way).await;
        assert_eq!(read(Arc::clone(&source), 5).await, Err("down".into()), "{way:?}");
        source.write(2);
        assert_eq!(read(source, 5).await, Ok(2), "{way:?}");
    }
    let stats = Cache::current().stats().function("read");
    assert_eq!((stats.stale_served, stats.background_loads, stats.early_loads), (0, 0, 0), "{stats:#?}");
}

#[cache_core::test]
async fn of_what_is_fresh_and_to_be_loaded_early() {
    after(Duration::from_secs(50)).await;
}

#[cache_core::test]
async fn of_what_ran_out_of_time() {
    after(Duration::from_secs(100)).await;
}

/// Without an invalidation they are served: what the others show isn't for want of a policy.
#[cache_core::test]
async fn what_was_not_invalidated_is_served() {
    let source = Arc::new(Source::new(1));
    assert_eq!(read(Arc::clone(&source), 5).await, Ok(1));
    testing::advance(Duration::from_secs(100));
    source.write(0);
    assert_eq!(read(source, 5).await, Ok(1));
}
