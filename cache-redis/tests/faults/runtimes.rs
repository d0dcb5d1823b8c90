//! Callers' runtimes that don't get on, and such that end.

use std::future::poll_fn;
use std::sync::atomic::AtomicUsize;
use std::task::Poll;
use std::thread;

use tokio::runtime::Builder;

use super::*;

on_both! {
    a_sync_call_that_keeps_its_runtime_from_getting_on
    a_runtime_that_hangs
    a_runtime_that_ends
    a_runtime_that_can_do_no_io
}

#[cached(alias = Verified, cache = cache, skip(cache), invalidate_on = [Article(id)])]
fn price_now(cache: &Cache, source: &Source, id: u64) -> u64 {
    let _ = (cache, id);
    source.read()
}

/// Timeouts and failures of the tier.
fn failures(process: &Process) -> u64 {
    let shared = process.0.stats().shared.expect("there is a tier");
    shared.timeouts + shared.failures + shared.refused
}

/// It waits on the only thread there is: what it waits for must not need that thread.
async fn a_sync_call_that_keeps_its_runtime_from_getting_on(program: Program) {
    let World { server: _server, source, one, .. } = World::new(program, &[]).await;
    for id in 0..20 {
        assert_eq!(price_now(&one.0, &source, id), 1);
        testing::settled(&one.0).await;
        let reads = source.reads();
        assert_eq!(price_now(&one.0, &source, id), 1);
        assert_eq!(source.reads(), reads, "it is in the tier");
    }
    assert_eq!(failures(&one), 0);
}

/// Longer than a call may take. The answer came in time, but for the runtime it was meant for.
async fn a_runtime_that_hangs(program: Program) {
    #[derive(Alias)]
    #[alias(name = "impatient", ttl = "1h", coherence = verify, deadline = "150ms")]
    struct Impatient;

    #[cached(alias = Impatient, cache = cache, skip(cache), invalidate_on = [Article(id)])]
    async fn price(cache: &Cache, source: &Source, id: u64) -> u64 {
        let _ = (cache, id);
        source.read()
    }

    let World { server: _server, source, one, .. } = World::new(program, &[]).await;
    guarded(price(&one.0, &source, 5)).await;
    testing::settled(&one.0).await;
    let (reads, before) = (source.reads(), failures(&one));
    let mut call = Box::pin(price(&one.0, &source, 5));
    let asks = poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx).is_pending())).await;
    assert!(asks, "it is not near");
    thread::sleep(Duration::from_millis(400));
    assert_eq!(guarded(call).await, 1);
    assert_eq!((source.reads(), failures(&one)), (reads, before));
}

/// Others' calls go on, and connections that were theirs are closed.
async fn a_runtime_that_ends(program: Program) {
    let World { server, source, one, .. } = World::new(program, &[]).await;
    let server = Arc::new(server);
    let before = (failures(&one), connections(&server));
    let most = Arc::new(AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..3 {
            let (cache, source, server) = (one.0.clone(), Arc::clone(&source), Arc::clone(&server));
            let most = Arc::clone(&most);
            scope.spawn(move || {
                let runtime = Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(in_a_task(async move {
                    let own = Process(cache);
                    until("each runtime has a connection", async || {
                        assert_eq!(own.verified(&source).await, 1);
                        most.fetch_max(connections(&server), Ordering::SeqCst);
                        most.load(Ordering::SeqCst) >= before.1 + 3
                    })
                    .await;
                }));
            });
        }
    });
    until("their connections are closed", async || {
        assert_eq!(one.verified(&source).await, 1);
        connections(&server) == before.1
    })
    .await;
    assert_eq!(failures(&one), before.0);
}

/// Its tasks are served by the tier's own connection.
async fn a_runtime_that_can_do_no_io(program: Program) {
    let World { server: _server, source, other, .. } = World::new(program, &[]).await;
    let before = failures(&other);
    let cache = other.0.clone();
    let calls = thread::spawn(move || {
        let runtime = Builder::new_current_thread().build().unwrap();
        runtime.block_on(in_a_task(async move {
            for _ in 0..200 {
                assert_eq!(verified_price(&cache, &source, 5).await, 1);
            }
        }));
    });
    calls.join().unwrap();
    assert_eq!(failures(&other), before);
}
