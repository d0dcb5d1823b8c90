//! I5: one load per key. A loader that is cancelled, panics, errs or hangs hands over; nobody inherits a panic, nobody
//! waits for ever.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use cache_core::{Alias, Cache, NoKey, cached, testing};
use tests::{Source, until, until_sync};
use tokio::sync::{Barrier, Notify};

#[cached]
async fn slow(source: Arc<Source>, id: u64) -> u64 {
    let _ = id;
    source.read().await
}

#[cached]
fn slow_sync(source: &Source, id: u64) -> u64 {
    let _ = id;
    source.read_sync()
}

fn spawn(source: &Arc<Source>) -> tokio::task::JoinHandle<u64> {
    tokio::spawn(slow(Arc::clone(source), 5))
}

#[cache_core::test(worker_threads = 2)]
async fn a_hundred_callers_are_one_load() {
    let source = Arc::new(Source::new(7));
    let mut hold = source.hold();
    let callers: Vec<_> = (0..100).map(|_| spawn(&source)).collect();
    hold.reached().await;
    until(|| testing::waiting() == 99).await;
    hold.release();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), 7);
    }
    assert_eq!(source.reads(), 1);
    assert_eq!(Cache::current().stats().function("slow").shared_loads, 99);
}

#[cache_core::test]
fn twenty_threads_are_one_load() {
    let source = Source::new(7);
    let cache = testing::handle();
    let mut hold = source.hold();
    std::thread::scope(|scope| {
        let read = || cache.enter(|| slow_sync(&source, 5));
        let callers: Vec<_> = (0..20).map(|_| scope.spawn(read)).collect();
        hold.reached_sync();
        until_sync(|| testing::waiting() == 19);
        hold.release();
        callers.into_iter().for_each(|caller| assert_eq!(caller.join().unwrap(), 7));
    });
    assert_eq!(source.reads(), 1);
}

/// An executor that parks its thread between two polls, as std's documentation shows one: what woke it while a sync call
/// was waiting in a poll of it is not lost.
#[cache_core::test]
fn waiting_takes_no_wake_up_from_an_executor_around_it() {
    let source = Source::new(7);
    let cache = testing::handle();
    let mut hold = source.hold();
    std::thread::scope(|scope| {
        let leader = scope.spawn(|| cache.enter(|| slow_sync(&source, 5)));
        hold.reached_sync();
        let executor = scope.spawn(|| {
            assert_eq!(cache.enter(|| slow_sync(&source, 5)), 7);
            // The poll is over, and its future pending.
            std::thread::park();
        });
        until_sync(|| testing::waiting() == 1);
        // What its future waits for has come.
        executor.thread().unpark();
        hold.release();
        assert_eq!(leader.join().unwrap(), 7);
        executor.join().unwrap();
    });
}

#[cache_core::test]
async fn a_cancelled_leader_hands_over_to_one() {
    let source = Arc::new(Source::new(7));
    let mut hold = source.hold();
    let leader = spawn(&source);
    hold.reached().await;
    let mut second = source.hold();
    let followers: Vec<_> = (0..10).map(|_| spawn(&source)).collect();
    until(|| testing::waiting() == 10).await;
    leader.abort();
    second.reached().await;
    until(|| testing::waiting() == 9).await;
    assert_eq!(source.reads(), 2);
    second.release();
    for follower in followers {
        assert_eq!(follower.await.unwrap(), 7);
    }
    assert_eq!(source.reads(), 2);
}

#[cached]
async fn panics_once(source: Arc<Source>, id: u64) -> u64 {
    let _ = id;
    let value = source.read().await;
    assert!(source.reads() > 1, "the first load panics");
    value
}

#[cache_core::test]
async fn a_panic_stays_with_the_leader() {
    let source = Arc::new(Source::new(7));
    let mut hold = source.hold();
    let leader = tokio::spawn(panics_once(Arc::clone(&source), 5));
    hold.reached().await;
    let followers: Vec<_> = (0..10).map(|_| tokio::spawn(panics_once(Arc::clone(&source), 5))).collect();
    until(|| testing::waiting() == 10).await;
    hold.release();
    assert!(leader.await.unwrap_err().is_panic());
    for follower in followers {
        assert_eq!(follower.await.unwrap(), 7);
    }
    assert_eq!(source.reads(), 2);
}

#[cache_core::test]
fn a_panic_of_a_sync_load_stays_with_the_leader() {
    #[cached]
    fn panics_once_sync(source: &Source, id: u64) -> u64 {
        let value = source.read_sync() + id;
        assert!(source.reads() > 1, "the first load panics");
        value
    }
    let source = Source::new(7);
    let cache = testing::handle();
    let mut hold = source.hold();
    std::thread::scope(|scope| {
        let read = || cache.enter(|| panics_once_sync(&source, 0));
        let leader = scope.spawn(read);
        hold.reached_sync();
        let followers: Vec<_> = (0..5).map(|_| scope.spawn(read)).collect();
        until_sync(|| testing::waiting() == 5);
        hold.release();
        leader.join().unwrap_err();
        followers.into_iter().for_each(|follower| assert_eq!(follower.join().unwrap(), 7));
    });
}

#[cache_core::test]
async fn nobody_waits_for_a_hung_leader_longer_than_load_wait() {
    let source = Arc::new(Source::new(7));
    let mut hold = source.hold();
    let leader = spawn(&source);
    hold.reached().await;
    let followers: Vec<_> = (0..3).map(|_| spawn(&source)).collect();
    until(|| testing::waiting() == 3).await;
    testing::advance(Duration::from_secs(9));
    tokio::task::yield_now().await;
    assert_eq!(source.reads(), 1);
    testing::advance(Duration::from_secs(2));
    for follower in followers {
        assert_eq!(follower.await.unwrap(), 7);
    }
    assert_eq!(Cache::current().stats().function("slow").overdue, 3);
    assert!(!leader.is_finished());

    // Who comes now finds the value; and were it gone, would not wait for the one that hangs.
    slow::entry(5).invalidate().await;
    assert_eq!(spawn(&source).await.unwrap(), 7);
    hold.release();
    leader.await.unwrap();
}

#[cache_core::test]
async fn who_comes_when_a_leader_hangs_does_not_wait_for_it() {
    let source = Arc::new(Source::new(7));
    let mut hold = source.hold();
    let leader = spawn(&source);
    hold.reached().await;
    let mut second = source.hold();
    let follower = spawn(&source);
    until(|| testing::waiting() == 1).await;
    testing::advance(Duration::from_secs(11));
    second.reached().await;
    // One hangs, one loads by itself, which nobody may join: a third leads.
    assert_eq!(spawn(&source).await.unwrap(), 7);
    second.release();
    follower.await.unwrap();
    hold.release();
    leader.await.unwrap();
}

#[cached]
async fn fails(source: Arc<Source>, id: u64) -> Result<u64, String> {
    let _ = id;
    Err(format!("no. {}", source.read().await))
}

#[cache_core::test]
async fn followers_share_an_error_that_can_be_cloned() {
    let source = Arc::new(Source::new(7));
    let mut hold = source.hold();
    let callers: Vec<_> = (0..50).map(|_| tokio::spawn(fails(Arc::clone(&source), 5))).collect();
    hold.reached().await;
    until(|| testing::waiting() == 49).await;
    hold.release();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), Err("no. 7".to_owned()));
    }
    assert_eq!(source.reads(), 1);
    assert_eq!(fails(Arc::clone(&source), 5).await, Err("no. 7".to_owned()));
    assert_eq!(source.reads(), 2, "and it is not stored");
}

/// Not `Clone`.
#[derive(Debug)]
struct Refused;

#[derive(NoKey)]
struct Gate {
    first: Notify,
    followers: Barrier,
    loads: AtomicUsize,
}

#[cached]
async fn fails_alone(gate: Arc<Gate>, id: u64) -> Result<u64, Refused> {
    let _ = id;
    if gate.loads.fetch_add(1, Ordering::SeqCst) == 0 {
        gate.first.notified().await;
    } else {
        // Passed only if all 49 are here at once: one after the other they would never be.
        gate.followers.wait().await;
    }
    Err(Refused)
}

#[cache_core::test]
async fn callers_of_a_failing_source_are_not_served_one_after_the_other() {
    let gate =
        Arc::new(Gate { first: Notify::new(), followers: Barrier::new(49), loads: AtomicUsize::new(0) });
    let callers: Vec<_> = (0..50).map(|_| tokio::spawn(fails_alone(Arc::clone(&gate), 5))).collect();
    until(|| testing::waiting() == 49).await;
    gate.first.notify_one();
    for caller in callers {
        caller.await.unwrap().unwrap_err();
    }
    assert_eq!(gate.loads.load(Ordering::SeqCst), 50);
}

#[cached(skip(depth))]
async fn recursive(id: u64, depth: u64) -> u64 {
    if depth == 0 { id } else { Box::pin(recursive(id, depth - 1)).await + 1 }
}

#[cached(skip(depth))]
fn recursive_sync(id: u64, depth: u64) -> u64 {
    if depth == 0 { id } else { recursive_sync(id, depth - 1) + 1 }
}

#[cache_core::test]
async fn a_recursive_call_of_the_same_key_is_not_a_deadlock() {
    assert_eq!(recursive(10, 3).await, 13);
    assert_eq!(recursive_sync(10, 3), 13);
    assert_eq!(testing::waiting(), 0);
}

#[derive(NoKey)]
struct Meeting(Barrier, AtomicU64);

#[cached(skip(further))]
async fn here(meeting: Arc<Meeting>, further: bool) -> u64 {
    if further {
        meeting.0.wait().await;
        return Box::pin(there(meeting, false)).await + 1;
    }
    meeting.1.fetch_add(1, Ordering::SeqCst);
    1
}

#[cached(skip(further))]
async fn there(meeting: Arc<Meeting>, further: bool) -> u64 {
    if further {
        meeting.0.wait().await;
        return Box::pin(here(meeting, false)).await + 1;
    }
    meeting.1.fetch_add(1, Ordering::SeqCst);
    1
}

/// Each leads its own flight, and asks for the other's.
#[cache_core::test]
async fn two_loads_that_call_each_other_are_not_a_deadlock() {
    let meeting = Arc::new(Meeting(Barrier::new(2), AtomicU64::new(0)));
    let one = tokio::spawn(here(Arc::clone(&meeting), true));
    let other = tokio::spawn(there(Arc::clone(&meeting), true));
    let (one, other) = (one.await.unwrap(), other.await.unwrap());
    // The first to ask waits for the other, which loads by itself.
    assert_eq!([one.min(other), one.max(other)], [2, 3]);
    assert_eq!(meeting.1.load(Ordering::SeqCst), 1);
}

#[derive(Alias)]
#[alias(name = "narrow", max_loads = 2)]
struct Narrow;

#[cached(alias = Narrow)]
async fn narrow(source: Arc<Source>, id: u64) -> u64 {
    source.read().await + id
}

#[cached(alias = Narrow)]
async fn around_narrow(source: Arc<Source>, between: Arc<Source>, id: u64) -> u64 {
    between.read().await;
    narrow(source, id).await
}

#[cache_core::test]
async fn loads_of_an_alias_are_bounded() {
    let source = Arc::new(Source::new(0));
    let (mut first, mut second) = (source.hold(), source.hold());
    let callers: Vec<_> = (0..10).map(|id| tokio::spawn(narrow(Arc::clone(&source), id))).collect();
    first.reached().await;
    second.reached().await;
    until(|| testing::waiting() == 8).await;
    assert_eq!(source.reads(), 2, "the others queue");
    first.release();
    second.release();
    for (id, caller) in (0..).zip(callers) {
        assert_eq!(caller.await.unwrap(), id);
    }
}

/// All permits are held by loads that wait for a load that queues for a permit.
#[cache_core::test]
async fn a_bound_on_loads_is_not_a_deadlock() {
    let (source, between) = (Arc::new(Source::new(0)), Arc::new(Source::new(0)));
    let (mut first, mut second) = (between.hold(), between.hold());
    let around: Vec<_> = [0, 1]
        .map(|id| tokio::spawn(around_narrow(Arc::clone(&source), Arc::clone(&between), id)))
        .into_iter()
        .collect();
    first.reached().await;
    second.reached().await;
    let queues: Vec<_> = [0, 1].map(|id| tokio::spawn(narrow(Arc::clone(&source), id))).into_iter().collect();
    until(|| testing::waiting() == 2).await;
    first.release();
    second.release();
    for (id, caller) in (0..).zip(around.into_iter()).chain((0..).zip(queues)) {
        assert_eq!(caller.await.unwrap(), id);
    }
    assert_eq!(Cache::current().stats().total().overdue, 0, "nobody had to wait until `load_wait` was over");
}

#[cache_core::test]
async fn loads_inside_of_loads_need_no_permit() {
    let (source, between) = (Arc::new(Source::new(0)), Arc::new(Source::new(0)));
    let (mut first, mut second) = (between.hold(), between.hold());
    let around = [0, 1].map(|id| tokio::spawn(around_narrow(Arc::clone(&source), Arc::clone(&between), id)));
    first.reached().await;
    second.reached().await;
    first.release();
    second.release();
    for (id, caller) in (0..).zip(around) {
        let caller = tokio::time::timeout(Duration::from_secs(60), caller);
        assert_eq!(caller.await.expect("not queued behind itself").unwrap(), id);
    }
}

#[derive(Alias)]
#[alias(name = "one-at-a-time", max_loads = 1)]
struct OneAtATime;

#[cached(alias = OneAtATime)]
async fn one(source: Arc<Source>) -> u64 {
    source.read().await
}

#[cached(alias = OneAtATime)]
fn one_sync(id: u64) -> u64 {
    id
}

/// A sync function blocks the only thread of the runtime; the load that holds the permit runs on it.
#[cache_core::test]
async fn a_sync_load_does_not_wait_for_a_task_of_its_thread() {
    let source = Arc::new(Source::new(0));
    let mut hold = source.hold();
    let held = tokio::spawn(one(Arc::clone(&source)));
    hold.reached().await;
    assert_eq!(one_sync(5), 5);
    hold.release();
    held.await.unwrap();
}

/// Lets other tasks run, as far as they get.
async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

#[cached(alias = OneAtATime)]
async fn one_of(source: Arc<Source>, id: u64) -> u64 {
    source.read().await + id
}

#[cache_core::test]
async fn nobody_queues_longer_than_load_wait() {
    let source = Arc::new(Source::new(0));
    let mut hold = source.hold();
    let hung = tokio::spawn(one_of(Arc::clone(&source), 0));
    hold.reached().await;
    let queued = tokio::spawn(one_of(Arc::clone(&source), 1));
    until(|| testing::waiting() == 1).await;
    testing::advance(Duration::from_secs(9));
    settle().await;
    assert_eq!(source.reads(), 1);
    testing::advance(Duration::from_secs(2));
    settle().await;
    assert!(queued.is_finished());
    assert_eq!(Cache::current().stats().function("one_of").overdue, 1);
    hold.release();
    hung.await.unwrap();
}

/// Who has waited for one load waits for the next one for what is left.
#[cache_core::test]
async fn nobody_waits_for_one_load_after_the_other_longer_than_load_wait() {
    let source = Arc::new(Source::new(7));
    let mut hold = source.hold();
    let leader = spawn(&source);
    hold.reached().await;
    let followers = [spawn(&source), spawn(&source)];
    until(|| testing::waiting() == 2).await;
    testing::advance(Duration::from_secs(8));
    let mut second = source.hold();
    leader.abort();
    second.reached().await;
    until(|| testing::waiting() == 1).await;
    testing::advance(Duration::from_secs(3));
    settle().await;
    assert_eq!(source.reads(), 3, "one leads, the other has given up");
    second.release();
    for follower in followers {
        assert_eq!(follower.await.unwrap(), 7);
    }
}

#[cache_core::test]
async fn who_comes_when_both_loads_hang_waits_for_neither() {
    let source = Arc::new(Source::new(7));
    let mut held = [source.hold(), source.hold(), source.hold()];
    let [first, alone, second] = &mut held;
    let mut callers = vec![spawn(&source)];
    first.reached().await;
    callers.push(spawn(&source));
    until(|| testing::waiting() == 1).await;
    testing::advance(Duration::from_secs(11));
    alone.reached().await;
    callers.push(spawn(&source));
    second.reached().await;
    callers.push(spawn(&source));
    until(|| testing::waiting() == 1).await;
    testing::advance(Duration::from_secs(11));
    until(|| source.reads() == 4).await;
    settle().await;
    slow::entry(5).invalidate().await;

    let last = spawn(&source);
    settle().await;
    assert_eq!(testing::waiting(), 0);
    assert!(last.is_finished());
    held.into_iter().for_each(tests::Hold::release);
    for caller in callers {
        assert_eq!(caller.await.unwrap(), 7);
    }
}

#[cache_core::test]
async fn a_refresh_takes_a_permit() {
    let source = Arc::new(Source::new(0));
    let mut hold = source.hold();
    let held = tokio::spawn(one_of(Arc::clone(&source), 0));
    hold.reached().await;
    let refresh = tokio::spawn(one_of::refresh(Arc::clone(&source), 1));
    settle().await;
    assert_eq!((source.reads(), testing::waiting()), (1, 1), "it queues");
    hold.release();
    assert_eq!((held.await.unwrap(), refresh.await.unwrap()), (0, 1));
}

#[cached(alias = Narrow)]
async fn fails_narrowly(source: Arc<Source>) -> Result<u64, Refused> {
    source.read().await;
    Err(Refused)
}

/// Callers whom a load that failed can't answer load by themselves: all at once, as far as `max_loads` allows.
#[cache_core::test]
async fn who_loads_alone_takes_a_permit() {
    let source = Arc::new(Source::new(0));
    let mut held = [source.hold(), source.hold(), source.hold()];
    let [first, ..] = &mut held;
    let callers: Vec<_> = (0..5).map(|_| tokio::spawn(fails_narrowly(Arc::clone(&source)))).collect();
    first.reached().await;
    until(|| testing::waiting() == 4).await;
    let mut held = held.into_iter();
    held.next().unwrap().release();
    settle().await;
    assert_eq!((source.reads(), testing::waiting()), (3, 2), "two load, two queue");
    held.for_each(tests::Hold::release);
    for caller in callers {
        caller.await.unwrap().unwrap_err();
    }
}

#[cached(none_ttl = "30s")]
async fn perhaps(source: Arc<Source>) -> Option<u64> {
    Some(source.read().await).filter(|value| *value > 0)
}

#[cached]
async fn around_perhaps(source: Arc<Source>) -> u64 {
    perhaps(source).await.unwrap_or(1)
}

/// What is made of another's load lives no longer than that.
#[cache_core::test]
async fn a_follower_lives_no_longer_than_what_it_was_given() {
    let source = Arc::new(Source::new(0));
    let mut hold = source.hold();
    let leader = tokio::spawn(perhaps(Arc::clone(&source)));
    hold.reached().await;
    let around = tokio::spawn(around_perhaps(Arc::clone(&source)));
    until(|| testing::waiting() == 1).await;
    hold.release();
    assert_eq!((leader.await.unwrap(), around.await.unwrap()), (None, 1));
    testing::advance(Duration::from_secs(29));
    assert_eq!(around_perhaps::entry().get().await, Some(1));
    testing::advance(Duration::from_secs(2));
    assert_eq!(around_perhaps::entry().get().await, None);
}
