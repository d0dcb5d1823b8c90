//! The shared tier as a cache sees it: under a deadline, behind a breaker, and with a runtime of the cache's own.

use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{self, Poll, ready};
use std::time::Duration;

use tokio::runtime::{self, Handle, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::AbortHandle;

use super::deadlines::{Deadline, Deadlines};
use super::tier::{Listener, Listening, Operation, Sent, SharedTier, TierError};
use crate::block_on::is_blocked;
use crate::clock::{Clock, Instant, Patience};
use crate::observe::{Count, SharedStats};

/// After so many failures in a row the breaker opens.
const FAILURES: u32 = 5;
/// So many entries may be on their way to the tier.
pub(crate) const STORES: usize = 256;

/// The shared tier, and what calls of it need.
pub(crate) struct Link {
    pub(crate) tier: Arc<dyn SharedTier>,
    clock: Clock,
    breaker: Breaker,
    listening: OnceLock<Box<dyn Listening>>,
    /// Of the cache's own, for all its tiers.
    runtime: Arc<Background>,
    /// For entries on their way: more than so many are not stored.
    stores: Arc<Semaphore>,
    pub(crate) counts: LinkCounts,
}

/// What is counted of the shared tier.
#[derive(Debug, Default)]
pub(crate) struct LinkCounts {
    pub(crate) timeouts: Count,
    pub(crate) failures: Count,
    pub(crate) refused: Count,
    pub(crate) opened: Count,
    pub(crate) gaps: Count,
    pub(crate) retried: Count,
}

/// Why an operation gave no answer. It may have happened all the same, unless it was not asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The breaker is open: it was not asked.
    Open,
    TimedOut,
    Failed(TierError),
}

/// Open while the tier is taken for dead: calls don't ask it then.
#[derive(Debug, Default)]
struct Breaker {
    open: AtomicBool,
    failures: AtomicU32,
}

/// A runtime that may be dropped wherever the last handle of its cache is, within another runtime too.
struct Background {
    runtime: Option<Runtime>,
    deadlines: Arc<Deadlines>,
}

impl Link {
    pub(crate) fn new(tier: Arc<dyn SharedTier>, clock: Clock) -> std::io::Result<Link> {
        let runtime = runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("cache")
            .enable_all()
            .build()?;
        let runtime = Background { runtime: Some(runtime), deadlines: Arc::default() };
        Ok(Link::on(Arc::new(runtime), tier, clock))
    }

    /// Another tier of the same cache: alive or dead by itself.
    pub(crate) fn beside(&self, tier: Arc<dyn SharedTier>) -> Link {
        Link::on(Arc::clone(&self.runtime), tier, self.clock.clone())
    }

    fn on(runtime: Arc<Background>, tier: Arc<dyn SharedTier>, clock: Clock) -> Link {
        Link {
            tier,
            clock,
            breaker: Breaker::default(),
            listening: OnceLock::new(),
            runtime,
            stores: Arc::new(Semaphore::new(STORES)),
            counts: LinkCounts::default(),
        }
    }

    /// For an entry that is to be stored; none where too many are on their way.
    pub(crate) fn store_permit(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.stores).try_acquire_owned().ok()
    }

    /// Ready when no entry is on its way.
    pub(crate) async fn idle(&self) {
        let all = u32::try_from(STORES).expect("they are few");
        // Without the runtime's budget, as wherever a permit is waited for.
        let _ = tokio::task::unconstrained(self.stores.acquire_many(all)).await;
    }

    /// Does the cache's own work.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        self.runtime().spawn(work).abort_handle()
    }

    fn runtime(&self) -> &Handle {
        match &self.runtime.runtime {
            Some(runtime) => runtime.handle(),
            None => unreachable!("it is there until the link is dropped"),
        }
    }

    /// Begins to listen.
    pub(crate) fn listen(&self, listener: Arc<dyn Listener>) {
        let listening = self.tier.listen(self.runtime(), listener);
        let _ = self.listening.set(listening);
    }

    /// Asks for proofs of life.
    pub(crate) fn probe(&self) {
        if let Some(listening) = self.listening.get() {
            listening.probe(Sent(self.clock.now().ticks()));
        }
    }

    /// How the cache and this tier get on.
    pub(crate) fn stats(&self) -> SharedStats {
        let counts = &self.counts;
        SharedStats {
            open: self.is_open(),
            opened: counts.opened.get(),
            timeouts: counts.timeouts.get(),
            failures: counts.failures.get(),
            refused: counts.refused.get(),
            gaps: counts.gaps.get(),
            pending: 0,
            retried: counts.retried.get(),
        }
    }

    /// Whether the tier is taken for dead.
    pub(crate) fn is_open(&self) -> bool {
        self.breaker.open.load(Ordering::Relaxed)
    }

    /// An operation, unless the tier is taken for dead. Nobody waits longer than the deadline.
    pub(crate) fn call<'a, T>(
        &'a self,
        deadline: Duration,
        operation: impl FnOnce() -> Operation<'a, T>,
    ) -> Attempt<'a, T> {
        let asked = !self.is_open();
        Attempt { link: self, deadline, operation: asked.then(operation), end: None }
    }

    /// [`call`](Self::call), whether or not the tier is taken for dead.
    pub(crate) fn attempt<'a, T>(
        &'a self,
        deadline: Duration,
        operation: Operation<'a, T>,
    ) -> Attempt<'a, T> {
        Attempt { link: self, deadline, operation: Some(operation), end: None }
    }

    /// When somebody has waited for so long.
    fn end(&self, deadline: Duration) -> End<'_> {
        match self.clock.is_manual() {
            true => End::Manual(Box::new(self.clock.patience(deadline))),
            false => End::Kernel(self.runtime.deadlines.after(deadline, self.runtime())),
        }
    }

    fn succeeded(&self) {
        if self.breaker.failures.load(Ordering::Relaxed) != 0 {
            self.breaker.failures.store(0, Ordering::Relaxed);
        }
        if self.is_open() && self.breaker.open.swap(false, Ordering::Relaxed) {
            tracing::info!(tier = ?self.tier, "the shared tier answers again");
        }
    }

    fn failed(&self, failure: &Failure) {
        match failure {
            Failure::TimedOut => self.counts.timeouts.add(),
            _ => self.counts.failures.add(),
        }
        let failures = self.breaker.failures.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        if failures >= FAILURES && !self.breaker.open.swap(true, Ordering::Relaxed) {
            self.counts.opened.add();
            tracing::warn!(%failure, tier = ?self.tier, "the shared tier is not asked any more until it answers again");
        }
    }
}

/// An operation under way. By hand, for its size is a part of each call that asks the tier.
pub(crate) struct Attempt<'a, T> {
    link: &'a Link,
    deadline: Duration,
    /// None if it isn't asked.
    operation: Option<Operation<'a, T>>,
    end: Option<End<'a>>,
}

impl<T> Future for Attempt<'_, T> {
    type Output = Result<T, Failure>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let Attempt { link, deadline, operation, end } = &mut *self;
        let Some(asked) = operation else {
            link.counts.refused.add();
            return Poll::Ready(Err(Failure::Open));
        };
        // Who waits on his thread may keep the very runtime from getting on that he was called on.
        let entered = (is_blocked() && !is_ending()).then(|| link.runtime().enter());
        let polled = asked.as_mut().poll(cx);
        drop(entered);
        let answer = match polled {
            Poll::Ready(answer) => answer.map_err(Failure::Failed),
            Poll::Pending => {
                let end = end.get_or_insert_with(|| link.end(*deadline));
                ready!(end.poll(cx));
                Err(Failure::TimedOut)
            }
        };
        match &answer {
            // It answers: that a replica doesn't is nothing to leave it for.
            Ok(_) | Err(Failure::Failed(TierError::Unreplicated(_))) => link.succeeded(),
            Err(failure) => link.failed(failure),
        }
        Poll::Ready(answer)
    }
}

/// Whether this thread is about to end: there is nothing to enter any more.
fn is_ending() -> bool {
    Handle::try_current().is_err_and(|error| error.is_thread_local_destroyed())
}

enum End<'a> {
    Kernel(Deadline<'a>),
    Manual(Box<Patience>),
}

impl End<'_> {
    fn poll(&mut self, cx: &mut task::Context<'_>) -> Poll<()> {
        match self {
            End::Kernel(deadline) => deadline.poll(cx),
            End::Manual(patience) => patience.poll_end(cx),
        }
    }
}

impl Failure {
    /// It happened, and no replica has confirmed it.
    pub(crate) fn is_unreplicated(&self) -> bool {
        matches!(self, Failure::Failed(TierError::Unreplicated(_)))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Open => f.write_str("the shared tier is taken for dead"),
            Failure::TimedOut => f.write_str("the shared tier didn't answer in time"),
            Failure::Failed(error) => error.fmt(f),
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Waiting for it would panic in async code.
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("tier", &self.tier)
            .field("breaker", &self.breaker)
            .finish_non_exhaustive()
    }
}

/// The time of a probe, as the cache's clock tells it.
impl Sent {
    pub(crate) fn instant(self) -> Instant {
        Instant::from_ticks(self.0)
    }
}
