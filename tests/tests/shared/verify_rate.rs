//! Hits that are verified where several processes write: a mismatch is what nobody has announced.

use super::*;

#[derive(Alias)]
#[alias(name = "verify-rate.pushed", ttl = "1h", verify_rate = 1.0)]
struct Always;

#[cached(alias = Always, cache = cache, skip(cache), early = 1.0, invalidate_on = [Article(id)])]
async fn sampled(cache: Cache, source: Arc<Source>, id: u64) -> u64 {
    let _ = (cache, id);
    source.read().await
}

/// A process that has served what was then written, and loaded that.
async fn served_what_was_written(process: &Process, source: &Arc<Source>) {
    let call = || sampled(process.cache.clone(), Arc::clone(source), 5);
    assert_eq!(call().await, 1);
    process.settled().await;
    process.rests().await;
    source.write(2);
    assert_eq!(call().await, 1);
    until(|| process.stats("sampled").stores == 2).await;
    // What asks for proofs, and what thinks it over.
    until(|| testing::waiting_of(&process.cache) == 2).await;
}

/// Time passes, until what is thought over is decided: a second, in steps that leave no silence.
async fn is_decided(process: &Process) {
    for step in 1..=4 {
        process.pass(BEAT).await;
        if step < 4 {
            // Else the next step could come while it still asks, and what it then sleeps for begins too late.
            until(|| testing::waiting_of(&process.cache) == 2).await;
        }
    }
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_nobody_has_announced_is_a_mismatch() {
    let (source, [one, other]) = (Arc::new(Source::new(1)), processes());
    served_what_was_written(&one, &source).await;
    is_decided(&one).await;
    let stats = one.stats("sampled");
    assert_eq!((stats.hits, stats.verified, stats.mismatches), (1, 1, 1), "{stats:#?}");
    // What was loaded is shared.
    one.settled().await;
    assert_eq!(sampled(other.cache.clone(), Arc::clone(&source), 5).await, 2);
    assert_eq!(source.reads(), 2);
}

#[tokio::test]
async fn what_another_process_comes_to_announce_is_none() {
    let (source, [one, other]) = (Arc::new(Source::new(1)), processes());
    served_what_was_written(&one, &source).await;
    other.set(&source, 2).await;
    is_decided(&one).await;
    let stats = one.stats("sampled");
    assert_eq!((stats.verified, stats.mismatches), (0, 0), "{stats:#?}");
}
