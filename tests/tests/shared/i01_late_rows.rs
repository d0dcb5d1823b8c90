//! I1 of rows that only a result names: their stamps are taken when the load is over, and no write is lost in between.

use std::collections::HashMap;

use cache_core::shared::memory::{Request, Requests};
use cache_core::{depends_on, target};
use serde::{Deserialize, Serialize};

use super::liar::Liar;
use super::*;

#[derive(Clone, Serialize, Deserialize, PartialEq, Debug)]
struct Priced {
    id: u64,
    price: u64,
}

/// The cheapest article is number 5, if there is one.
#[cached(alias = Pushed, cache = cache, skip(cache), invalidate_on = [Article(ret.id)])]
async fn cheapest(cache: &Cache, source: &Source) -> Option<Priced> {
    let _ = cache;
    found(source.read().await)
}

#[cached(alias = Pushed, cache = cache, skip(cache), invalidate_on = [Article(ret.id)])]
fn cheapest_sync(cache: &Cache, source: &Source) -> Option<Priced> {
    let _ = cache;
    found(source.read_sync())
}

#[cached(alias = Pushed, cache = cache, skip(cache), each = ids, invalidate_on = [Article(ret.id)])]
async fn articles(cache: &Cache, source: &Source, ids: &[u64]) -> HashMap<u64, Priced> {
    let _ = cache;
    let price = source.read().await;
    ids.iter().map(|id| (*id, Priced { id: *id, price })).collect()
}

#[cached(alias = Pushed, cache = cache, skip(cache))]
async fn around(cache: &Cache, source: &Source) -> Option<u64> {
    Some(cheapest(cache, source).await?.price)
}

fn found(price: u64) -> Option<Priced> {
    (price > 0).then_some(Priced { id: 5, price })
}

impl Process {
    async fn cheapest(&self, source: &Source) -> Option<u64> {
        cheapest(&self.cache, source).await.map(|found| found.price)
    }

    /// Another row of the same model is written.
    async fn set_another(&self) {
        set_price(&self.cache, &Source::new(0), 6, 0).await;
    }

    fn finds(&self, source: &Arc<Source>) -> JoinHandle<Option<u64>> {
        let (cache, source) = (self.cache.clone(), Arc::clone(source));
        tokio::spawn(async move { cheapest(&cache, &source).await.map(|found| found.price) })
    }
}

#[tokio::test]
async fn a_write_to_another_row_leaves_it_here_and_there() {
    let (source, [one, two, three]) = (Source::new(1), processes());
    assert_eq!(one.cheapest(&source).await, Some(1));
    assert_eq!(around(&one.cache, &source).await, Some(1));
    one.settled().await;
    assert_eq!(two.cheapest(&source).await, Some(1));
    two.set_another().await;
    for process in [&one, &two, &three] {
        assert_eq!(process.cheapest(&source).await, Some(1));
        assert_eq!(around(&process.cache, &source).await, Some(1));
    }
    assert_eq!(source.reads(), 1);
}

#[tokio::test]
async fn a_write_to_its_row_is_seen_here_and_there() {
    let (source, [one, two, three]) = (Source::new(1), processes());
    one.cheapest(&source).await;
    assert_eq!(around(&one.cache, &source).await, Some(1));
    one.settled().await;
    assert_eq!(two.cheapest(&source).await, Some(1));
    two.set(&source, 2).await;
    for process in [&two, &one, &three] {
        assert_eq!(process.cheapest(&source).await, Some(2));
        assert_eq!(around(&process.cache, &source).await, Some(2));
        process.settled().await;
    }
}

#[tokio::test]
async fn nor_does_one_in_sync_code() {
    let (source, [one, two]) = (Arc::new(Source::new(1)), processes());
    let find = |process: &Process| {
        let (cache, source) = (process.cache.clone(), Arc::clone(&source));
        tokio::task::spawn_blocking(move || cheapest_sync(&cache, &source).map(|found| found.price))
    };
    assert_eq!(find(&one).await.unwrap(), Some(1));
    one.settled().await;
    two.set_another().await;
    assert_eq!(find(&two).await.unwrap(), Some(1));
    assert_eq!(source.reads(), 1);
    two.set(&source, 2).await;
    assert_eq!(find(&one).await.unwrap(), Some(2));
}

#[tokio::test]
async fn it_takes_two_round_trips_more_however_many_there_are() {
    let (source, [one, two]) = (Source::new(1), processes());
    let (_, asked) = one.asks(one.cheapest(&source)).await;
    assert_eq!((asked.reads, asked.inits), (3, 2), "{asked:?}");
    one.settled().await;
    let ids: Vec<u64> = (10..40).collect();
    let (_, asked) = two.asks(articles(&two.cache, &source, &ids)).await;
    assert_eq!(asked.inits - 1, 30, "of each its bucket; of all their rows once: {asked:?}");
    assert_eq!(asked.reads - 1, 60, "a look at each, and one beside its lease: {asked:?}");
    two.settled().await;
    let before = source.reads();
    set_price(&one.cache, &Source::new(0), 12, 0).await;
    articles(&two.cache, &source, &ids).await;
    assert_eq!(source.reads(), before + 1);
    assert_eq!(two.stats("articles").hits, 29, "one of them was written");
}

/// Who reads is in its body, and hears of nothing.
#[tokio::test]
async fn a_write_while_the_body_runs_is_not_lost() {
    let (source, [one, two, three]) = (Arc::new(Source::new(1)), processes());
    let _held = one.tier.streams().hold();
    let mut hold = source.hold();
    let finding = one.finds(&source);
    hold.reached().await;
    two.set(&source, 2).await;
    hold.release();
    assert_eq!(finding.await.unwrap(), Some(1));
    one.settled().await;
    assert_eq!(three.cheapest(&source).await, Some(2));
    assert_eq!(one.cheapest(&source).await, Some(2), "it has seen that the model has changed");
}

/// The same, at each of the steps that come after the body.
#[tokio::test]
async fn nor_is_one_while_the_stamps_are_taken() {
    for answers in 1..=2 {
        for late in [false, true] {
            let (source, [one, two, three]) = (Arc::new(Source::new(1)), processes());
            let _held = one.tier.streams().hold();
            let mut hold = source.hold();
            let finding = one.finds(&source);
            hold.reached().await;
            let asked = || one.tier.on([Request::Init, Request::Read]);
            let paused = if late { asked().pause_answer() } else { asked().pause() };
            hold.release();
            for answer in 1..answers {
                paused.reached(answer).await;
                paused.step();
            }
            paused.reached(answers).await;
            two.set(&source, 2).await;
            drop(paused);
            assert_eq!(finding.await.unwrap(), Some(1));
            one.settled().await;
            assert_eq!(three.cheapest(&source).await, Some(2), "after {answers} questions, {late}");
            assert_eq!(three.cheapest(&source).await, Some(2));
        }
    }
}

/// What is not there proves nothing (I6).
#[tokio::test]
async fn nor_is_one_whose_model_has_lost_its_epoch() {
    let (source, [one, two, three]) = (Arc::new(Source::new(1)), processes());
    // What is asked for last, when rows are named, is their model.
    let liar = Liar::new(one.tier.connect());
    cheapest(&testing::process(liar.clone()), &Source::new(1)).await;
    let model = *liar.asked().last().unwrap();
    two.set(&source, 1).await;
    let _held = one.tier.streams().hold();
    let mut hold = source.hold();
    let finding = one.finds(&source);
    hold.reached().await;
    assert!(one.tier.evict_epoch(model));
    two.set(&source, 2).await;
    hold.release();
    finding.await.unwrap();
    one.settled().await;
    // The model gets another epoch.
    both(&two.cache, &source).await;
    assert_eq!(three.cheapest(&source).await, Some(2));
}

#[tokio::test]
async fn what_was_not_found_is_seen_when_it_is_made() {
    let (source, [one, two]) = (Source::new(0), processes());
    assert_eq!(one.cheapest(&source).await, None);
    one.settled().await;
    assert_eq!(two.cheapest(&source).await, None);
    assert_eq!(source.reads(), 1);
    two.set(&source, 1).await;
    assert_eq!(one.cheapest(&source).await, Some(1));
}

/// The tier answers before the load, and not after it.
#[tokio::test]
async fn without_their_stamps_the_model_stands_for_them() {
    let (source, [one, two]) = (Arc::new(Source::new(1)), processes());
    let mut hold = source.hold();
    let finding = one.finds(&source);
    hold.reached().await;
    let silent = one.tier.on(Requests::from([Request::Init])).fail();
    hold.release();
    finding.await.unwrap();
    drop(silent);
    one.settled().await;
    assert_eq!(two.cheapest(&source).await, Some(1));
    assert_eq!(source.reads(), 1);
    two.set_another().await;
    two.cheapest(&source).await;
    assert_eq!(source.reads(), 2);
}

/// A load around one that goes away while it takes its stamps.
#[cached(alias = Pushed, cache = cache, skip(cache))]
async fn impatient(cache: &Cache, source: &Source, between: &Source) -> u64 {
    let found = {
        let finding = cheapest(cache, source);
        tokio::select! { biased; _ = between.read() => None, found = finding => found }
    };
    found.map_or(0, |found| found.price)
}

#[tokio::test]
async fn who_goes_on_without_it_meanwhile_depends_on_the_model() {
    let (source, between, [one, two]) = (Arc::new(Source::new(1)), Arc::new(Source::new(0)), processes());
    let (mut hold, hold_between) = (source.hold(), between.hold());
    let calling = {
        let (cache, source, between) = (one.cache.clone(), Arc::clone(&source), Arc::clone(&between));
        tokio::spawn(async move { impatient(&cache, &source, &between).await })
    };
    hold.reached().await;
    let paused = one.tier.on(Request::Init).next(1).pause();
    hold.release();
    paused.reached(1).await;
    hold_between.release();
    assert_eq!(calling.await.unwrap(), 0);
    drop(paused);
    one.settled().await;
    two.set_another().await;
    impatient(&one.cache, &source, &between).await;
    assert_eq!(between.reads(), 2);
}

/// What is said to be learned while it runs is no late row: it is stamped before it is read.
#[cached(alias = Pushed, cache = cache, skip(cache), invalidate_on = [Article(ret.id)])]
async fn both(cache: &Cache, source: &Source) -> Option<Priced> {
    let _ = cache;
    depends_on(target::row::<Article>(&7)).await;
    found(source.read().await)
}

#[tokio::test]
async fn both_kinds_of_rows_are_seen() {
    let (source, [one, two]) = (Source::new(1), processes());
    for row in [5, 7] {
        both(&one.cache, &source).await;
        one.settled().await;
        let before = source.reads();
        set_price(&two.cache, &Source::new(0), 6, 0).await;
        both(&two.cache, &source).await;
        assert_eq!(source.reads(), before);
        set_price(&two.cache, &Source::new(0), row, 0).await;
        both(&one.cache, &source).await;
        assert_eq!(source.reads(), before + 1);
    }
}
