//! I1 for `expires_in`: a value that says how long it lives doesn't say that it is fresh.

use std::sync::Arc;
use std::time::Duration;

use cache_core::{cached, invalidates, testing};
use tests::{Article, Source, until};

/// A session: the number is how many seconds it lives.
#[cached(expires_in = |seconds| Duration::from_secs(*seconds), invalidate_on = [Article(id)])]
async fn session(source: &Source, id: u64) -> u64 {
    let _ = id;
    source.read().await
}

/// Lives longer than what it asks.
#[cached(ttl = "4h")]
async fn account(source: &Source, id: u64) -> u64 {
    session(source, id).await
}

#[invalidates(Article(id))]
async fn log_out(source: &Source, id: u64, seconds: u64) {
    let _ = id;
    source.write(seconds);
}

#[cache_core::test]
async fn a_long_life_is_no_excuse() {
    let source = Source::new(10_000);
    assert_eq!((session(&source, 5).await, account(&source, 5).await), (10_000, 10_000));
    log_out(&source, 5, 1).await;
    assert_eq!((session(&source, 5).await, account(&source, 5).await), (1, 1));
}

#[cache_core::test]
async fn a_load_that_a_write_overtook_is_not_stored_however_long_it_would_live() {
    let source = Arc::new(Source::new(10_000));
    let mut hold = source.hold();
    let read = |source: &Arc<Source>| {
        let source = Arc::clone(source);
        tokio::spawn(async move { account(&source, 5).await })
    };
    let reader = read(&source);
    hold.reached().await;
    let follower = read(&source);
    until(|| testing::waiting() == 1).await;
    log_out(&source, 5, 7).await;
    hold.release();
    assert_eq!(reader.await.unwrap(), 10_000, "its call began before the write");
    follower.await.unwrap();
    assert_eq!((session(&source, 5).await, account(&source, 5).await), (7, 7));
}

/// The time runs from the start of the load, and so does that of what is computed from the value.
#[cache_core::test]
async fn what_ran_out_of_time_while_it_was_loaded_is_not_stored() {
    let source = Arc::new(Source::new(60));
    let mut hold = source.hold();
    let reader = tokio::spawn({
        let source = Arc::clone(&source);
        async move { account(&source, 5).await }
    });
    hold.reached().await;
    testing::advance(Duration::from_secs(61));
    source.write(3600);
    hold.release();
    assert_eq!(reader.await.unwrap(), 60);
    assert_eq!((session::entry(5).get().await, account::entry(5).get().await), (None, None));
    assert_eq!(account(&source, 5).await, 3600);
    testing::advance(Duration::from_secs(3600));
    assert_eq!(account::entry(5).get().await, None, "a caller lives no longer than what it asked");
}
