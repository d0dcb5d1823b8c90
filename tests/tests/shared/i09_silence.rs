//! I9: what is near is served while something proves that it was fresh `max_staleness` ago: a stream that is alive, a look at
//! the epochs, or the start of its own load. Afterwards it is looked at again, not thrown away.

use cache_core::shared::TagId;
use cache_core::shared::memory::{Held, Request, Requests};

use super::*;

#[tokio::test]
async fn what_is_near_is_served_without_a_question_while_the_stream_is_alive() {
    let (source, [one]) = (Source::new(1), processes());
    one.share(&source).await;
    let before = one.tier.counts().requests;
    for _ in 0..20 {
        one.pass(BEAT).await;
        assert_eq!(one.price(&source).await, 1);
    }
    assert_eq!(one.tier.counts().requests, before);
}

/// The stream falls silent, in each of the ways in which it can.
async fn silenced(silence: impl Fn(&MemoryTier) -> Option<Held>) {
    let (source, [one, two]) = (Source::new(1), processes());
    one.pass(BEAT).await;
    one.share(&source).await;
    let held = silence(&one.tier);
    two.set(&source, 2).await;
    let (read, asked) = one.asks(one.price(&source)).await;
    assert_eq!((read, asked.requests), (1, 0), "for a while nobody can know");
    one.pass(SILENCE).await;
    assert_eq!(one.share(&source).await, 2);
    // It was proven by a question: for so long it is served again.
    let (read, asked) = one.asks(one.price(&source)).await;
    assert_eq!((read, asked.requests), (2, 0));
    one.pass(SILENCE).await;
    let (read, asked) = one.asks(one.price(&source)).await;
    assert_eq!((read, asked.reads, asked.requests), (2, 1, 1), "and looked at again after that");
    assert_eq!(source.reads(), 2, "not loaded");
    drop(held);
}

#[tokio::test]
async fn a_stream_that_is_lost_is_a_proof_no_longer() {
    silenced(|tier| {
        tier.streams().cut();
        None
    })
    .await;
}

#[tokio::test]
async fn a_stream_that_is_silent_is_a_proof_no_longer() {
    silenced(|tier| Some(tier.streams().hold())).await;
}

/// Without proofs, announcements alone prove nothing.
#[tokio::test]
async fn announcements_are_no_proofs_of_life() {
    let (source, [one, two]) = (Source::new(1), processes());
    one.share(&source).await;
    let _held = one.tier.streams().hold_proofs();
    one.pass(SILENCE).await;
    let (_, asked) = one.asks(one.price(&source)).await;
    assert_eq!(asked.requests, 1, "it is looked at again");
    two.set(&source, 2).await;
    assert_eq!(one.price(&source).await, 2);
}

#[tokio::test]
async fn after_a_gap_entries_are_looked_at_again_and_not_thrown_away() {
    let (source, [one, two]) = (Source::new(1), processes());
    for id in 0..10 {
        price(&one.cache, &source, id).await;
    }
    one.settled().await;
    one.tier.streams().cut();
    two.set(&source, 2).await;
    one.tier.streams().restore();
    for id in 0..10 {
        let expected = if id == 5 { 2 } else { 1 };
        assert_eq!(price(&one.cache, &source, id).await, expected);
    }
    assert_eq!(source.reads(), 11, "one was changed");
    assert_eq!(one.stats("price").rechecked, 9);
    one.settled().await;
    let (_, asked) = one
        .asks(async {
            for id in 0..10 {
                price(&one.cache, &source, id).await;
            }
        })
        .await;
    assert_eq!(asked.requests, 0);
    assert_eq!(one.cache.stats().shared.unwrap().gaps, 1);
}

/// All ask at once after a gap: one question at a time, and each cell once.
#[tokio::test]
async fn after_a_gap_callers_ask_together() {
    let (source, [one, two]) = (Arc::new(Source::new(1)), processes());
    for id in 0..50 {
        price(&one.cache, &source, id).await;
    }
    one.settled().await;
    one.tier.streams().cut();
    two.set(&source, 2).await;
    one.tier.streams().restore();
    let paused = one.tier.on(Request::Read).pause();
    let before = one.tier.counts();
    let callers: Vec<_> = (0..150)
        .map(|at| {
            let (cache, source) = (one.cache.clone(), Arc::clone(&source));
            tokio::spawn(async move { price(&cache, &source, at % 50).await })
        })
        .collect();
    // Of each key one leads; they wait for one of them. And the pulse.
    until(|| testing::waiting_of(&one.cache) >= 50).await;
    assert_eq!((one.tier.counts() - before).reads, 1);
    drop(paused);
    for (at, caller) in callers.into_iter().enumerate() {
        let expected = if at % 50 == 5 { 2 } else { 1 };
        assert_eq!(caller.await.unwrap(), expected);
    }
    one.settled().await;
    let asked = one.tier.counts() - before;
    assert!(asked.reads <= 8, "two, and what the one that was written takes: {asked:?}");
    assert!(
        asked.epochs_read <= 110,
        "of each its row and its bucket, and what they have in common: {asked:?}"
    );
    assert_eq!((one.stats("price").rechecked, source.reads()), (49, 51));
}

/// Who has the turn goes away: the next asks.
#[tokio::test]
async fn a_caller_that_goes_away_while_it_asks_for_all_takes_nobody_with_it() {
    let (source, [one]) = (Arc::new(Source::new(1)), processes());
    for id in 5..8 {
        price(&one.cache, &source, id).await;
    }
    one.settled().await;
    one.tier.streams().announce(cache_core::shared::Suspects::All);
    let paused = one.tier.on(Request::Read).next(1).pause();
    let first = one.read(&source);
    paused.reached(1).await;
    let others: Vec<_> = (6..8)
        .map(|id| {
            let (cache, source) = (one.cache.clone(), Arc::clone(&source));
            tokio::spawn(async move { price(&cache, &source, id).await })
        })
        .collect();
    until(|| one.stats("price").misses == 6).await;
    first.abort();
    for other in others {
        assert_eq!(other.await.unwrap(), 1);
    }
    assert_eq!(source.reads(), 3);
}

#[tokio::test]
async fn loads_that_were_under_way_in_a_gap_are_looked_at_too() {
    let (source, [one, two]) = (Arc::new(Source::new(1)), processes());
    let mut hold = source.hold();
    let reading = one.read(&source);
    hold.reached().await;
    one.tier.streams().cut();
    two.set(&source, 2).await;
    one.tier.streams().restore();
    // Who comes now doesn't join it.
    assert_eq!(one.price(&source).await, 2);
    hold.release();
    assert_eq!(reading.await.unwrap(), 1);
    assert_eq!(one.price(&source).await, 2);
}

#[tokio::test]
async fn a_load_that_ends_after_a_gap_is_not_served_unseen() {
    let (source, [one, two]) = (Arc::new(Source::new(1)), processes());
    let mut hold = source.hold();
    let reading = one.read(&source);
    hold.reached().await;
    one.tier.streams().cut();
    two.set(&source, 2).await;
    one.tier.streams().restore();
    hold.release();
    assert_eq!(reading.await.unwrap(), 1);
    one.settled().await;
    assert_eq!(one.price(&source).await, 2);
}

#[tokio::test]
async fn an_answer_from_before_a_gap_proves_nothing_after_it() {
    let (source, [one, two]) = (Arc::new(Source::new(1)), processes());
    one.share(&source).await;
    one.tier.streams().cut();
    one.tier.streams().restore();
    // Looks at it again, and is overtaken by a second gap.
    let paused = one.tier.on(Request::Read).next(1).pause_answer();
    let reading = one.read(&source);
    paused.reached(1).await;
    one.tier.streams().cut();
    two.set(&source, 2).await;
    one.tier.streams().restore();
    paused.release();
    reading.await.unwrap();
    assert_eq!(one.price(&source).await, 2);
}

/// In an outage of all of it the near cache goes on, with `max_staleness` as its TTL.
#[tokio::test]
async fn in_an_outage_what_is_near_lives_for_as_long_as_it_may_be_stale() {
    let (source, [one, two]) = (Source::new(1), processes());
    price(&one.cache, &source, 6).await;
    one.share(&source).await;
    one.tier.streams().cut();
    let outage = one.tier.on(Requests::ALL).fail();
    two.set(&source, 2).await;
    assert_eq!(one.price(&source).await, 1);
    one.pass(SILENCE).await;
    assert_eq!(one.price(&source).await, 2, "loaded, for nothing can be known");
    let reads = source.reads();
    assert_eq!(one.price(&source).await, 2);
    assert_eq!(source.reads(), reads, "its own start proves it");
    one.pass(SILENCE).await;
    source.write(3);
    assert_eq!(one.price(&source).await, 3);
    drop(outage);
    one.tier.streams().restore();
    one.pass(BEAT).await;
    let reads = source.reads();
    assert_eq!(price(&one.cache, &source, 6).await, 1, "what was not asked for meanwhile is still there");
    assert_eq!(source.reads(), reads);
}

#[tokio::test]
async fn without_a_stream_nobody_joins_a_flight_that_began_long_ago() {
    let (source, [one, two]) = (Arc::new(Source::new(1)), processes());
    let _held = one.tier.streams().hold();
    let mut hold = source.hold();
    let older = one.read(&source);
    hold.reached().await;
    two.set(&source, 2).await;
    one.pass(SILENCE).await;
    assert_eq!(one.price(&source).await, 2);
    hold.release();
    older.await.unwrap();
}

/// The silence of a server that is none any more says nothing.
#[tokio::test]
async fn after_a_promotion_the_stream_of_the_new_server_is_the_proof() {
    let (source, [one]) = (Source::new(1), processes());
    one.share(&source).await;
    let lagging = one.tier.servers().snapshot();
    one.tier.servers().promote(&lagging);
    one.pass(BEAT).await;
    one.price(&source).await;
    one.settled().await;
    for _ in 0..3 {
        one.pass(SILENCE).await;
        let (_, asked) = one.asks(one.price(&source)).await;
        assert_eq!(asked.requests, 0);
    }
}

#[tokio::test]
async fn a_tag_that_moves_to_another_server_is_looked_at_again() {
    let tier = MemoryTier::with_nodes(2);
    let (source, one, two) = (Source::new(1), Process::of(&tier), Process::of(&tier));
    one.share(&source).await;
    let [first, second] = tier.servers().nodes().try_into().unwrap();
    // Every tag, whichever it is.
    for slot in 0..64 {
        let tag = TagId(slot);
        tier.move_tag(tag, if slot % 2 == 0 { second } else { first });
    }
    let (read, asked) = one.asks(one.price(&source)).await;
    assert_eq!((read, asked.requests), (1, 1));
    two.set(&source, 2).await;
    assert_eq!(one.price(&source).await, 2);
}
