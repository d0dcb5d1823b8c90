use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use cache_core::{Cache, cached, invalidates, testing};
use tests::{Article, Source, until};

const TTL: Duration = Duration::from_secs(60);

/// Owns its arguments: its load can go on behind its caller's back.
#[cached(ttl = "60s", stale_while_revalidate = "30s", invalidate_on = [Article])]
async fn owned(source: Arc<Source>) -> u64 {
    source.read().await
}

/// Borrows them: one of its callers does it.
#[cached(ttl = "60s", stale_while_revalidate = "30s", invalidate_on = [Article])]
async fn borrowed(source: &Source) -> u64 {
    source.read().await
}

#[cached(ttl = "60s", stale_while_revalidate = "30s", invalidate_on = [Article])]
fn sync(source: &Source) -> u64 {
    source.read_sync()
}

#[cached(ttl = "60s", stale_while_revalidate = "30s", invalidate_on = [Article])]
async fn fails(source: Arc<Source>) -> Result<u64, String> {
    match source.read().await {
        0 => Err("down".into()),
        value => Ok(value),
    }
}

#[cached(ttl = "60s")]
async fn around(source: Arc<Source>) -> u64 {
    owned(source).await
}

#[invalidates(Article)]
fn write() {}

fn stats(name: &str) -> cache_core::FunctionStats {
    Cache::current().stats().function(name)
}

#[cache_core::test]
async fn the_old_value_is_served_while_it_is_loaded_behind() {
    let source = Arc::new(Source::new(1));
    assert_eq!(owned(Arc::clone(&source)).await, 1);
    testing::advance(TTL);
    source.write(2);
    let mut hold = source.hold();
    assert_eq!(owned(Arc::clone(&source)).await, 1, "nobody waits");
    hold.reached().await;
    for _ in 0..10 {
        assert_eq!(owned(Arc::clone(&source)).await, 1, "nor does anybody load a second time");
    }
    hold.release();
    until(|| stats("owned").stores == 2).await;
    assert_eq!(owned(Arc::clone(&source)).await, 2);
    let stats = stats("owned");
    assert_eq!((source.reads(), stats.background_loads, stats.stale_served), (2, 1, 11), "{stats:#?}");
}

#[cache_core::test]
async fn no_longer_than_it_says() {
    let source = Arc::new(Source::new(1));
    assert_eq!(owned(Arc::clone(&source)).await, 1);
    testing::advance(TTL + Duration::from_secs(30));
    source.write(2);
    assert_eq!(owned(Arc::clone(&source)).await, 2);
    assert_eq!(stats("owned").stale_served, 0);
}

#[cache_core::test]
async fn what_was_invalidated_is_not_served() {
    let source = Arc::new(Source::new(1));
    assert_eq!((owned(Arc::clone(&source)).await, borrowed(&source).await), (1, 1));
    testing::advance(TTL);
    source.write(2);
    write();
    assert_eq!((owned(Arc::clone(&source)).await, borrowed(&source).await), (2, 2));
    assert_eq!((stats("owned").stale_served, stats("borrowed").stale_served), (0, 0));
}

/// The load behind began before the write: it is not stored, and who comes after the write doesn't get it.
#[cache_core::test]
async fn what_is_invalidated_meanwhile_is_not_served_either() {
    let source = Arc::new(Source::new(1));
    assert_eq!(owned(Arc::clone(&source)).await, 1);
    testing::advance(TTL);
    let mut hold = source.hold();
    assert_eq!(owned(Arc::clone(&source)).await, 1);
    hold.reached().await;
    source.write(2);
    write();
    assert_eq!(owned(Arc::clone(&source)).await, 2);
    hold.release();
    until(|| stats("owned").raced == 1).await;
    assert_eq!(owned(Arc::clone(&source)).await, 2);
}

#[cache_core::test]
async fn with_borrowed_arguments_one_caller_loads_and_the_others_get_the_old_value() {
    let source = Arc::new(Source::new(1));
    assert_eq!(borrowed(&source).await, 1);
    testing::advance(TTL);
    source.write(2);
    let mut hold = source.hold();
    let leader = tokio::spawn({
        let source = Arc::clone(&source);
        async move { borrowed(&source).await }
    });
    hold.reached().await;
    for _ in 0..10 {
        assert_eq!(borrowed(&source).await, 1);
    }
    hold.release();
    assert_eq!(leader.await.unwrap(), 2);
    assert_eq!((borrowed(&source).await, source.reads()), (2, 2));
    let stats = stats("borrowed");
    assert_eq!((stats.background_loads, stats.stale_served), (0, 10));
}

#[cache_core::test]
fn so_it_is_with_sync_functions() {
    let source = Source::new(1);
    assert_eq!(sync(&source), 1);
    testing::advance(TTL);
    source.write(2);
    let (mut hold, handle) = (source.hold(), testing::handle());
    std::thread::scope(|scope| {
        let leader = scope.spawn(|| handle.enter(|| sync(&source)));
        hold.reached_sync();
        assert_eq!(sync(&source), 1);
        hold.release();
        assert_eq!(leader.join().unwrap(), 2);
    });
    assert_eq!((sync(&source), source.reads()), (2, 2));
}

/// A caller who loads gets his own load, unless it fails: then he gets what everybody else does.
#[cache_core::test]
async fn a_load_that_fails_leaves_the_old_value() {
    let source = Arc::new(Source::new(1));
    assert_eq!(fails(Arc::clone(&source)).await, Ok(1));
    testing::advance(TTL);
    source.write(0);
    assert_eq!(fails(Arc::clone(&source)).await, Ok(1));
    until(|| stats("fails").errors == 1).await;
    assert_eq!(fails(Arc::clone(&source)).await, Ok(1));
    until(|| stats("fails").errors == 2).await;
    testing::advance(Duration::from_secs(30));
    assert_eq!(fails(Arc::clone(&source)).await, Err("down".into()));
}

#[cache_core::test]
async fn what_is_made_of_an_old_value_is_not_kept() {
    let source = Arc::new(Source::new(1));
    assert_eq!(around(Arc::clone(&source)).await, 1);
    testing::advance(TTL);
    source.write(2);
    let mut hold = source.hold();
    assert_eq!(around(Arc::clone(&source)).await, 1);
    hold.reached().await;
    hold.release();
    until(|| stats("owned").stores == 2).await;
    assert_eq!(around(Arc::clone(&source)).await, 2);
}

#[cache_core::test]
async fn entries_give_what_is_fresh_alone() {
    let source = Arc::new(Source::new(1));
    assert_eq!(owned(Arc::clone(&source)).await, 1);
    assert_eq!(owned::entry().get().await, Some(1));
    testing::advance(TTL);
    assert_eq!(owned::entry().get().await, None);
}

/// A runtime is what a load behind a caller's back needs.
#[cache_core::test]
fn without_a_runtime_the_caller_loads() {
    let source = Arc::new(Source::new(1));
    let call = || pin!(owned(Arc::clone(&source))).poll(&mut Context::from_waker(Waker::noop()));
    assert_eq!(call(), Poll::Ready(1));
    testing::advance(TTL);
    source.write(2);
    assert_eq!(call(), Poll::Ready(2));
}

#[cache_core::test]
async fn a_cache_that_is_shut_down_waits_for_its_loads_and_begins_no_others() {
    let source = Arc::new(Source::new(1));
    assert_eq!(owned(Arc::clone(&source)).await, 1);
    testing::advance(TTL);
    source.write(2);
    let mut hold = source.hold();
    assert_eq!(owned(Arc::clone(&source)).await, 1);
    hold.reached().await;
    let ending = tokio::spawn(async { Cache::current().shutdown(Duration::from_secs(5)).await });
    until(|| testing::waiting() == 1).await;
    assert!(!ending.is_finished());
    hold.release();
    assert_eq!(ending.await.unwrap(), 0);
    assert_eq!(owned(Arc::clone(&source)).await, 2, "what they loaded is stored");
    testing::advance(TTL);
    assert_eq!(owned(Arc::clone(&source)).await, 2);
    assert_eq!((source.reads(), stats("owned").background_loads), (2, 1));
}

#[cache_core::test]
async fn loads_that_take_too_long_are_ended_with_the_cache() {
    let source = Arc::new(Source::new(1));
    assert_eq!(owned(Arc::clone(&source)).await, 1);
    testing::advance(TTL);
    let mut hold = source.hold();
    assert_eq!(owned(Arc::clone(&source)).await, 1);
    hold.reached().await;
    assert_eq!(Arc::strong_count(&source), 2, "its load has it");
    let ending = tokio::spawn(async { Cache::current().shutdown(Duration::from_secs(5)).await });
    until(|| testing::waiting() == 1).await;
    testing::advance(Duration::from_secs(5));
    ending.await.unwrap();
    until(|| Arc::strong_count(&source) == 1).await;
}
