//! I4: a cached function returns what its body returns, whatever the tier does, and an outage costs nothing once it is known.

use cache_core::shared::memory::{Request, Requests};
use cache_core::shared::{Answer, Epoch};

use super::liar::Liar;
use super::*;

const DEADLINE: Duration = Duration::from_millis(50);

/// Calls, and moves the clock past a deadline whenever the tier hangs.
async fn patiently<T>(process: &Process, call: impl Future<Output = T>) -> T {
    let (mut call, mut idle) = (std::pin::pin!(call), 0);
    loop {
        tokio::select! {
            biased;
            result = &mut call => return result,
            () = tokio::task::yield_now() => idle += 1,
        }
        if idle > 100 {
            idle = 0;
            testing::advance_of(&process.cache, DEADLINE);
        }
    }
}

#[tokio::test]
async fn what_hangs_is_waited_for_no_longer_than_its_deadline() {
    for request in [Request::Read, Request::Init, Request::Lease, Request::Store, Request::Release] {
        let (source, [one]) = (Source::new(1), processes());
        let _hung = one.tier.on(request).hang();
        assert_eq!(patiently(&one, one.price(&source)).await, 1, "{request:?}");
        assert_eq!(patiently(&one, one.price(&source)).await, 1);
    }
}

#[tokio::test]
async fn what_fails_costs_a_body() {
    for request in [Request::Read, Request::Init, Request::Lease, Request::Store, Request::Release] {
        for lost in [false, true] {
            let (source, [one]) = (Source::new(1), processes());
            let of = one.tier.on(request);
            let _failing = if lost { of.lose_answer() } else { of.fail() };
            assert_eq!(one.price(&source).await, 1, "{request:?}");
            assert_eq!(one.price(&source).await, 1);
            source.write(2);
            assert_eq!(price::refresh(&one.cache, &source, 5).await, 2);
        }
    }
}

#[tokio::test]
async fn a_dead_tier_costs_nothing_until_it_answers_again() {
    let (source, [one]) = (Source::new(1), processes());
    one.rests().await;
    let dead = one.tier.on(Requests::ALL).fail();
    for id in 0..5 {
        price(&one.cache, &source, id).await;
    }
    let shared = one.cache.stats().shared.unwrap();
    assert!(shared.open && shared.opened == 1, "{shared:?}");
    let (_, asked) = one
        .asks(async {
            for id in 10..20 {
                price(&one.cache, &source, id).await;
            }
            one.set(&source, 2).await;
            assert_eq!(one.price(&source).await, 2);
        })
        .await;
    assert_eq!(asked.requests, 0);
    drop(dead);
    one.pass(BEAT).await;
    until(|| !one.cache.stats().shared.unwrap().open).await;
    until(|| one.cache.stats().shared.unwrap().pending == 0).await;
    let (_, asked) = one.asks(price(&one.cache, &source, 30)).await;
    assert!(asked.requests > 0);
}

#[tokio::test]
async fn a_tier_that_hangs_is_taken_for_dead_too() {
    let (source, [one]) = (Source::new(1), processes());
    one.rests().await;
    let _hung = one.tier.on(Requests::ALL).hang();
    for id in 0..5 {
        patiently(&one, price(&one.cache, &source, id)).await;
    }
    let shared = one.cache.stats().shared.unwrap();
    assert!(shared.open && shared.timeouts >= 5, "{shared:?}");
    // By what it was not asked: meanwhile the cache may ask by itself whether the tier answers again.
    price(&one.cache, &source, 30).await;
    assert!(one.cache.stats().shared.unwrap().refused > shared.refused, "{shared:?}");
}

#[tokio::test]
async fn a_writer_returns_though_the_tier_hangs() {
    let (source, [one]) = (Source::new(1), processes());
    let _hung = one.tier.on(Request::Bump).hang();
    assert_eq!(one.price(&source).await, 1);
    patiently(&one, one.set(&source, 2)).await;
    assert_eq!(one.price(&source).await, 2);
    assert!(one.cache.stats().shared.unwrap().pending > 0);
}

/// A process whose tier lies, beside one whose tier doesn't.
fn liar() -> (Liar, Process, Process) {
    let [honest] = processes();
    let tier = honest.tier.connect();
    let liar = Liar::new(tier.clone());
    let cache = testing::process(liar.clone());
    (liar, Process { tier, cache }, honest)
}

#[tokio::test]
async fn answers_with_another_number_of_epochs_are_none() {
    let lies: [fn(&MemoryTier, &mut Answer); 2] =
        [|_, answer| answer.epochs.truncate(1), |_, answer| answer.epochs.push(None)];
    for lie in lies {
        let (source, (liar, one, honest)) = (Source::new(1), liar());
        honest.share(&source).await;
        liar.lie(lie);
        source.write(2);
        assert_eq!(one.price(&source).await, 2);
        one.settled().await;
        assert_eq!(one.stats("price").shared_stores, 0);
    }
}

#[tokio::test]
async fn epochs_that_were_never_drawn_validate_nothing() {
    let (source, (liar, one, honest)) = (Source::new(1), liar());
    honest.share(&source).await;
    liar.lie(|_, answer| answer.epochs.iter_mut().for_each(|epoch| *epoch = Some(Epoch::draw())));
    source.write(2);
    assert_eq!(one.price(&source).await, 2);
    one.settled().await;
    assert_eq!(honest.price(&source).await, 1, "its own entry is as good as before");
    liar.lie(|_, _| ());
    one.pass(SILENCE).await;
    one.price(&source).await;
    honest.set(&source, 3).await;
    assert_eq!(one.price(&source).await, 3);
}

#[tokio::test]
async fn epochs_that_are_never_there_validate_nothing() {
    let (source, (liar, one, honest)) = (Source::new(1), liar());
    honest.share(&source).await;
    liar.lie(|_, answer| answer.epochs.fill(None));
    source.write(2);
    assert_eq!(one.price(&source).await, 2);
}

#[tokio::test]
async fn what_lies_in_the_place_of_an_epoch_validates_nothing() {
    let (source, (liar, one, honest)) = (Source::new(1), liar());
    honest.share(&source).await;
    assert_eq!(one.price(&source).await, 1);
    let other = Process::of(&one.tier);
    liar.asked().into_iter().for_each(|tag| one.tier.spoil_epoch(tag));
    source.write(2);
    assert_eq!(other.price(&source).await, 2);
    other.settled().await;
    assert_eq!(other.stats("price").shared_stores, 0);
    assert!(other.stats("price").outdated > 0);
}

#[tokio::test]
async fn another_keys_entry_is_not_taken_for_it() {
    let (source, (liar, one, honest)) = (Source::new(1), liar());
    price(&honest.cache, &source, 6).await;
    honest.settled().await;
    source.write(2);
    liar.lie(|tier, answer| answer.entry = tier.keys().first().and_then(|key| tier.entry(key)));
    assert_eq!(one.price(&source).await, 2);
    assert_eq!(one.stats("price").corrupt, 1);
}
