//! `#[cache_core::test]` and `testing`.

use std::time::Duration;

use cache_core::{Cache, cached, invalidates, testing};
use tests::{Article, Source};

#[cached(invalidate_on = [Article(id)])]
async fn read(source: &Source, id: u64) -> u64 {
    let _ = id;
    source.read().await
}

#[cached]
async fn around(source: &Source, id: u64) -> u64 {
    read(source, id).await
}

#[invalidates(Article(id))]
async fn write(id: u64) {
    let _ = id;
}

async fn is_alone() {
    let source = Source::new(1);
    assert_eq!(Cache::current().stats().functions.len(), 0, "nobody else's calls are seen");
    read(&source, 1).await;
    assert_eq!(source.reads(), 1);
}

#[cache_core::test]
async fn each_test_has_a_cache_of_its_own() {
    is_alone().await;
}

#[cache_core::test]
async fn whatever_the_others_do() {
    is_alone().await;
}

#[cache_core::test(worker_threads = 3)]
async fn spawned_tasks_use_the_tests_cache() {
    let calls = || async { read(&Source::new(1), 1).await };
    for _ in 0..20 {
        tokio::spawn(calls()).await.unwrap();
        tokio::task::spawn_blocking(|| Cache::current().stats()).await.unwrap();
    }
    let stats = Cache::current().stats();
    assert_eq!((stats.total().loads, stats.total().hits), (1, 19));
}

#[cache_core::test]
fn threads_use_it_when_they_are_told() {
    let cache = testing::handle();
    let seen = std::thread::spawn(move || {
        assert_ne!(format!("{:?}", Cache::current()), format!("{cache:?}"));
        cache.enter(|| format!("{:?}", Cache::current()))
    });
    assert_eq!(seen.join().unwrap(), format!("{:?}", Cache::current()));
}

#[cache_core::test]
async fn a_watch_follows_what_the_entry_learns() {
    let source = Source::new(1);
    // Nothing is stored yet, and only the nested call depends on the article.
    let watch = around::entry(5).watch();
    around(&source, 5).await;
    write(6).await;
    watch.assert_kept();
    write(5).await;
    watch.assert_gone();
}

#[cache_core::test]
async fn a_watch_follows_what_the_entry_has_learned() {
    let source = Source::new(1);
    around(&source, 5).await;
    let watch = around::entry(5).watch();
    watch.assert_kept();
    write(5).await;
    watch.assert_gone();
}

#[cache_core::test]
#[should_panic = "`test:default:options::test_kit::read@2a2b7e06:id=5` was not invalidated, and should have been"]
fn a_watch_that_should_be_gone_fails_with_its_key() {
    read::entry(5).watch().assert_gone();
}

#[cache_core::test]
#[should_panic = "`test:default:options::test_kit::read@2a2b7e06:id=5` was invalidated, and should not have been"]
async fn a_watch_that_should_be_kept_fails_with_its_key() {
    let watch = read::entry(5).watch();
    write(5).await;
    watch.assert_kept();
}

#[cache_core::test]
async fn time_stands_until_it_is_moved() {
    let source = Source::new(1);
    read(&source, 1).await;
    testing::advance(Duration::from_secs(299));
    read(&source, 1).await;
    assert_eq!(source.reads(), 1, "five minutes, without jitter");
    testing::advance(Duration::from_secs(1));
    read(&source, 1).await;
    assert_eq!(source.reads(), 2);
}

#[cache_core::test]
async fn a_test_may_return_a_result() -> Result<(), std::num::ParseIntError> {
    let id = "5".parse()?;
    read(&Source::new(1), id).await;
    Ok(())
}
