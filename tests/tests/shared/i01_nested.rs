//! I1 between processes, of loads inside of loads.

use cache_core::shared::memory::Request;
use cache_core::shared::{Bump, Epoch, SharedTier};
use cache_core::{depends_on, target};

use super::liar::Liar;
use super::*;

/// Depends on nothing but what it calls.
#[cached(alias = Pushed, cache = cache, skip(cache))]
async fn double(cache: &Cache, source: &Source, id: u64, between: &Source) -> u64 {
    let price = price(cache, source, id).await;
    between.read().await;
    2 * price
}

#[cached(alias = Verified, cache = cache, skip(cache))]
async fn verified_double(cache: &Cache, source: &Source, id: u64) -> u64 {
    2 * price(cache, source, id).await
}

/// Never stored itself.
#[cached(alias = Pushed, cache = cache, skip(cache), when = false, invalidate_on = [Article(id)])]
async fn never_cached(cache: &Cache, source: &Source, id: u64) -> u64 {
    let _ = (cache, id);
    source.read().await
}

#[cached(alias = Pushed, cache = cache, skip(cache))]
async fn of_uncached(cache: &Cache, source: &Source, id: u64) -> u64 {
    never_cached(cache, source, id).await
}

/// Finds out what it depends on.
#[cached(alias = Pushed, cache = cache, skip(cache))]
async fn learned(cache: &Cache, source: &Source, id: u64) -> u64 {
    let _ = cache;
    depends_on(target::row::<Article>(&id)).await;
    source.read().await
}

/// Looks for an entry, and reads by itself if there is none.
#[cached(alias = Pushed, cache = cache, skip(cache))]
async fn looks(cache: &Cache, source: &Source, id: u64) -> u64 {
    match price::entry(cache, id).get().await {
        Some(price) => price,
        None => source.read().await,
    }
}

/// Listens to nobody.
#[derive(Alias)]
#[alias(name = "deaf", ttl = "10m", coherence = off)]
struct Deaf;

/// Lags behind for longer than what calls it.
#[derive(Alias)]
#[alias(name = "slow", ttl = "10m", max_staleness = "1m")]
struct Slow;

#[cached(alias = Deaf, cache = cache, skip(cache), invalidate_on = [Article(id)])]
async fn deaf(cache: &Cache, source: &Source, id: u64) -> u64 {
    let _ = (cache, id);
    source.read().await
}

#[cached(alias = Slow, cache = cache, skip(cache), invalidate_on = [Article(id)])]
async fn slow(cache: &Cache, source: &Source, id: u64) -> u64 {
    let _ = (cache, id);
    source.read().await
}

#[cached(alias = Pushed, cache = cache, skip(cache))]
async fn of_deaf(cache: &Cache, source: &Source, id: u64) -> u64 {
    deaf(cache, source, id).await
}

/// By the companion, which looks by another way.
#[cached(alias = Pushed, cache = cache, skip(cache))]
async fn looks_at_deaf(cache: &Cache, source: &Source, id: u64) -> u64 {
    match deaf::entry(cache, id).get().await {
        Some(price) => price,
        None => source.read().await,
    }
}

#[cached(alias = Pushed, cache = cache, skip(cache))]
async fn of_slow(cache: &Cache, source: &Source, id: u64) -> u64 {
    slow(cache, source, id).await
}

/// Verifies whatever it calls.
#[cached(alias = Verified, cache = cache, skip(cache))]
async fn verifies(cache: &Cache, source: &Source, id: u64) -> u64 {
    price(cache, source, id).await
}

/// Who verifies doesn't follow who doesn't: what that one is given may be older than the call.
#[tokio::test]
async fn who_verifies_does_not_join_who_was_answered_before() {
    let (source, [two]) = (Arc::new(Source::new(1)), processes());
    let liar = Liar::new(two.tier.connect());
    let one = Process { tier: liar.connection(), cache: testing::process(liar.clone()) };
    two.share(&source).await;
    let _held = [&one, &two].map(|process| process.tier.streams().hold());
    let paused = one.tier.on(Request::Read).next(1).pause_answer();
    let leader = one.read(&source);
    paused.reached(1).await;
    // By a process of which nothing is seen in this one, whose moments all of these share.
    source.write(2);
    let bump = |tag| Bump { tag, epoch: Epoch::draw() };
    let bumps: Vec<_> = liar.asked().into_iter().map(bump).collect();
    two.tier.connect().bump(&bumps, cache_core::Durability::Primary).await.unwrap();
    let verifying = {
        let (cache, source) = (one.cache.clone(), Arc::clone(&source));
        tokio::spawn(async move { verifies(&cache, &source, 5).await })
    };
    until(|| one.stats("price").misses == 2).await;
    drop(paused);
    assert_eq!(leader.await.unwrap(), 1, "its call was before the write");
    assert_eq!(verifying.await.unwrap(), 2);
}

/// What is called is as strict as what is around it: it is loaded now, and nobody repeats what was announced before.
#[tokio::test]
async fn who_listens_is_not_given_what_is_stored_by_who_does_not() {
    for looks in [false, true] {
        let (source, [one, two]) = (Source::new(1), processes());
        deaf(&one.cache, &source, 5).await;
        one.settled().await;
        two.set(&source, 2).await;
        assert_eq!(deaf(&one.cache, &source, 5).await, 1, "it listens to nobody");
        let read = match looks {
            true => looks_at_deaf(&one.cache, &source, 5).await,
            false => of_deaf(&one.cache, &source, 5).await,
        };
        assert_eq!(read, 2);
    }
}

#[tokio::test]
async fn nor_after_a_silence_what_may_lag_behind_for_longer() {
    let (source, [one, two]) = (Source::new(1), processes());
    one.pass(BEAT).await;
    slow(&one.cache, &source, 5).await;
    one.settled().await;
    let _held = one.tier.streams().hold();
    two.set(&source, 2).await;
    one.pass(SILENCE).await;
    assert_eq!(slow(&one.cache, &source, 5).await, 1);
    assert_eq!(of_slow(&one.cache, &source, 5).await, 2);
}

#[tokio::test]
async fn what_a_load_called_is_stamped_in_its_shared_entry() {
    let (source, between, all) = (Source::new(1), Source::new(0), processes::<3>());
    let [one, two, three] = &all;
    assert_eq!(double(&one.cache, &source, 5, &between).await, 2);
    one.settled().await;
    assert_eq!(double(&two.cache, &source, 5, &between).await, 2);
    assert_eq!(two.stats("double").shared_hits, 1);
    assert_eq!(source.reads(), 1);
    three.set(&source, 10).await;
    for process in &all {
        assert_eq!(double(&process.cache, &source, 5, &between).await, 20);
        process.settled().await;
    }
    assert_eq!(source.reads(), 2, "one loads, the others find it");
}

#[tokio::test]
async fn who_copies_an_entry_follows_what_it_learned() {
    let (source, between, [one, two, three]) = (Source::new(1), Source::new(0), processes());
    double(&one.cache, &source, 5, &between).await;
    one.settled().await;
    double(&two.cache, &source, 5, &between).await;
    let (again, asked) = two.asks(double(&two.cache, &source, 5, &between)).await;
    assert_eq!((again, asked.requests), (2, 0));
    three.set(&source, 10).await;
    assert_eq!(double(&two.cache, &source, 5, &between).await, 20);
}

#[tokio::test]
async fn a_write_between_a_nested_call_and_the_end_of_its_caller_is_seen() {
    let (source, between) = (Arc::new(Source::new(1)), Arc::new(Source::new(0)));
    for heard in [true, false] {
        source.write(1);
        let [one, two, three] = processes();
        let held = (!heard).then(|| one.tier.streams().hold());
        let mut hold = between.hold();
        let caller = {
            let (cache, source, between) = (one.cache.clone(), Arc::clone(&source), Arc::clone(&between));
            tokio::spawn(async move { double(&cache, &source, 5, &between).await })
        };
        hold.reached().await;
        two.set(&source, 10).await;
        hold.release();
        assert_eq!(caller.await.unwrap(), 2);
        one.settled().await;
        assert_eq!(double(&three.cache, &source, 5, &between).await, 20);
        drop(held);
        assert_eq!(double(&one.cache, &source, 5, &between).await, 20);
    }
}

#[tokio::test]
async fn nested_calls_are_as_strict_as_what_is_around_them() {
    let (source, [reader, writer]) = (Source::new(1), processes());
    assert_eq!(reader.share(&source).await, 1);
    let _held = reader.tier.streams().hold();
    writer.set(&source, 2).await;
    assert_eq!(reader.price(&source).await, 1, "it has not heard of it");
    assert_eq!(verified_double(&reader.cache, &source, 5).await, 4);
    writer.set(&source, 3).await;
    assert_eq!(verified_double(&reader.cache, &source, 5).await, 6);
}

#[tokio::test]
async fn a_caller_of_what_is_not_cached_has_stamps_for_it() {
    let (source, [one, two]) = (Source::new(1), processes());
    assert_eq!(of_uncached(&one.cache, &source, 5).await, 1);
    one.settled().await;
    assert_eq!(of_uncached(&two.cache, &source, 5).await, 1);
    assert_eq!(source.reads(), 1, "{:#?}", one.cache.stats());
    two.set(&source, 2).await;
    assert_eq!(of_uncached(&one.cache, &source, 5).await, 2);
    assert_eq!(of_uncached(&two.cache, &source, 5).await, 2);
}

/// Without them, the first thing that is heard would prove it.
#[tokio::test]
async fn a_caller_of_what_had_no_stamp_is_not_proven_by_one_that_is_read_later() {
    let (source, [one, two]) = (Source::new(1), processes());
    // The load of the caller has its stamps; what it calls can't have them.
    let failing = one.tier.on(Request::Init).fail();
    assert_eq!(of_uncached(&one.cache, &source, 5).await, 1);
    drop(failing);
    two.price(&source).await;
    two.set(&source, 2).await;
    assert_eq!(of_uncached(&one.cache, &source, 5).await, 2);
}

#[tokio::test]
async fn a_caller_that_looks_for_an_entry_and_finds_none_follows_it() {
    let (source, [one, two]) = (Source::new(1), processes());
    assert_eq!(looks(&one.cache, &source, 5).await, 1);
    one.settled().await;
    two.set(&source, 2).await;
    assert_eq!(looks(&one.cache, &source, 5).await, 2);
    assert_eq!(looks(&two.cache, &source, 5).await, 2);
}

#[tokio::test]
async fn learned_dependencies_are_stamped_before_they_are_read() {
    let (source, [one, two, three]) = (Arc::new(Source::new(1)), processes());
    let mut hold = source.hold();
    let reading = {
        let (cache, source) = (one.cache.clone(), Arc::clone(&source));
        tokio::spawn(async move { learned(&cache, &source, 5).await })
    };
    hold.reached().await;
    let held = one.tier.streams().hold();
    two.set(&source, 2).await;
    hold.release();
    assert_eq!(reading.await.unwrap(), 1);
    one.settled().await;
    assert_eq!(learned(&three.cache, &source, 5).await, 2);
    drop(held);
    assert_eq!(learned(&one.cache, &source, 5).await, 2);
}

#[tokio::test]
async fn what_was_learned_takes_a_second_trip_and_no_third() {
    let (source, [one, two]) = (Source::new(1), processes());
    learned(&one.cache, &source, 5).await;
    one.settled().await;
    let (found, asked) = two.asks(learned(&two.cache, &source, 5)).await;
    assert_eq!((found, asked.reads, asked.requests), (1, 2, 2));
}

#[tokio::test]
async fn a_child_without_stamps_keeps_its_caller_out_of_the_tier() {
    let (source, between, [one, two]) = (Source::new(1), Source::new(0), processes());
    let paused = one.tier.on(Request::Init).pause();
    let calling = double(&one.cache, &source, 5, &between);
    let late = async {
        // The caller's are initialised, its child's are not in time.
        paused.reached(1).await;
        paused.step();
        paused.reached(2).await;
        testing::advance_of(&one.cache, Duration::from_millis(60));
    };
    let (called, ()) = tokio::join!(calling, late);
    assert_eq!(called, 2);
    drop(paused);
    one.settled().await;
    assert_eq!(one.tier.keys().len(), 0, "{:?}", one.tier.keys());
    source.write(10);
    one.pass(SILENCE).await;
    assert_eq!(double(&one.cache, &source, 5, &between).await, 20, "nor is it served for long");
    two.set(&source, 20).await;
    assert_eq!(double(&one.cache, &source, 5, &between).await, 40);
}

#[tokio::test]
async fn what_a_caller_reads_in_place_of_an_entry_has_no_stamp_that_is_read_later() {
    let (source, [one, two]) = (Arc::new(Source::new(1)), processes());
    let mut hold = source.hold();
    let paused = one.tier.on(Request::Read).pause();
    let reading = {
        let (cache, source) = (one.cache.clone(), Arc::clone(&source));
        tokio::spawn(async move { looks(&cache, &source, 5).await })
    };
    paused.reached(1).await;
    // Its own stamps it gets, those of the entry it doesn't.
    let failing = one.tier.on(Request::Read).fail();
    drop(paused);
    hold.reached().await;
    drop(failing);
    let held = one.tier.streams().hold();
    two.set(&source, 2).await;
    // Another reader gets them.
    assert_eq!(price::entry(&one.cache, 5).get().await, None);
    hold.release();
    assert_eq!(reading.await.unwrap(), 1);
    one.settled().await;
    assert_eq!(looks(&two.cache, &source, 5).await, 2);
    drop(held);
    one.pass(SILENCE).await;
    assert_eq!(looks(&one.cache, &source, 5).await, 2);
}

/// Goes on without what it asked for.
#[cached(alias = Pushed, cache = cache, skip(cache))]
async fn impatient(cache: &Cache, source: &Source, id: u64) -> u64 {
    tokio::select! {
        biased;
        price = price(cache, source, id) => price,
        () = tokio::task::yield_now() => 0,
    }
}

#[tokio::test]
async fn a_caller_that_went_on_without_an_answer_follows_what_it_asked_for() {
    let (source, [one, two]) = (Arc::new(Source::new(1)), processes());
    let paused = one.tier.on(Request::Read).pause();
    let reading = {
        let (cache, source) = (one.cache.clone(), Arc::clone(&source));
        tokio::spawn(async move { impatient(&cache, &source, 5).await })
    };
    // Its own stamps, and the look beside the lease.
    for asked in 1..=2 {
        paused.reached(asked).await;
        paused.step();
    }
    assert_eq!(reading.await.unwrap(), 0);
    drop(paused);
    one.settled().await;
    assert_eq!(two.price(&source).await, 1);
    two.set(&source, 2).await;
    one.share(&source).await;
    one.pass(SILENCE).await;
    assert_eq!(impatient(&one.cache, &source, 5).await, 2);
}
