//! Rules of leases.

use std::sync::Arc;
use std::time::Duration;

use super::{Candidate, HOUR};
use crate::shared::{Lease, SharedTier};

const EXPECTED: Duration = Duration::from_millis(1234);
const TAKEN: Lease = Lease::Taken { expected: EXPECTED };

async fn lease(tier: &Arc<dyn SharedTier>, key: &str, token: u128) -> Lease {
    tier.lease(key, token, HOUR, EXPECTED).await.expect("a lease is asked for")
}

async fn keep(tier: &Arc<dyn SharedTier>, key: &str, token: u128) -> bool {
    tier.keep(key, token, HOUR).await.expect("a lease is kept")
}

async fn release(tier: &Arc<dyn SharedTier>, key: &str, token: u128) {
    tier.release(key, token).await.expect("a lease is given back");
}

/// One is granted the lease of a key, and again if he asks again; others are told how long his load is expected to take.
pub async fn a_lease_is_granted_to_one(candidate: &Candidate) {
    assert_eq!(lease(&candidate.one, "a", u128::MAX).await, Lease::Granted);
    for tier in candidate.both() {
        let asked = tier.lease("a", 0, HOUR, HOUR).await.expect("a lease is asked for");
        assert_eq!(asked, TAKEN);
    }
    assert_eq!(lease(&candidate.one, "a", u128::MAX).await, Lease::Granted);
    assert_eq!(lease(&candidate.one, "b", 0).await, Lease::Granted);
}

/// Of many who ask at the same time, one is granted the lease.
pub async fn of_many_who_ask_one_gets_the_lease(candidate: &Candidate) {
    for round in 0..16 {
        let tasks = (0..8).map(|number| {
            let tier = candidate.both()[number % 2].clone();
            tokio::spawn(async move { lease(&tier, &format!("key {round}"), number as u128).await })
        });
        let mut granted = 0;
        for task in tasks.collect::<Vec<_>>() {
            granted += usize::from(task.await.expect("a task ends") == Lease::Granted);
        }
        assert_eq!(granted, 1);
    }
}

/// A lease is given back by who has it, and by nobody else; the next one is granted it then.
pub async fn a_lease_is_released_by_its_owner(candidate: &Candidate) {
    lease(&candidate.one, "a", 1).await;
    release(&candidate.one, "a", 2).await;
    assert_eq!(lease(&candidate.one, "a", 2).await, TAKEN);
    release(&candidate.other, "a", 1).await;
    release(&candidate.other, "a", 1).await;
    assert_eq!(lease(&candidate.one, "a", 2).await, Lease::Granted);
    release(&candidate.other, "a", 1).await;
    assert_eq!(lease(&candidate.one, "a", 1).await, TAKEN);
}

/// A lease is kept by who has it, and by nobody else.
pub async fn a_lease_is_kept_by_its_owner(candidate: &Candidate) {
    assert!(!keep(&candidate.one, "a", 1).await, "nobody has it");
    assert_eq!(lease(&candidate.one, "a", 1).await, Lease::Granted);
    assert!(keep(&candidate.other, "a", 1).await);
    assert!(!keep(&candidate.one, "a", 2).await, "another has it");
    assert!(keep(&candidate.one, "a", 1).await, "who was refused has taken nothing");
    release(&candidate.one, "a", 1).await;
    assert!(!keep(&candidate.one, "a", 1).await, "it was given back");
    assert_eq!(lease(&candidate.one, "a", 2).await, Lease::Granted);
}

/// A lease ends by itself; who had it can't keep it nor give it back any more.
pub async fn leases_run_out(candidate: &Candidate) {
    let asked = candidate.one.lease("a", 1, candidate.moment(), EXPECTED).await;
    assert_eq!(asked, Ok(Lease::Granted));
    candidate.pass(candidate.moment());
    candidate
        .eventually("a lease had run out", async || lease(&candidate.other, "a", 2).await == Lease::Granted)
        .await;
    assert!(!keep(&candidate.one, "a", 1).await);
    release(&candidate.one, "a", 1).await;
    assert_eq!(lease(&candidate.one, "a", 3).await, TAKEN);
}

/// A lease that is kept lives on.
pub async fn a_kept_lease_lives_on(candidate: &Candidate) {
    // Where time can't be moved, all of it may have passed before it is kept: then once more.
    for round in 0.. {
        let (kept, other) = (format!("kept {round}"), format!("other {round}"));
        for key in [&other, &kept] {
            let asked = candidate.one.lease(key, 1, candidate.moment(), EXPECTED).await;
            assert_eq!(asked, Ok(Lease::Granted));
        }
        candidate.pass(candidate.moment() * 2 / 3);
        if !keep(&candidate.one, &kept, 1).await {
            assert_eq!(lease(&candidate.one, &other, 2).await, Lease::Granted, "both had run out");
            continue;
        }
        candidate.pass(candidate.moment());
        candidate
            .eventually("a lease had run out", async || {
                lease(&candidate.one, &other, 2).await == Lease::Granted
            })
            .await;
        assert_eq!(lease(&candidate.one, &kept, 2).await, TAKEN);
        return;
    }
}
