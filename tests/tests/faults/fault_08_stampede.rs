//! Others: a hundred concurrent callers are a hundred loads.

use std::sync::Arc;

use cache_core::{cached, testing};
use tests::{Source, until, until_sync};

#[cached]
async fn read(source: Arc<Source>) -> u64 {
    source.read().await
}

#[cached]
fn read_sync(source: &Source) -> u64 {
    source.read_sync()
}

#[cache_core::test(worker_threads = 2)]
async fn a_hundred_tasks_are_one_load() {
    let source = Arc::new(Source::new(1));
    let mut hold = source.hold();
    let callers: Vec<_> = (0..100).map(|_| tokio::spawn(read(Arc::clone(&source)))).collect();
    hold.reached().await;
    until(|| testing::waiting() == 99).await;
    hold.release();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), 1);
    }
    assert_eq!(source.reads(), 1);
}

/// Without a runtime.
#[cache_core::test]
fn a_hundred_threads_are_one_load() {
    let source = Source::new(1);
    let cache = testing::handle();
    let mut hold = source.hold();
    std::thread::scope(|scope| {
        for _ in 0..100 {
            scope.spawn(|| assert_eq!(cache.enter(|| read_sync(&source)), 1));
        }
        hold.reached_sync();
        until_sync(|| testing::waiting() == 99);
        hold.release();
    });
    assert_eq!(source.reads(), 1);
}
