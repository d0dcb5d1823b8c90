//! I1: once a writer has returned, a read that starts later does not return data whose load, or the load of anything
//! nested in it, began before. Each test is a race, stopped at its worst moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use cache_core::{Cache, cached, invalidates};
use tests::{Article, Source, until, until_sync};

#[cached(invalidate_on = [Article(id)])]
async fn price(source: &Source, id: u64) -> u64 {
    let _ = id;
    source.read().await
}

#[cached(invalidate_on = [Article(id)])]
fn price_sync(source: &Source, id: u64) -> u64 {
    let _ = id;
    source.read_sync()
}

#[invalidates(Article(id))]
async fn set_price(source: &Source, id: u64, price: u64) {
    let _ = id;
    source.write(price);
}

#[cache_core::test]
async fn a_reader_between_load_and_store_does_not_store() {
    let source = Arc::new(Source::new(1));
    let mut hold = source.hold();
    let reader = tokio::spawn({
        let source = Arc::clone(&source);
        async move { price(&source, 5).await }
    });
    hold.reached().await;
    set_price(&source, 5, 2).await;
    hold.release();
    assert_eq!(reader.await.unwrap(), 1, "its call began before the write");
    assert_eq!(price::entry(5).get().await, None);
    assert_eq!(price(&source, 5).await, 2);
    assert_eq!(Cache::current().stats().function("price").raced, 1);
}

#[cache_core::test]
fn a_sync_reader_between_load_and_store_does_not_store() {
    let source = Source::new(1);
    let cache = cache_core::testing::handle();
    let mut hold = source.hold();
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| cache.enter(|| price_sync(&source, 5)));
        hold.reached_sync();
        source.write(2);
        price_sync::entry(5).invalidate();
        hold.release();
        assert_eq!(reader.join().unwrap(), 1);
    });
    assert_eq!(price_sync(&source, 5), 2);
}

#[cache_core::test]
async fn a_fill_that_lost_a_race_is_refused() {
    let source = Source::new(1);
    let fill = price::entry(5).begin().await;
    let read = source.read().await;
    set_price(&source, 5, 2).await;
    assert!(!fill.store(read));
    assert_eq!(price(&source, 5).await, 2);

    let fill = price::entry(6).begin().await;
    assert!(fill.store(source.read().await), "nothing happened in between");
}

#[cache_core::test]
async fn a_refresh_that_lost_a_race_does_not_store() {
    let source = Arc::new(Source::new(1));
    let mut hold = source.hold();
    let refresh = tokio::spawn({
        let source = Arc::clone(&source);
        async move { price::refresh(&source, 5).await }
    });
    hold.reached().await;
    set_price(&source, 5, 2).await;
    hold.release();
    refresh.await.unwrap();
    assert_eq!(price(&source, 5).await, 2);
}

#[cache_core::test]
async fn who_arrives_after_an_invalidation_does_not_join_an_older_flight() {
    let source = Arc::new(Source::new(1));
    let mut hold = source.hold();
    let older = tokio::spawn({
        let source = Arc::clone(&source);
        async move { price(&source, 5).await }
    });
    hold.reached().await;
    set_price(&source, 5, 2).await;
    // The older flight is still in the air.
    assert_eq!(price(&source, 5).await, 2);
    hold.release();
    older.await.unwrap();
    assert_eq!(price(&source, 5).await, 2, "nor does the older flight overwrite what the younger stored");
    assert_eq!(source.reads(), 2);
}

#[cache_core::test]
async fn who_joined_a_flight_before_an_invalidation_does_not_take_what_it_brings() {
    let source = Arc::new(Source::new(1));
    let mut hold = source.hold();
    let read = |source: &Arc<Source>| {
        let source = Arc::clone(source);
        tokio::spawn(async move { price(&source, 5).await })
    };
    let leader = read(&source);
    hold.reached().await;
    // Something else is invalidated, so that the follower's call is later than the flight.
    set_price(&Source::new(0), 6, 0).await;
    let follower = read(&source);
    until(|| cache_core::testing::waiting() == 1).await;
    set_price(&source, 5, 2).await;
    hold.release();
    assert_eq!(leader.await.unwrap(), 1);
    assert_eq!(follower.await.unwrap(), 2);
}

#[cached]
async fn double(source: &Source, id: u64, between: &Source) -> u64 {
    let price = price(source, id).await;
    between.read().await;
    2 * price
}

#[cache_core::test]
async fn a_caller_of_a_nested_function_follows_its_dependencies() {
    let (source, between) = (Source::new(1), Source::new(0));
    assert_eq!(double(&source, 5, &between).await, 2);
    assert_eq!(double(&source, 6, &between).await, 2);
    set_price(&source, 5, 10).await;
    assert_eq!(double(&source, 5, &between).await, 20);
    assert_eq!(double(&source, 6, &between).await, 2, "another row's is kept");
}

#[cached]
async fn outermost(source: &Source, id: u64, between: &Source) -> u64 {
    double(source, id, between).await + 1
}

#[cached]
async fn outermost_of_a_failing(source: &Source, id: u64) -> u64 {
    whole_or_nothing(source, id).await.unwrap_or_default()
}

/// Depends on nothing by itself, and is never stored.
#[cached]
async fn whole_or_nothing(source: &Source, id: u64) -> Result<u64, String> {
    match price(source, id).await {
        0 => Err("nothing".into()),
        price => Ok(price),
    }
}

#[cache_core::test]
async fn a_caller_follows_what_the_calls_of_its_calls_depend_on() {
    let (source, between) = (Source::new(0), Source::new(0));
    assert_eq!(outermost(&source, 5, &between).await, 1);
    assert_eq!(outermost_of_a_failing(&source, 5).await, 0);
    set_price(&source, 5, 10).await;
    assert_eq!(outermost(&source, 5, &between).await, 21);
    assert_eq!(outermost_of_a_failing(&source, 5).await, 10);
}

#[cache_core::test]
async fn a_caller_whose_nested_value_was_stored_already_follows_it() {
    let (source, between) = (Source::new(1), Source::new(0));
    price(&source, 5).await;
    assert_eq!(double(&source, 5, &between).await, 2);
    set_price(&source, 5, 10).await;
    assert_eq!(double(&source, 5, &between).await, 20);
}

#[cache_core::test]
async fn a_write_between_a_nested_call_and_the_end_of_its_caller_is_seen() {
    let (source, between) = (Arc::new(Source::new(1)), Arc::new(Source::new(0)));
    let mut hold = between.hold();
    let caller = tokio::spawn({
        let (source, between) = (Arc::clone(&source), Arc::clone(&between));
        async move { double(&source, 5, &between).await }
    });
    hold.reached().await;
    set_price(&source, 5, 10).await;
    hold.release();
    assert_eq!(caller.await.unwrap(), 2);
    assert_eq!(double(&source, 5, &between).await, 20);
}

#[cached(invalidate_on = [Article(id)])]
async fn own_and_nested(source: &Source, id: u64) -> (u64, u64) {
    let own = source.read().await;
    (own, price(source, id).await)
}

/// The caller's stamp for the article is older than the nested call's.
#[cache_core::test]
async fn a_nested_call_whose_stamp_differs_from_its_callers_keeps_the_caller_out_of_the_store() {
    let source = Arc::new(Source::new(1));
    let mut hold = source.hold();
    let caller = tokio::spawn({
        let source = Arc::clone(&source);
        async move { own_and_nested(&source, 5).await }
    });
    hold.reached().await;
    set_price(&source, 5, 2).await;
    hold.release();
    assert_eq!(caller.await.unwrap(), (1, 2));
    assert_eq!(price::entry(5).get().await, Some(2), "the nested one is whole");
    assert_eq!(own_and_nested(&source, 5).await, (2, 2));
}

#[cached]
async fn whole_price(source: &Source, id: u64) -> Result<u64, String> {
    match failing(source, id).await {
        Ok(price) => Ok(price),
        Err(_) => Ok(0),
    }
}

#[cached(invalidate_on = [Article(id)])]
async fn failing(source: &Source, id: u64) -> Result<u64, String> {
    let _ = id;
    match source.read().await {
        0 => Err("no price yet".into()),
        price => Ok(price),
    }
}

#[cache_core::test]
async fn a_caller_depends_on_a_nested_call_that_failed() {
    let source = Source::new(0);
    assert_eq!(whole_price(&source, 5).await, Ok(0));
    set_price(&source, 5, 7).await;
    assert_eq!(whole_price(&source, 5).await, Ok(7));
}

#[cached(when = false, invalidate_on = [Article(id)])]
async fn never_cached(source: &Source, id: u64) -> u64 {
    let _ = id;
    source.read().await
}

#[cached]
async fn of_never_cached(source: &Source, id: u64) -> u64 {
    never_cached(source, id).await
}

#[cached]
async fn of_uncached(source: &Source, id: u64) -> u64 {
    price::uncached(source, id).await
}

#[cached]
async fn of_refresh(source: &Source, id: u64) -> u64 {
    price::refresh(source, id).await
}

#[cached]
async fn of_entry(source: &Source, id: u64) -> u64 {
    let _ = source;
    price::entry(id).get().await.unwrap_or_default()
}

#[cache_core::test]
async fn a_caller_depends_on_nested_calls_that_did_not_use_the_cache() {
    let source = Source::new(1);
    assert_eq!(of_never_cached(&source, 5).await, 1);
    assert_eq!(of_uncached(&source, 5).await, 1);
    assert_eq!(of_refresh(&source, 5).await, 1);
    assert_eq!(of_entry(&source, 5).await, 1);
    set_price(&source, 5, 2).await;
    assert_eq!(of_never_cached(&source, 5).await, 2);
    assert_eq!(of_uncached(&source, 5).await, 2);
    assert_eq!(of_entry(&source, 5).await, 0, "nothing is stored at that moment");
    assert_eq!(of_refresh(&source, 5).await, 2);
    set_price(&source, 5, 3).await;
    price(&source, 5).await;
    assert_eq!(of_entry(&source, 5).await, 3, "and what was not there was depended on too");
}

#[cached]
async fn with_timeout(source: &Source, id: u64) -> u64 {
    tokio::select! {
        biased;
        price = price(source, id) => price,
        () = tokio::task::yield_now() => 0,
    }
}

#[cache_core::test]
async fn a_caller_depends_on_a_nested_call_that_it_gave_up() {
    let source = Source::new(1);
    let _hold = source.hold();
    assert_eq!(with_timeout(&source, 5).await, 0);
    set_price(&source, 5, 2).await;
    assert_eq!(with_timeout(&source, 5).await, 2);
}

#[cache_core::test]
async fn a_caller_depends_on_a_nested_call_that_another_call_answered() {
    let (source, between) = (Arc::new(Source::new(1)), Arc::new(Source::new(0)));
    let mut hold = source.hold();
    let leader = tokio::spawn({
        let source = Arc::clone(&source);
        async move { price(&source, 5).await }
    });
    hold.reached().await;
    let caller = tokio::spawn({
        let (source, between) = (Arc::clone(&source), Arc::clone(&between));
        async move { double(&source, 5, &between).await }
    });
    until(|| cache_core::testing::waiting() == 1).await;
    hold.release();
    assert_eq!((leader.await.unwrap(), caller.await.unwrap()), (1, 2));
    assert_eq!(source.reads(), 1);
    set_price(&source, 5, 2).await;
    assert_eq!(double(&source, 5, &between).await, 4);
}

#[cached]
async fn in_a_task(source: Arc<Source>, id: u64) -> u64 {
    cache_core::spawn(async move { price(&source, id).await }).await.unwrap()
}

#[cache_core::test(worker_threads = 2)]
async fn a_caller_depends_on_what_its_spawned_tasks_call() {
    let source = Arc::new(Source::new(1));
    assert_eq!(in_a_task(Arc::clone(&source), 5).await, 1);
    set_price(&source, 5, 2).await;
    assert_eq!(in_a_task(Arc::clone(&source), 5).await, 2);
}

#[invalidates(Article(id))]
async fn slow_writer(source: &Source, id: u64, then: &Source) -> Result<(), String> {
    source.write(2);
    match then.read().await {
        0 => Err(format!("the answer to the commit of {id} was lost")),
        1 => panic!("after the commit"),
        _ => Ok(()),
    }
}

#[cache_core::test]
async fn a_writer_whose_caller_goes_away_has_written() {
    let (source, then) = (Source::new(1), Source::new(9));
    assert_eq!(price(&source, 5).await, 1);
    let _hold = then.hold();
    tokio::select! {
        biased;
        _ = slow_writer(&source, 5, &then) => unreachable!("it is held"),
        () = tokio::task::yield_now() => {}
    }
    assert_eq!(price(&source, 5).await, 2);
}

#[cache_core::test]
async fn a_writer_that_fails_or_panics_has_written() {
    let source = Arc::new(Source::new(1));
    assert_eq!(price(&source, 5).await, 1);
    slow_writer(&source, 5, &Source::new(0)).await.unwrap_err();
    assert_eq!(price(&source, 5).await, 2);

    source.write(1);
    price::refresh(&source, 5).await;
    let writer = tokio::spawn({
        let source = Arc::clone(&source);
        async move { slow_writer(&source, 5, &Source::new(1)).await }
    });
    assert!(writer.await.unwrap_err().is_panic());
    assert_eq!(price(&source, 5).await, 2);
}

/// Real threads, no held reads: what a reader gets is never older than what was acknowledged before it asked.
#[cache_core::test]
fn readers_never_see_less_than_was_acknowledged() {
    const WRITES: u64 = 3_000;
    let (source, acknowledged, over) = (Source::new(0), AtomicU64::new(0), AtomicBool::new(false));
    let cache = cache_core::testing::handle();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                cache.enter(|| {
                    while !over.load(Ordering::SeqCst) {
                        let before = acknowledged.load(Ordering::SeqCst);
                        let (plain, nested) = (price_sync(&source, 5), nested_sync(&source, 5));
                        assert!(plain >= before, "read {plain} after {before} was acknowledged");
                        assert!(nested >= before, "nested: read {nested} after {before} was acknowledged");
                    }
                });
            });
        }
        cache.enter(|| {
            for value in 1..=WRITES {
                let reads = source.reads();
                source.write(value);
                bump_sync(5);
                acknowledged.store(value, Ordering::SeqCst);
                // Some writes meet loads, some meet hits.
                if value % 3 == 0 {
                    until_sync(|| source.reads() > reads);
                }
            }
        });
        over.store(true, Ordering::SeqCst);
    });
    assert_eq!(cache.enter(|| price_sync(&source, 5)), WRITES);
}

#[cached]
fn nested_sync(source: &Source, id: u64) -> u64 {
    price_sync(source, id)
}

#[invalidates(Article(id))]
fn bump_sync(id: u64) {
    let _ = id;
}

#[cache_core::test]
async fn a_fill_depends_on_what_is_called_while_it_reads() {
    let source = Source::new(1);
    let fill = double::entry(5).begin().await;
    let value = fill.read(price(&source, 5)).await * 2;
    assert!(fill.store(value));
    set_price(&source, 5, 10).await;
    assert_eq!(double::entry(5).get().await, None);
}

/// The flight has no stamps yet: its leader queues for a permit, or is about to begin.
#[cache_core::test]
async fn a_caller_depends_on_a_nested_call_that_it_gave_up_before_its_flight_began() {
    #[derive(cache_core::Alias)]
    #[alias(name = "one-load", max_loads = 1)]
    struct OneLoad;

    #[cached(alias = OneLoad, invalidate_on = [Article(id)])]
    async fn queued(source: Arc<Source>, id: u64) -> u64 {
        let _ = id;
        source.read().await
    }

    #[cached]
    async fn gives_up(source: Arc<Source>, id: u64) -> u64 {
        tokio::select! {
            biased;
            price = queued(source, id) => price,
            () = std::future::ready(()) => 0,
        }
    }

    let source = Arc::new(Source::new(1));
    let mut hold = source.hold();
    let holds_the_permit = tokio::spawn(queued(Arc::clone(&source), 6));
    hold.reached().await;
    let queues = tokio::spawn(queued(Arc::clone(&source), 5));
    until(|| cache_core::testing::waiting() == 1).await;
    assert_eq!(gives_up(Arc::clone(&source), 5).await, 0);
    assert_eq!(gives_up::entry(5).get().await, Some(0));
    set_price(&source, 5, 2).await;
    assert_eq!(gives_up::entry(5).get().await, None);
    hold.release();
    holds_the_permit.await.unwrap();
    queues.await.unwrap();
}

#[derive(cache_core::NoKey)]
struct Impatience {
    before: Source,
    prices: Source,
    after: Source,
    enough: tokio::sync::Notify,
}

#[cached]
async fn learns(impatience: Arc<Impatience>) -> u64 {
    impatience.before.read().await;
    let price = price(&impatience.prices, 7).await;
    impatience.after.read().await;
    price
}

#[cached]
async fn goes_on_without(impatience: Arc<Impatience>) -> u64 {
    tokio::select! {
        biased;
        read = learns(Arc::clone(&impatience)) => read,
        () = impatience.enough.notified() => 0,
    }
}

/// A load that goes on without the load that it has waited for depends on what that has learned: before the wait, or
/// while it lasted.
#[cache_core::test]
async fn who_gives_up_waiting_depends_on_what_the_flight_has_learned() {
    for early in [true, false] {
        let impatience = Arc::new(Impatience {
            before: Source::new(0),
            prices: Source::new(1),
            after: Source::new(0),
            enough: tokio::sync::Notify::new(),
        });
        let (mut before, mut after) = (impatience.before.hold(), impatience.after.hold());
        let leader = tokio::spawn(learns(Arc::clone(&impatience)));
        before.reached().await;
        let mut before = Some(before);
        if early {
            before.take().unwrap().release();
            after.reached().await;
        }
        let around = tokio::spawn(goes_on_without(Arc::clone(&impatience)));
        until(|| cache_core::testing::waiting() == 1).await;
        if let Some(before) = before {
            before.release();
            after.reached().await;
        }
        impatience.enough.notify_one();
        assert_eq!(around.await.unwrap(), 0);
        assert_eq!(goes_on_without::entry().get().await, Some(0));
        set_price(&impatience.prices, 7, 2).await;
        assert_eq!(goes_on_without::entry().get().await, None);
        after.release();
        leader.await.unwrap();
        learns::invalidate_all().await;
    }
}

/// The same of a load of one's own that is given up.
#[cache_core::test]
async fn who_drops_a_load_depends_on_what_it_has_learned() {
    let impatience = Arc::new(Impatience {
        before: Source::new(0),
        prices: Source::new(1),
        after: Source::new(0),
        enough: tokio::sync::Notify::new(),
    });
    let mut after = impatience.after.hold();
    let around = tokio::spawn(goes_on_without(Arc::clone(&impatience)));
    after.reached().await;
    impatience.enough.notify_one();
    assert_eq!(around.await.unwrap(), 0);
    assert_eq!(goes_on_without::entry().get().await, Some(0));
    set_price(&impatience.prices, 7, 2).await;
    assert_eq!(goes_on_without::entry().get().await, None);
}
