//! I11: an invalidation that the tier doesn't confirm takes place in its own process, is answered with `Queued`, and is sent
//! again, with new epochs, until it is confirmed. Meanwhile that process reads past the tier whatever depends on it.

use cache_core::shared::memory::{Fault, Request, Requests};
use cache_core::{Invalidated, depends_on, target};

use tests::{Org, Role};

use super::*;

async fn invalidate(process: &Process) -> Invalidated {
    process.cache.invalidate(target::row::<Article>(&5)).await
}

fn pending(process: &Process) -> usize {
    process.cache.stats().shared.unwrap().pending
}

/// Lets it try again until it has succeeded.
async fn told(process: &Process) {
    until(|| {
        testing::advance_of(&process.cache, BEAT);
        pending(process) == 0
    })
    .await;
}

async fn queued_and_retried(fault: impl Fn(&MemoryTier) -> Fault, reaches_others: bool) {
    let (source, [one, two]) = (Source::new(1), processes());
    two.share(&source).await;
    assert_eq!(one.price(&source).await, 1);
    let failing = fault(&one.tier);
    source.write(2);
    assert_eq!(invalidate(&one).await, Invalidated::Queued);
    assert!(pending(&one) > 0);
    assert_eq!(one.price(&source).await, 2, "here it has taken place");
    one.settled().await;
    if !reaches_others {
        assert_eq!(two.price(&source).await, 1, "there it hasn't");
    }
    drop(failing);
    told(&one).await;
    assert_eq!(two.price(&source).await, 2);
    two.settled().await;
    assert_eq!(one.price(&source).await, 2);
    assert!(one.cache.stats().shared.unwrap().retried > 0);
    assert_eq!(invalidate(&one).await, Invalidated::Confirmed);
}

#[tokio::test]
async fn a_bump_that_fails_is_sent_again() {
    queued_and_retried(|tier| tier.on(Request::Bump).fail(), false).await;
}

#[tokio::test]
async fn a_bump_that_fails_midway_is_sent_again() {
    queued_and_retried(|tier| tier.on(Request::Bump).fail_midway(), true).await;
}

#[tokio::test]
async fn a_bump_whose_answer_is_lost_is_sent_again() {
    queued_and_retried(|tier| tier.on(Request::Bump).lose_answer(), true).await;
}

#[tokio::test]
async fn a_bump_that_hangs_is_sent_again() {
    let (source, [one, two]) = (Source::new(1), processes());
    two.share(&source).await;
    let hung = one.tier.on(Request::Bump).next(1).hang();
    source.write(2);
    let invalidating = invalidate(&one);
    let late = async {
        hung.reached(1).await;
        one.gives_up().await;
    };
    let (answer, ()) = tokio::join!(invalidating, late);
    assert_eq!(answer, Invalidated::Queued);
    assert_eq!(one.price(&source).await, 2);
    told(&one).await;
    assert_eq!(two.price(&source).await, 2);
}

#[tokio::test]
async fn a_retry_draws_new_epochs() {
    let (source, [one, two]) = (Source::new(1), processes());
    two.share(&source).await;
    // It happens, and nobody knows; then others load and store under the epoch that it has set.
    let lost = one.tier.on(Request::Bump).next(1).lose_answer();
    source.write(2);
    assert_eq!(invalidate(&one).await, Invalidated::Queued);
    drop(lost);
    assert_eq!(two.share(&source).await, 2);
    let reads = source.reads();
    told(&one).await;
    assert_eq!(two.price(&source).await, 2);
    assert_eq!(source.reads(), reads + 1, "one more invalidation: its epoch is another");
}

#[tokio::test]
async fn what_waits_to_be_told_is_neither_taken_from_the_tier_nor_stored_there() {
    let (source, [one, two]) = (Source::new(1), processes());
    two.share(&source).await;
    price(&two.cache, &source, 6).await;
    two.settled().await;
    let failing = one.tier.on(Request::Bump).fail();
    source.write(2);
    invalidate(&one).await;
    assert_eq!(one.share(&source).await, 2);
    assert_eq!(one.stats("price").shared_stores, 0);
    assert_eq!(price(&one.cache, &source, 6).await, 1, "of another row it is taken");
    drop(failing);
}

#[cached(alias = Pushed, cache = cache, skip(cache))]
async fn learned(cache: &Cache, source: &Source, id: u64) -> u64 {
    let _ = cache;
    depends_on(target::row::<Article>(&id)).await;
    source.read().await
}

#[tokio::test]
async fn nor_is_what_depends_on_it_by_what_it_learned() {
    let (source, [one, two]) = (Source::new(1), processes());
    learned(&two.cache, &source, 5).await;
    two.settled().await;
    let failing = one.tier.on(Request::Bump).fail();
    source.write(2);
    invalidate(&one).await;
    assert_eq!(learned(&one.cache, &source, 5).await, 2);
    one.settled().await;
    assert_eq!(one.stats("learned").shared_stores, 0);
    drop(failing);
    told(&one).await;
    assert_eq!(learned(&two.cache, &source, 5).await, 2);
}

/// Its answer is on its way when the invalidation fails.
#[tokio::test]
async fn an_entry_that_was_read_before_is_not_kept() {
    let (source, [one, two]) = (Arc::new(Source::new(1)), processes());
    two.share(&source).await;
    let paused = one.tier.on(Request::Read).next(1).pause_answer();
    let reading = one.read(&source);
    paused.reached(1).await;
    let _failing = one.tier.on(Request::Bump).fail();
    source.write(2);
    invalidate(&one).await;
    paused.release();
    reading.await.unwrap();
    assert_eq!(one.price(&source).await, 2);
}

#[tokio::test]
async fn too_much_that_waits_becomes_all_of_the_namespace() {
    let (source, [one, two]) = (Source::new(1), processes());
    two.share(&source).await;
    let failing = one.tier.on(Requests::ALL).fail();
    source.write(2);
    for org in 0..5_000 {
        one.cache.invalidate(target::row::<Role>(&1).of(Org(org))).await;
    }
    assert_eq!(pending(&one), 1);
    drop(failing);
    told(&one).await;
    assert_eq!(two.price(&source).await, 2);
}

#[tokio::test]
async fn late_invalidations_are_sent_again_when_a_replica_takes_over() {
    let (source, [one, two]) = (Source::new(1), processes());
    two.share(&source).await;
    let lagging = one.tier.servers().snapshot();
    source.write(2);
    assert_eq!(invalidate(&one).await, Invalidated::Confirmed);
    one.tier.servers().promote(&lagging);
    assert!(pending(&one) > 0);
    assert_eq!(one.price(&source).await, 2, "who knows of it is not taken in by the old epoch");
    told(&one).await;
    let fresh = Process::of(&one.tier);
    assert_eq!(fresh.price(&source).await, 2);
    assert_eq!(two.price(&source).await, 2);
}

#[tokio::test]
async fn old_invalidations_are_not() {
    let [one, _] = processes();
    invalidate(&one).await;
    one.pass(Duration::from_secs(61)).await;
    one.tier.servers().promote(&one.tier.servers().snapshot());
    assert_eq!(pending(&one), 0);
}

#[tokio::test]
async fn a_server_with_old_data_is_not_trusted() {
    let (source, [one, two]) = (Source::new(1), processes());
    two.share(&source).await;
    let old = one.tier.servers().snapshot();
    two.set(&source, 2).await;
    one.tier.servers().restart_with(&old);
    assert_eq!(one.price(&source).await, 2);
    assert_eq!(two.price(&source).await, 2);
    told(&one).await;
    told(&two).await;
    assert_eq!(Process::of(&one.tier).price(&source).await, 2, "the namespace is another");
}

#[tokio::test]
async fn a_server_that_starts_empty_is_a_miss() {
    let (source, [one, two]) = (Source::new(1), processes());
    two.share(&source).await;
    one.price(&source).await;
    one.tier.servers().restart();
    source.write(2);
    assert_eq!(one.price(&source).await, 2);
    assert_eq!(two.price(&source).await, 2);
}

#[tokio::test]
async fn shutting_down_sends_what_waits() {
    let (source, [one, two]) = (Source::new(1), processes());
    two.share(&source).await;
    let failing = one.tier.on(Request::Bump).fail();
    source.write(2);
    invalidate(&one).await;
    drop(failing);
    assert_eq!(one.cache.shutdown(Duration::from_secs(5)).await, 0);
    assert_eq!(two.price(&source).await, 2);
}

#[tokio::test]
async fn shutting_down_says_what_could_not_be_sent() {
    let [one, _] = processes();
    let _failing = one.tier.on(Request::Bump).fail();
    invalidate(&one).await;
    let waiting = pending(&one);
    let shutdown = {
        let cache = one.cache.clone();
        tokio::spawn(async move { cache.shutdown(Duration::from_secs(5)).await })
    };
    until(|| {
        testing::advance_of(&one.cache, BEAT);
        shutdown.is_finished()
    })
    .await;
    assert_eq!(shutdown.await.unwrap(), waiting);
}

/// While one retry is under way another begins, and fails when the first is through: what it had under way still waits.
#[tokio::test]
async fn two_retries_at_once_forget_nothing() {
    let (source, [one, two]) = (Source::new(1), processes());
    two.share(&source).await;
    let bumps = || one.tier.on(Request::Bump).next(1);
    let failing = bumps().fail();
    one.cache.invalidate(target::row::<Article>(&6)).await;
    drop(failing);
    let first = bumps().pause();
    one.rests().await;
    testing::advance_of(&one.cache, BEAT);
    first.reached(1).await;
    let failing = bumps().fail();
    source.write(2);
    assert_eq!(invalidate(&one).await, Invalidated::Queued);
    drop(failing);
    let (second, failing) = (bumps().pause(), bumps().fail());
    let cache = one.cache.clone();
    let shutdown = tokio::spawn(async move { cache.shutdown(Duration::from_secs(1 << 30)).await });
    let a_while = async || {
        for _ in 0..1000 {
            tokio::task::yield_now().await;
        }
    };
    a_while().await;
    drop(first);
    second.reached(1).await;
    a_while().await;
    drop(second);
    until(|| {
        testing::advance_of(&one.cache, BEAT);
        shutdown.is_finished()
    })
    .await;
    drop(failing);
    assert_eq!(shutdown.await.unwrap(), 0);
    assert_eq!(two.price(&source).await, 2);
}

/// Its answer is from after the restart, and its question from before.
#[tokio::test]
async fn an_answer_with_old_data_is_not_taken() {
    let (source, [one, two]) = (Arc::new(Source::new(1)), processes());
    two.share(&source).await;
    let old = two.tier.servers().snapshot();
    two.set(&source, 2).await;
    let paused = one.tier.on(Request::Read).next(1).pause();
    let reading = one.read(&source);
    paused.reached(1).await;
    two.tier.servers().restart_with(&old);
    drop(paused);
    assert_eq!(reading.await.unwrap(), 2);
    assert_eq!(one.price(&source).await, 2);
}

#[tokio::test]
async fn a_writer_who_goes_away_takes_no_invalidation_with_him() {
    let (source, [one, two]) = (Arc::new(Source::new(1)), processes());
    two.share(&source).await;
    let paused = one.tier.on(Request::Bump).next(1).pause();
    let writing = {
        let (cache, source) = (one.cache.clone(), Arc::clone(&source));
        tokio::spawn(async move { set_price(&cache, &source, 5, 2).await })
    };
    paused.reached(1).await;
    writing.abort();
    assert!(writing.await.is_err());
    drop(paused);
    while two.price(&source).await != 2 {
        tokio::task::yield_now().await;
    }
}
