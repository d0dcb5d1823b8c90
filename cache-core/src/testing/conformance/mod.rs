//! Whether a shared tier keeps the contract: one rule after the other.
//!
//! [`shared_tier_conformance!`](crate::testing::shared_tier_conformance) makes a test of each. Every rule is an async function
//! that panics where it is broken; it is given a [`Candidate`] of its own, which holds nothing yet.

mod announcements;
mod entries;
mod epochs;
mod leases;
mod listening;
#[cfg(test)]
mod mutant;
#[cfg(test)]
mod tests;
mod together;

use std::any::Any;
use std::fmt;
use std::future::poll_fn;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

pub use self::announcements::*;
pub use self::entries::*;
pub use self::epochs::*;
pub use self::leases::*;
use self::listening::Ear;
pub use self::together::*;
use crate::shared::{Bump, Epoch, Sent, SharedTier, TagId};
use crate::sync::lock;

/// Longer than any test.
const HOUR: Duration = Duration::from_secs(3600);

/// A tier that is to be examined: two connections to the same servers, as two processes have them.
pub struct Candidate {
    one: Arc<dyn SharedTier>,
    other: Arc<dyn SharedTier>,
    advance: Option<Box<dyn Fn(Duration) + Send + Sync>>,
    inits_announce: bool,
    replicas: bool,
    patience: Duration,
    sent: AtomicU64,
    kept: Vec<Box<dyn Any + Send + Sync>>,
}

impl Candidate {
    /// Two connections to the same servers, on which they see each other's entries and nobody else's: with a prefix of their own,
    /// or servers.
    #[must_use]
    pub fn new(one: impl SharedTier, other: impl SharedTier) -> Self {
        Candidate {
            one: Arc::new(one),
            other: Arc::new(other),
            advance: None,
            inits_announce: false,
            replicas: false,
            patience: Duration::from_secs(30),
            sent: AtomicU64::new(1),
            kept: Vec::new(),
        }
    }

    /// How time passes on the servers. Without it, rules on time wait until some has.
    #[must_use]
    pub fn advance(self, advance: impl Fn(Duration) + Send + Sync + 'static) -> Self {
        Candidate { advance: Some(Box::new(advance)), ..self }
    }

    /// `init` and `renew` announce too: the servers tell of all that is written.
    #[must_use]
    pub fn inits_announce(self) -> Self {
        Candidate { inits_announce: true, ..self }
    }

    /// The servers have replicas, each at least one: what is to be replicated is.
    #[must_use]
    pub fn replicas(self) -> Self {
        Candidate { replicas: true, ..self }
    }

    /// How long a rule waits for what is to happen, before it counts as broken: half a minute by default.
    #[must_use]
    pub fn patience(self, patience: Duration) -> Self {
        Candidate { patience, ..self }
    }

    /// Holds something until the rule has been examined: the server, say.
    #[must_use]
    pub fn keep(mut self, guard: impl Any + Send + Sync) -> Self {
        self.kept.push(Box::new(guard));
        self
    }

    /// Both connections.
    fn both(&self) -> [&Arc<dyn SharedTier>; 2] {
        [&self.one, &self.other]
    }

    /// So long that what lives no longer soon runs out, and so long that a test can do something meanwhile.
    fn moment(&self) -> Duration {
        if self.advance.is_some() { Duration::from_secs(60) } else { Duration::from_millis(300) }
    }

    /// Lets time pass, if it can be: otherwise it passes while the rule waits.
    fn pass(&self, duration: Duration) {
        self.advance.iter().for_each(|advance| advance(duration));
    }

    /// Waits until that holds.
    async fn eventually(&self, what: &str, condition: impl AsyncFn() -> bool) {
        let holds = async {
            while !condition().await {
                tokio::task::yield_now().await;
            }
        };
        self.wait(what, holds).await;
    }

    /// Waits for that, not for ever.
    async fn wait<T>(&self, what: &str, future: impl Future<Output = T>) -> T {
        match tokio::time::timeout(self.patience, future).await {
            Ok(value) => value,
            Err(_) => panic!("waited for {:?} until {what}", self.patience),
        }
    }

    /// One that was never asked with.
    fn sent(&self) -> Sent {
        Sent(self.sent.fetch_add(1, Ordering::Relaxed))
    }

    /// Listens through a connection, and waits until the stream of that tag's server is alive.
    async fn ear<'a>(&'a self, tier: &'a Arc<dyn SharedTier>, tag: TagId) -> Ear<'a> {
        let ear = Ear::new(self, tier);
        ear.heard(tag).await;
        ear
    }
}

impl fmt::Debug for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidate")
            .field("one", &self.one)
            .field("other", &self.other)
            .finish_non_exhaustive()
    }
}

/// Examines a rule, on a runtime with so many worker threads (0: on this thread).
///
/// # Panics
///
/// If the rule is broken.
pub fn check(
    worker_threads: usize,
    candidate: impl Future<Output = Candidate>,
    rule: impl AsyncFnOnce(&Candidate),
) {
    super::runtime(worker_threads, |_| {}).block_on(async {
        let candidate = candidate.await;
        // An operation that never ends is a broken rule, too.
        candidate.wait("the rule had been examined", rule(&candidate)).await;
    });
}

/// Examines rules by name, as many at a time as the machine has processors.
///
/// # Panics
///
/// If some are broken, with their names, when all have been examined.
pub fn check_all(rules: &[(&str, &(dyn Fn() + Sync))]) {
    let (next, broken) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, NonZero::get) {
            scope.spawn(|| {
                while let Some((name, rule)) = rules.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if catch_unwind(AssertUnwindSafe(rule)).is_err() {
                        lock(&broken).push(*name);
                    }
                }
            });
        }
    });
    let broken = lock(&broken);
    assert!(broken.is_empty(), "broken: {broken:?}");
}

/// Runs both at the same time, on the same task.
async fn both<A, B>(one: impl Future<Output = A>, other: impl Future<Output = B>) -> (A, B) {
    let (mut one, mut other) = (pin!(one), pin!(other));
    let (mut first, mut second) = (None, None);
    poll_fn(|cx| {
        if first.is_none()
            && let Poll::Ready(value) = one.as_mut().poll(cx)
        {
            first = Some(value);
        }
        if second.is_none()
            && let Poll::Ready(value) = other.as_mut().poll(cx)
        {
            second = Some(value);
        }
        match (first.take(), second.take()) {
            (Some(one), Some(other)) => Poll::Ready((one, other)),
            unfinished => {
                (first, second) = unfinished;
                Poll::Pending
            }
        }
    })
    .await
}

/// A tag of this number. Tags of different numbers may lie on different servers.
fn tag(number: u128) -> TagId {
    TagId(number.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835))
}

/// A new epoch for a tag.
fn bump(tag: TagId) -> Bump {
    Bump { tag, epoch: Epoch::draw() }
}

/// The epochs that a tier has for tags.
async fn epochs(tier: &Arc<dyn SharedTier>, tags: &[TagId]) -> Vec<Option<Epoch>> {
    tier.read(None, tags).await.expect("a read succeeds").epochs
}

/// Gives a tag an epoch that it hasn't yet.
async fn begin(tier: &Arc<dyn SharedTier>, tag: TagId) -> Epoch {
    let first = bump(tag);
    let got = tier.init(&[first], HOUR).await.expect("an init succeeds");
    assert_eq!(got, [Some(first.epoch)], "a tag without an epoch gets the one that was drawn for it");
    first.epoch
}

/// Makes a test of each rule that [`SharedTier`] lays down, for one implementation: for the module of its tests.
///
/// It is given what makes a [`Candidate`](crate::testing::conformance::Candidate): a closure or function, async. Tests run on a
/// runtime of the thread's own, or with `worker_threads = 2`. Where servers take long to start, `in_one_test:` before it examines all
/// rules in the test that stands around it: candidates have prefixes of their own then.
///
/// ```
/// use cache_core::shared::MemoryTier;
/// use cache_core::testing::conformance::Candidate;
///
/// cache_core::testing::shared_tier_conformance!(candidate);
///
/// async fn candidate() -> Candidate {
///     let tier = MemoryTier::new();
///     let clock = tier.clone();
///     Candidate::new(tier.connect(), tier).advance(move |duration| clock.advance(duration))
/// }
/// ```
#[macro_export]
macro_rules! shared_tier_conformance {
    (@rules $form:ident $arguments:tt) => {
        $crate::shared_tier_conformance! { @$form $arguments [
            what_is_absent_reads_as_none
            nothing_asked_is_nothing_done
            init_creates_an_epoch_where_there_is_none
            init_leaves_an_epoch_that_is_there
            of_many_inits_one_wins
            bump_replaces_an_epoch
            a_replicated_bump_is_one_or_says_that_it_is_not
            bump_creates_no_epoch
            tags_and_epochs_are_any_numbers
            epochs_come_in_the_order_of_tags
            a_thousand_tags_are_read_at_once
            a_read_never_answers_with_what_was_replaced_before
            epochs_run_out
            a_renewed_epoch_lives_on
            renew_creates_no_epoch
            a_bumped_epoch_lives_no_longer
            all_listeners_hear_all_bumps
            fills_are_not_announced
            a_new_epoch_is_not_seen_without_an_announcement
            who_is_told_does_not_see_the_old_epoch
            a_proof_is_told_behind_announcements
            a_proof_is_of_its_probe
            a_listener_is_told_of_the_stream_first
            a_dropped_listener_is_forgotten
            an_entry_comes_back_as_it_was_stored
            a_store_replaces_an_entry
            a_removed_entry_is_gone
            a_search_finds_what_matches
            a_search_finds_all
            entries_run_out
            an_entry_lives_as_it_was_last_stored
            keys_hold_any_characters
            entries_epochs_and_leases_are_apart
            a_lease_is_granted_to_one
            of_many_who_ask_one_gets_the_lease
            a_lease_is_released_by_its_owner
            a_lease_is_kept_by_its_owner
            leases_run_out
            a_kept_lease_lives_on
            a_dropped_operation_leaves_the_tier_as_it_was
            operations_run_at_the_same_time
            operations_run_on_any_executor
        ] }
    };
    (@tests ($candidate:expr, $worker_threads:expr) [$($rule:ident)*]) => {
        $(
            #[test]
            fn $rule() {
                $crate::testing::conformance::check(
                    $worker_threads, ($candidate)(), $crate::testing::conformance::$rule,
                );
            }
        )*
    };
    (@together ($candidate:expr, $worker_threads:expr) [$($rule:ident)*]) => {
        $crate::testing::conformance::check_all(&[$((stringify!($rule), &|| {
            $crate::testing::conformance::check(
                $worker_threads, ($candidate)(), $crate::testing::conformance::$rule,
            );
        })),*])
    };
    (@list () [$($rule:ident)*]) => {
        [$((stringify!($rule), (|candidate| {
            $crate::testing::conformance::check(0, ::std::future::ready(candidate), $crate::testing::conformance::$rule);
        }) as fn($crate::testing::conformance::Candidate))),*]
    };
    (in_one_test: $candidate:expr, worker_threads = $worker_threads:expr $(,)?) => {
        $crate::shared_tier_conformance! { @rules together ($candidate, $worker_threads) }
    };
    ($candidate:expr $(,)?) => {
        $crate::shared_tier_conformance! { @rules tests ($candidate, 0) }
    };
    ($candidate:expr, worker_threads = $worker_threads:expr $(,)?) => {
        $crate::shared_tier_conformance! { @rules tests ($candidate, $worker_threads) }
    };
}
