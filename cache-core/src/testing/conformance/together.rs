//! Rules of operations that are dropped, that run at the same time, and on other executors.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use super::{Candidate, HOUR, begin, bump, epochs, tag};
use crate::block_on::block_on;
use crate::shared::{Durability, Lease, Operation, SharedTier};

/// Sends an operation, and drops it.
async fn give_up<T>(mut operation: Operation<'_, T>) {
    poll_fn(|cx| {
        let _ = operation.as_mut().poll(cx);
        Poll::Ready(())
    })
    .await;
}

/// Operations that are dropped midway happen or not, and those that follow get their own answers.
pub async fn a_dropped_operation_leaves_the_tier_as_it_was(candidate: &Candidate) {
    let tier = &candidate.one;
    let (mine, yours) = (begin(tier, tag(1)).await, begin(tier, tag(2)).await);
    tier.store("mine", b"mine", HOUR).await.expect("a store succeeds");
    tier.store("yours", b"yours", HOUR).await.expect("a store succeeds");
    for round in 0..32 {
        give_up(tier.read(Some("yours"), &[tag(2)])).await;
        give_up(tier.init(&[bump(tag(2))], HOUR)).await;
        give_up(tier.renew(&[tag(2)], HOUR)).await;
        give_up(tier.bump(&[bump(tag(3))], Durability::Primary)).await;
        give_up(tier.store("another", b"another", HOUR)).await;
        give_up(tier.remove("another")).await;
        give_up(tier.lease("yours", round, HOUR, HOUR)).await;
        give_up(tier.keep("yours", round, HOUR)).await;
        give_up(tier.release("yours", round)).await;
        let answer = tier.read(Some("mine"), &[tag(1)]).await.expect("a read succeeds");
        assert_eq!((answer.entry.as_deref(), answer.epochs), (Some(&b"mine"[..]), vec![Some(mine)]));
    }
    let answer = candidate.other.read(Some("yours"), &[tag(2)]).await.expect("a read succeeds");
    assert_eq!((answer.entry.as_deref(), answer.epochs), (Some(&b"yours"[..]), vec![Some(yours)]));
}

/// Operations that run at the same time each get their own answer.
pub async fn operations_run_at_the_same_time(candidate: &Candidate) {
    let tasks = (0..16).map(|number: u128| {
        let tier = candidate.both()[number as usize % 2].clone();
        tokio::spawn(on_its_own(tier, number))
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("each sees what it did itself");
    }
    assert!(epochs(&candidate.one, &[tag(1_000)]).await[0].is_some());
}

/// What one process does, with keys and tags of its own, and one tag that all bump.
async fn on_its_own(tier: Arc<dyn SharedTier>, number: u128) {
    let (key, own, common) = (format!("key {number}"), tag(number), tag(1_000));
    let mut epoch = begin(&tier, own).await;
    for round in 0..20 {
        let bytes = vec![number as u8; 1 + (round * 997) % 20_000];
        let lease = tier.lease(&key, number, HOUR, HOUR).await.expect("a lease is asked for");
        assert_eq!(lease, Lease::Granted);
        tier.store(&key, &bytes, HOUR).await.expect("a store succeeds");
        let got = tier.init(&[bump(common), bump(own)], HOUR).await.expect("an init succeeds");
        assert_eq!(got[1], Some(epoch));
        let answer = tier.read(Some(&key), &[common, own]).await.expect("a read succeeds");
        assert!(answer.entry == Some(bytes) && answer.epochs[0].is_some() && answer.epochs[1] == Some(epoch));
        let bumps = [bump(own), bump(common)];
        tier.bump(&bumps, Durability::Primary).await.expect("a bump succeeds");
        epoch = bumps[0].epoch;
        tier.release(&key, number).await.expect("a lease is given back");
    }
}

/// Operations can be polled without a runtime, once somebody has listened.
pub async fn operations_run_on_any_executor(candidate: &Candidate) {
    let _ear = candidate.ear(&candidate.one, tag(1)).await;
    let tier = candidate.one.clone();
    let (done, seen) = tokio::sync::oneshot::channel();
    let thread = std::thread::spawn(move || {
        block_on(async {
            let epoch = begin(&tier, tag(1)).await;
            tier.store("a", b"entry", HOUR).await.expect("a store succeeds");
            let answer = tier.read(Some("a"), &[tag(1)]).await.expect("a read succeeds");
            assert_eq!((answer.entry.as_deref(), answer.epochs), (Some(&b"entry"[..]), vec![Some(epoch)]));
            tier.bump(&[bump(tag(1))], Durability::Primary).await.expect("a bump succeeds");
            tier.renew(&[tag(1)], HOUR).await.expect("a renewal succeeds");
            tier.lease("a", 1, HOUR, HOUR).await.expect("a lease is asked for");
            tier.keep("a", 1, HOUR).await.expect("a lease is kept");
            tier.release("a", 1).await.expect("a lease is given back");
            tier.remove("a").await.expect("a removal succeeds");
        });
        let _ = done.send(());
    });
    seen.await.expect("the operations succeed");
    thread.join().expect("the thread ends");
}
