//! I5 between processes: of all who miss a key one loads, as a rule; who goes away hands over.

use cache_core::shared::memory::Request;
use cache_core::{depends_on, target};

use super::*;

#[cached(alias = Pushed, cache = cache, skip(cache), invalidate_on = [Article(id)])]
async fn failing(cache: &Cache, source: &Source, id: u64) -> Result<u64, String> {
    let _ = (cache, id);
    match source.read().await {
        0 => Err("nothing there".into()),
        price => Ok(price),
    }
}

#[tokio::test]
async fn a_hundred_callers_in_three_processes_load_once() {
    let (source, all) = (Arc::new(Source::new(1)), processes::<3>());
    let mut hold = source.hold();
    let callers: Vec<_> = (0..100).map(|at| all[at % 3].read(&source)).collect();
    hold.reached().await;
    // The others have asked for the lease, and wait.
    until(|| all.iter().map(|process| process.stats("price").leases_waited).sum::<u64>() >= 2).await;
    hold.release();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), 1);
    }
    assert_eq!(source.reads(), 1);
    assert_eq!(all.iter().map(|process| process.stats("price").shared_hits).sum::<u64>(), 2);
}

/// One loads, and the other waits for it.
async fn loader_and_waiter(
    source: &Arc<Source>,
    all: &[Process; 2],
) -> (JoinHandle<u64>, tests::Hold, JoinHandle<u64>) {
    let mut hold = source.hold();
    let loader = all[0].read(source);
    hold.reached().await;
    let waiter = all[1].read(source);
    until(|| all[1].stats("price").leases_waited > 0).await;
    (loader, hold, waiter)
}

#[tokio::test]
async fn a_loader_that_is_cancelled_hands_over() {
    let (source, all) = (Arc::new(Source::new(1)), processes());
    let (loader, _hold, waiter) = loader_and_waiter(&source, &all).await;
    loader.abort();
    assert_eq!(waiter.await.unwrap(), 1);
    assert_eq!((source.reads(), all[1].stats("price").leases_lost), (2, 0));
}

#[tokio::test]
async fn a_loader_that_fails_hands_over() {
    let (source, [one, two]) = (Arc::new(Source::new(0)), processes());
    let read = |process: &Process| {
        let (cache, source) = (process.cache.clone(), Arc::clone(&source));
        tokio::spawn(async move { failing(&cache, &source, 5).await })
    };
    let mut hold = source.hold();
    let loader = read(&one);
    hold.reached().await;
    let waiter = read(&two);
    until(|| two.stats("failing").leases_waited > 0).await;
    source.write(1);
    hold.release();
    assert!(loader.await.unwrap().is_err());
    assert_eq!(waiter.await.unwrap(), Ok(1));
}

/// It ends without a word: its lease runs out.
#[tokio::test]
async fn a_loader_that_dies_hands_over_when_its_lease_runs_out() {
    let (source, all) = (Arc::new(Source::new(1)), processes());
    let _silent = all[0].tier.on([Request::Release, Request::Keep]).hang();
    let (loader, _hold, waiter) = loader_and_waiter(&source, &all).await;
    loader.abort();
    all[1].tier.advance(Duration::from_secs(4));
    assert_eq!(waiter.await.unwrap(), 1);
}

#[tokio::test]
async fn a_lease_whose_answer_is_lost_is_given_back() {
    let (source, [one, two]) = (Arc::new(Source::new(1)), processes());
    let lost = one.tier.on(Request::Lease).next(1).lose_answer();
    let mut hold = source.hold();
    let loader = one.read(&source);
    hold.reached().await;
    drop(lost);
    one.tier.until(|counts| counts.releases > 0).await;
    assert_eq!(two.price(&source).await, 1, "it doesn't wait for a lease that nobody knows he has");
    assert_eq!(two.stats("price").leases_waited, 0);
    hold.release();
    loader.await.unwrap();
}

#[tokio::test]
async fn who_goes_away_while_he_asks_for_a_lease_gives_it_back() {
    let (source, [one, two]) = (Arc::new(Source::new(1)), processes());
    let paused = one.tier.on(Request::Lease).next(1).pause_answer();
    let loader = one.read(&source);
    paused.reached(1).await;
    loader.abort();
    one.tier.until(|counts| counts.releases > 0).await;
    assert_eq!(two.price(&source).await, 1);
    assert_eq!(two.stats("price").leases_waited, 0);
}

#[tokio::test]
async fn a_lease_is_kept_while_the_load_runs() {
    let (source, all) = (Arc::new(Source::new(1)), processes());
    let (loader, hold, waiter) = loader_and_waiter(&source, &all).await;
    let before = all[0].tier.counts().keeps;
    for kept in 1..4 {
        until(|| {
            testing::advance_of(&all[0].cache, BEAT);
            all[0].tier.counts().keeps >= before + kept
        })
        .await;
        all[0].tier.advance(Duration::from_secs(1));
    }
    hold.release();
    assert_eq!((loader.await.unwrap(), waiter.await.unwrap()), (1, 1));
    assert_eq!(source.reads(), 1);
}

#[tokio::test]
async fn nobody_waits_for_a_load_that_was_overtaken() {
    let (source, [one, two]) = (Arc::new(Source::new(1)), processes());
    let mut hold = source.hold();
    let loader = one.read(&source);
    hold.reached().await;
    two.set(&source, 2).await;
    assert_eq!(one.price(&source).await, 2);
    one.settled().await;
    assert_eq!(two.price(&source).await, 2);
    assert_eq!(source.reads(), 2, "one of the two, and the one that was overtaken");
    assert_eq!(one.stats("price").leases_waited + two.stats("price").leases_waited, 0);
    hold.release();
    assert_eq!(loader.await.unwrap(), 1);
}

#[tokio::test]
async fn who_gets_the_lease_that_he_waited_for_looks_once_more() {
    let (source, all) = (Arc::new(Source::new(1)), processes());
    let (loader, hold, waiter) = loader_and_waiter(&source, &all).await;
    let paused = all[1].tier.on(Request::Read).next(1).pause_answer();
    paused.reached(1).await;
    // It has found nothing.
    hold.release();
    assert_eq!(loader.await.unwrap(), 1);
    all[0].settled().await;
    paused.release();
    assert_eq!(waiter.await.unwrap(), 1);
    assert_eq!(source.reads(), 1);
}

/// Between the look and the lease the other has stored it, and given the lease back.
#[tokio::test]
async fn who_gets_the_lease_without_waiting_looks_once_more_too() {
    let (source, [one, two]) = (Arc::new(Source::new(1)), processes());
    let paused = two.tier.on(Request::Read).next(1).pause_answer();
    let reading = two.read(&source);
    paused.reached(1).await;
    one.share(&source).await;
    one.tier.until(|counts| counts.releases > 0).await;
    drop(paused);
    assert_eq!(reading.await.unwrap(), 1);
    assert_eq!(source.reads(), 1);
}

/// Finds out what it depends on: what its lease is called doesn't say.
#[cached(alias = Pushed, cache = cache, skip(cache))]
async fn learned(cache: &Cache, source: &Source) -> u64 {
    let _ = cache;
    depends_on(target::row::<Article>(&5)).await;
    source.read().await
}

/// Two loads of a process, the first of which was overtaken: the other doesn't wait for it, and others wait for the second.
#[tokio::test]
async fn a_load_takes_over_the_lease_of_the_one_that_it_overtakes() {
    let (source, [one, two]) = (Arc::new(Source::new(1)), processes());
    let read = |process: &Process| {
        let (cache, source) = (process.cache.clone(), Arc::clone(&source));
        tokio::spawn(async move { learned(&cache, &source).await })
    };
    let (mut first, mut second) = (source.hold(), source.hold());
    let older = read(&one);
    first.reached().await;
    one.set(&source, 2).await;
    let younger = read(&one);
    second.reached().await;
    assert_eq!(one.stats("learned").leases_waited, 0);
    // The first is over, and its lease is another's.
    first.release();
    assert_eq!(older.await.unwrap(), 1);
    let waiter = read(&two);
    until(|| two.stats("learned").leases_waited > 0).await;
    second.release();
    assert_eq!((younger.await.unwrap(), waiter.await.unwrap()), (2, 2));
    assert_eq!((source.reads(), one.tier.counts().leases), (2, 1));
}

/// Callers that verify come later than a load that is under way, and can't join it: nothing has overtaken it, so they wait for
/// what it stores.
#[tokio::test]
async fn a_load_that_was_not_overtaken_is_waited_for_in_its_process_too() {
    let (source, [one]) = (Arc::new(Source::new(1)), processes());
    let read = || {
        let (cache, source) = (one.cache.clone(), Arc::clone(&source));
        tokio::spawn(async move { verified_price(&cache, &source, 5).await })
    };
    let mut hold = source.hold();
    let older = read();
    hold.reached().await;
    set_price(&one.cache, &Source::new(0), 6, 0).await;
    let younger = read();
    until(|| one.stats("verified_price").leases_waited > 0).await;
    hold.release();
    assert_eq!((older.await.unwrap(), younger.await.unwrap()), (1, 1));
    assert_eq!(source.reads(), 1);
}

/// What many ask at once is asked once; and once more where something was written meanwhile.
#[tokio::test]
async fn callers_that_verify_share_their_questions() {
    let (source, [one]) = (Arc::new(Source::new(1)), processes());
    one.verified(&source).await;
    let paused = one.tier.on(Request::Read).pause();
    let before = one.tier.counts();
    let read = || {
        let (cache, source) = (one.cache.clone(), Arc::clone(&source));
        tokio::spawn(async move { verified_price(&cache, &source, 5).await })
    };
    let mut callers = vec![read()];
    paused.reached(1).await;
    // Those who come now are later than the question that is under way.
    set_price(&one.cache, &Source::new(0), 6, 0).await;
    callers.extend((0..50).map(|_| read()));
    until(|| one.stats("verified_price").misses == 52).await;
    while !callers.iter().all(JoinHandle::is_finished) {
        // Whoever was woken has asked, or waits for the one who did.
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        paused.step();
    }
    for caller in callers {
        assert_eq!(caller.await.unwrap(), 1);
    }
    let reads = (one.tier.counts() - before).reads;
    assert!(reads <= 4, "{reads}, and something may be written in other tests of this process");
    assert_eq!(source.reads(), 1);
}
