use std::sync::Arc;
use std::time::Duration;

use cache_core::{Cache, cached, invalidates, testing};
use tests::{Article, Source};

#[cached(err_ttl = "2s", invalidate_on = [Article])]
async fn read(source: &Source) -> Result<u64, String> {
    match source.read().await {
        0 => Err("down".into()),
        value => Ok(value),
    }
}

#[cached(err_ttl = "2s")]
async fn shared(source: &Source) -> Result<u64, Arc<std::io::Error>> {
    source.read().await;
    Err(Arc::new(std::io::Error::other("down")))
}

/// The value and the error have one type.
#[cached(err_ttl = "2s")]
async fn alike(source: &Source) -> Result<u64, u64> {
    match source.read().await {
        0 => Err(0),
        value => Ok(value),
    }
}

#[invalidates(Article)]
fn write() {}

#[cache_core::test]
async fn errors_are_stored_for_a_time_of_their_own() {
    let source = Source::new(0);
    assert_eq!(read(&source).await, Err("down".into()));
    source.write(1);
    assert_eq!(read(&source).await, Err("down".into()));
    assert_eq!(read::entry().get().await, Some(Err("down".into())));
    testing::advance(Duration::from_secs(2));
    assert_eq!(read(&source).await, Ok(1));
    testing::advance(Duration::from_secs(100));
    assert_eq!(read(&source).await, Ok(1));
    assert_eq!(Cache::current().stats().function("read").errors, 1);
}

#[cache_core::test]
async fn stored_errors_are_invalidated_too() {
    let source = Source::new(0);
    read(&source).await.unwrap_err();
    source.write(1);
    write();
    assert_eq!(read(&source).await, Ok(1));
}

#[cache_core::test]
async fn errors_that_can_not_be_cloned_are_stored_behind_an_arc() {
    let source = Source::new(0);
    let first = shared(&source).await.unwrap_err();
    assert!(Arc::ptr_eq(&first, &shared(&source).await.unwrap_err()));
    assert_eq!(source.reads(), 1);
}

#[cache_core::test]
async fn an_error_stays_an_error() {
    let source = Source::new(0);
    for _ in 0..2 {
        assert_eq!(alike(&source).await, Err(0));
    }
    testing::advance(Duration::from_secs(2));
    source.write(7);
    for _ in 0..2 {
        assert_eq!(alike(&source).await, Ok(7));
    }
    assert_eq!(source.reads(), 2);
}
