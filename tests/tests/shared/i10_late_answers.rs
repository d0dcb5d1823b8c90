//! I10: what is stored or known was stamped before it was read, and is checked after. An answer that comes late is worth what it
//! was when it was asked for.

use cache_core::shared::memory::Request;

use super::*;

#[tokio::test]
async fn an_answer_that_an_announcement_overtook_fills_no_known_epoch() {
    let (source, [one, two, three]) = (Arc::new(Source::new(1)), processes());
    two.share(&source).await;
    // It asks, and the answer has the old epochs.
    let paused = one.tier.on(Request::Read).next(1).pause_answer();
    let reading = {
        let (cache, source) = (one.cache.clone(), Arc::clone(&source));
        tokio::spawn(async move { verified_price(&cache, &source, 5).await })
    };
    paused.reached(1).await;
    two.set(&source, 2).await;
    three.share(&source).await;
    paused.release();
    assert_eq!(reading.await.unwrap(), 2);
    // Were the old one known, the entry of the new one would be read twice.
    let (read, asked) = one.asks(one.price(&source)).await;
    assert_eq!((read, asked.reads), (2, 1));
}

#[tokio::test]
async fn an_answer_that_came_before_an_own_write_fills_no_known_epoch() {
    let (source, [one, two]) = (Arc::new(Source::new(1)), processes());
    two.share(&source).await;
    let _held = one.tier.streams().hold();
    let paused = one.tier.on(Request::Read).next(1).pause_answer();
    let reading = one.read(&source);
    paused.reached(1).await;
    one.set(&source, 2).await;
    paused.release();
    assert_eq!(reading.await.unwrap(), 2);
    assert_eq!(one.price(&source).await, 2);
    one.settled().await;
    assert_eq!(two.price(&source).await, 2);
    assert_eq!(source.reads(), 2, "what it stored has the stamps of now");
}

/// Announcements come more than once, in another order, and of what didn't change.
#[tokio::test]
async fn announcements_of_nothing_cost_a_question_and_no_load() {
    let (source, [one]) = (Source::new(1), processes());
    one.share(&source).await;
    one.tier.streams().announce(cache_core::shared::Suspects::All);
    let (read, asked) = one.asks(one.price(&source)).await;
    assert_eq!((read, asked.reads, asked.requests), (1, 1, 1));
    assert_eq!(source.reads(), 1);
    let (_, asked) = one.asks(one.price(&source)).await;
    assert_eq!(asked.requests, 0, "and only once");
}

#[tokio::test]
async fn announcements_in_another_order_leave_nothing_old() {
    let (source, [one, two]) = (Source::new(1), processes());
    one.share(&source).await;
    let held = one.tier.streams().hold();
    two.set(&source, 2).await;
    two.set(&source, 3).await;
    while held.waiting() > 0 {
        held.deliver(held.waiting() - 1);
        one.price(&source).await;
    }
    assert_eq!(one.price(&source).await, 3);
}

#[tokio::test]
async fn a_bump_that_happens_after_its_writer_gave_up_is_one_more_invalidation() {
    let (source, [one, two]) = (Source::new(1), processes());
    two.share(&source).await;
    let paused = one.tier.on(Request::Bump).next(1).pause();
    let writing = one.set(&source, 2);
    let late = async {
        paused.reached(1).await;
        one.gives_up().await;
    };
    tokio::join!(writing, late);
    assert_eq!(one.price(&source).await, 2);
    until(|| {
        testing::advance_of(&one.cache, BEAT);
        one.cache.stats().shared.unwrap().pending == 0
    })
    .await;
    assert_eq!(two.share(&source).await, 2);
    one.set(&source, 3).await;
    assert_eq!(two.share(&source).await, 3);
    paused.release();
    assert_eq!(one.price(&source).await, 3);
    assert_eq!(two.price(&source).await, 3);
}
