use std::sync::Arc;
use std::time::Duration;

use cache_core::{Cache, cached, invalidates, testing};
use tests::{Article, Source, until};

const TTL: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// An error that can't be cloned.
#[derive(PartialEq, Debug)]
struct Down;

#[cached(ttl = "60s", stale_if_error = "1h", invalidate_on = [Article])]
async fn read(source: &Source) -> Result<u64, Down> {
    match source.read().await {
        0 => Err(Down),
        value => Ok(value),
    }
}

/// Errors are kept where there is nothing else.
#[cached(ttl = "60s", stale_if_error = "1h", err_ttl = "2s")]
async fn keeps_errors(source: &Source) -> Result<u64, String> {
    match source.read().await {
        0 => Err("down".into()),
        value => Ok(value),
    }
}

#[cached(ttl = "60s", stale_if_error = "1h")]
fn sync(source: &Source) -> Result<u64, Down> {
    match source.read_sync() {
        0 => Err(Down),
        value => Ok(value),
    }
}

#[invalidates(Article)]
fn write() {}

fn stats(name: &str) -> cache_core::FunctionStats {
    Cache::current().stats().function(name)
}

#[cache_core::test]
async fn the_old_value_is_served_in_place_of_an_error() {
    let source = Source::new(1);
    assert_eq!(read(&source).await, Ok(1));
    testing::advance(TTL);
    source.write(0);
    for _ in 0..3 {
        assert_eq!(read(&source).await, Ok(1));
    }
    assert_eq!(source.reads(), 4, "the source is asked each time");
    source.write(2);
    assert_eq!(read(&source).await, Ok(2));
    let stats = stats("read");
    assert_eq!((stats.errors, stats.stale_served), (3, 3), "{stats:#?}");
}

#[cache_core::test]
async fn no_longer_than_it_says() {
    let source = Source::new(1);
    assert_eq!(read(&source).await, Ok(1));
    source.write(0);
    testing::advance(TTL + HOUR - Duration::from_secs(1));
    assert_eq!(read(&source).await, Ok(1));
    testing::advance(Duration::from_secs(1));
    assert_eq!(read(&source).await, Err(Down));
}

#[cache_core::test]
async fn without_an_old_value_the_error_is_returned() {
    let source = Source::new(0);
    assert_eq!(read(&source).await, Err(Down));
    assert_eq!(
        (keeps_errors(&source).await, keeps_errors(&source).await),
        (Err("down".into()), Err("down".into()))
    );
    assert_eq!(source.reads(), 2);
}

/// A kept error must not take the old value's place.
#[cache_core::test]
async fn the_old_value_goes_before_an_error_that_is_kept() {
    let source = Source::new(1);
    assert_eq!(keeps_errors(&source).await, Ok(1));
    testing::advance(TTL);
    source.write(0);
    for _ in 0..3 {
        assert_eq!(keeps_errors(&source).await, Ok(1));
    }
    testing::advance(HOUR);
    assert_eq!(keeps_errors(&source).await, Err("down".into()));
}

/// Those who wait for a load that fails don't all ask a source that is down.
#[cache_core::test]
async fn followers_get_the_old_value_too() {
    let source = Arc::new(Source::new(1));
    assert_eq!(read(&source).await, Ok(1));
    testing::advance(TTL);
    source.write(0);
    let call = |source: &Arc<Source>| {
        let source = Arc::clone(source);
        tokio::spawn(async move { read(&source).await })
    };
    let mut hold = source.hold();
    let mut calls = vec![call(&source)];
    hold.reached().await;
    calls.extend((0..10).map(|_| call(&source)));
    until(|| testing::waiting() == 10).await;
    hold.release();
    for call in calls {
        assert_eq!(call.await.unwrap(), Ok(1));
    }
    assert_eq!((source.reads(), stats("read").stale_served), (2, 11));
}

/// A write while the load that fails is under way: the old value is not served for it, to nobody.
#[cache_core::test]
async fn what_is_invalidated_while_it_is_loaded_is_not_served() {
    let source = Arc::new(Source::new(1));
    assert_eq!(read(&source).await, Ok(1));
    testing::advance(TTL);
    source.write(0);
    let mut hold = source.hold();
    let call = tokio::spawn({
        let source = Arc::clone(&source);
        async move { read(&source).await }
    });
    hold.reached().await;
    write();
    hold.release();
    assert_eq!(call.await.unwrap(), Err(Down));
    assert_eq!(stats("read").stale_served, 0);
}

#[cache_core::test]
fn so_it_is_with_sync_functions() {
    let source = Source::new(1);
    assert_eq!(sync(&source), Ok(1));
    testing::advance(TTL);
    source.write(0);
    assert_eq!(sync(&source), Ok(1));
    testing::advance(HOUR);
    assert_eq!(sync(&source), Err(Down));
}

/// What may still be served is not swept, and what may not is.
#[cache_core::test]
async fn the_old_value_is_kept_as_long_as_it_may_be_served() {
    let source = Source::new(1);
    assert_eq!(read(&source).await, Ok(1));
    let entries = || Cache::current().stats().aliases.iter().map(|alias| alias.entries).sum::<usize>();
    testing::advance(TTL);
    Cache::current().maintain();
    assert_eq!(entries(), 1);
    testing::advance(HOUR);
    Cache::current().maintain();
    assert_eq!(entries(), 0);
}
