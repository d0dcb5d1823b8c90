use std::sync::Arc;
use std::time::Duration;

use cache_core::{Alias, Cache, cached, invalidates, testing};
use tests::{Article, Source, until};

const TTL: Duration = Duration::from_secs(60);
const TIMEOUT: Duration = Duration::from_millis(300);

#[cached(ttl = "60s", load_timeout = "300ms", invalidate_on = [Article])]
async fn owned(source: Arc<Source>) -> u64 {
    source.read().await
}

#[cached(ttl = "60s", load_timeout = "300ms")]
async fn borrowed(source: &Source) -> u64 {
    source.read().await
}

#[derive(Alias)]
#[alias(name = "narrow", max_loads = 1)]
struct Narrow;

#[cached(alias = Narrow, ttl = "60s", load_timeout = "300ms")]
async fn narrow(source: Arc<Source>, id: u64) -> u64 {
    source.read().await + id
}

#[invalidates(Article)]
fn write() {}

fn stats(name: &str) -> cache_core::FunctionStats {
    Cache::current().stats().function(name)
}

type Call = tokio::task::JoinHandle<u64>;

/// A call that waits, and so do `others`.
async fn waiting(call: impl Future<Output = u64> + Send + 'static, others: usize) -> Call {
    let call = tokio::spawn(call);
    until(|| testing::waiting() == others + 1).await;
    call
}

#[cache_core::test]
async fn who_has_waited_so_long_is_given_the_old_value_and_the_load_goes_on() {
    let source = Arc::new(Source::new(1));
    assert_eq!(owned(Arc::clone(&source)).await, 1);
    testing::advance(TTL);
    source.write(2);
    let mut hold = source.hold();
    let call = waiting(owned(Arc::clone(&source)), 0).await;
    hold.reached().await;
    testing::advance(TIMEOUT - Duration::from_millis(1));
    tokio::task::yield_now().await;
    assert!(!call.is_finished());
    testing::advance(Duration::from_millis(1));
    assert_eq!(call.await.unwrap(), 1);
    hold.release();
    until(|| stats("owned").stores == 2).await;
    assert_eq!((owned(Arc::clone(&source)).await, source.reads()), (2, 2));
    let stats = stats("owned");
    assert_eq!((stats.background_loads, stats.stale_served), (1, 1), "{stats:#?}");
}

#[cache_core::test]
async fn a_load_that_takes_less_is_waited_for() {
    let source = Arc::new(Source::new(1));
    assert_eq!(owned(Arc::clone(&source)).await, 1);
    testing::advance(TTL);
    source.write(2);
    assert_eq!(owned(Arc::clone(&source)).await, 2);
    assert_eq!(stats("owned").stale_served, 0);
}

#[cache_core::test]
async fn without_an_old_value_the_load_is_waited_for() {
    let source = Arc::new(Source::new(1));
    let mut hold = source.hold();
    let call = tokio::spawn(owned(Arc::clone(&source)));
    hold.reached().await;
    testing::advance(TIMEOUT);
    tokio::task::yield_now().await;
    assert!(!call.is_finished());
    hold.release();
    assert_eq!(call.await.unwrap(), 1);
}

/// Without a window that another policy gives, an old value may be served for as long as it was fresh.
#[cache_core::test]
async fn no_longer_than_it_was_fresh() {
    for (age, served) in [(2 * TTL - Duration::from_secs(1), true), (2 * TTL, false)] {
        let source = Arc::new(Source::new(1));
        assert_eq!(owned::refresh(Arc::clone(&source)).await, 1);
        testing::advance(age);
        source.write(2);
        let mut hold = source.hold();
        let call = tokio::spawn(owned(Arc::clone(&source)));
        hold.reached().await;
        testing::advance(TIMEOUT);
        match served {
            true => until(|| call.is_finished()).await,
            false => tokio::task::yield_now().await,
        }
        assert_eq!(call.is_finished(), served, "{age:?}");
        hold.release();
        assert_eq!(call.await.unwrap(), if served { 1 } else { 2 });
    }
}

#[cache_core::test]
async fn followers_wait_no_longer_either() {
    let source = Arc::new(Source::new(1));
    assert_eq!(borrowed(&source).await, 1);
    testing::advance(TTL);
    source.write(2);
    let mut hold = source.hold();
    let call = |source: &Arc<Source>| {
        let source = Arc::clone(source);
        tokio::spawn(async move { borrowed(&source).await })
    };
    let leader = call(&source);
    hold.reached().await;
    let followers: Vec<_> = (0..10).map(|_| call(&source)).collect();
    // Each for the load, and for its time to be over.
    until(|| testing::waiting() == 20).await;
    testing::advance(TIMEOUT);
    for follower in followers {
        assert_eq!(follower.await.unwrap(), 1);
    }
    tokio::task::yield_now().await;
    assert!(!leader.is_finished(), "it borrows from its caller, who must stay");
    hold.release();
    assert_eq!((leader.await.unwrap(), source.reads()), (2, 2));
}

#[cache_core::test]
async fn what_was_invalidated_is_waited_for() {
    let source = Arc::new(Source::new(1));
    assert_eq!(owned(Arc::clone(&source)).await, 1);
    testing::advance(TTL);
    let mut hold = source.hold();
    let call = waiting(owned(Arc::clone(&source)), 0).await;
    hold.reached().await;
    source.write(2);
    write();
    testing::advance(TIMEOUT);
    tokio::task::yield_now().await;
    assert!(!call.is_finished(), "the old value was invalidated while it waited");
    let mut other = source.hold();
    let late = tokio::spawn(owned(Arc::clone(&source)));
    other.reached().await;
    testing::advance(TIMEOUT);
    tokio::task::yield_now().await;
    assert!(!late.is_finished(), "and before it came");
    hold.release();
    other.release();
    assert_eq!((call.await.unwrap(), late.await.unwrap()), (1, 2));
}

/// A load that goes on holds its permit.
#[cache_core::test]
async fn no_more_loads_go_on_than_the_alias_allows() {
    let source = Arc::new(Source::new(1));
    for id in 0..2 {
        narrow(Arc::clone(&source), id).await;
    }
    testing::advance(TTL);
    let mut hold = source.hold();
    let first = waiting(narrow(Arc::clone(&source), 0), 0).await;
    hold.reached().await;
    testing::advance(TIMEOUT);
    assert_eq!(first.await.unwrap(), 1);
    // For its permit, and for its time to be over.
    let second = waiting(narrow(Arc::clone(&source), 1), 1).await;
    testing::advance(TIMEOUT);
    assert_eq!(
        (second.await.unwrap(), source.reads()),
        (2, 3),
        "it waits for a permit behind its caller's back"
    );
    hold.release();
    until(|| stats("narrow").stores == 4).await;
    assert_eq!(source.reads(), 4);
}
