//! Units of work tell other processes when they end, and wait until that is confirmed.

use cache_core::shared::memory::Request;
use cache_core::{discard, unit_of_work};

use super::*;

#[tokio::test]
async fn others_are_told_when_the_work_has_ended() {
    let (source, [one, two]) = (Arc::new(Source::new(1)), processes());
    two.share(&source).await;
    let before = one.tier.counts().bumps;
    unit_of_work(async {
        one.set(&source, 2).await;
        one.set(&source, 3).await;
        assert_eq!(one.tier.counts().bumps, before);
        assert_eq!(two.read(&source).await.unwrap(), 1, "nothing is committed");
        assert_eq!(one.price(&source).await, 3, "it reads its own writes");
    })
    .await;
    assert_eq!(one.tier.counts().bumps, before + 1, "each tag once");
    assert_eq!(two.price(&source).await, 3);
}

#[tokio::test]
async fn the_end_is_waited_for() {
    let (source, [one, two]) = (Source::new(1), processes());
    two.share(&source).await;
    let paused = one.tier.on(Request::Bump).next(1).pause();
    let mut work = std::pin::pin!(unit_of_work(one.set(&source, 2)));
    tokio::select! {
        biased;
        () = &mut work => panic!("it is not confirmed"),
        () = paused.reached(1) => {}
    }
    paused.release();
    work.await;
    assert_eq!(two.price(&source).await, 2);
}

#[tokio::test]
async fn what_is_discarded_is_not_told() {
    let (source, [one]) = (Source::new(1), processes());
    let before = one.tier.counts().bumps;
    unit_of_work(async {
        one.set(&source, 2).await;
        discard();
    })
    .await;
    assert_eq!(one.tier.counts().bumps, before);
}

#[tokio::test]
async fn what_is_loaded_inside_is_not_shared() {
    let (source, [one, two]) = (Source::new(1), processes());
    unit_of_work(async { assert_eq!(one.price(&source).await, 1) }).await;
    one.settled().await;
    assert_eq!(one.tier.keys().len(), 0);
    unit_of_work(async {
        one.set(&source, 2).await;
        one.price(&source).await;
    })
    .await;
    one.settled().await;
    assert_eq!(one.tier.keys().len(), 0);
    assert_eq!(two.price(&source).await, 2);
}

#[tokio::test]
async fn work_that_is_dropped_is_told_all_the_same() {
    let (source, [one, two]) = (Source::new(1), processes());
    two.share(&source).await;
    {
        let work = unit_of_work(async {
            one.set(&source, 2).await;
            std::future::pending::<()>().await;
        });
        let mut work = std::pin::pin!(work);
        tokio::select! {
            biased;
            () = &mut work => unreachable!(),
            () = tokio::task::yield_now() => {}
        }
    }
    while two.price(&source).await != 2 {
        tokio::task::yield_now().await;
    }
}
