//! For the tests of those who use this: a cache of their own, a clock that they move, and what was invalidated.
//!
//! [`#[cache_core::test]`](crate::test) gives a test, sync or async, a cache of its own that the threads and tasks of
//! its runtime share, whatever they are spawned with. Tests run in parallel and don't see each other.
//!
//! ```standalone_crate
//! use cache_core::{Model, cached, invalidates, testing};
//! use std::time::Duration;
//!
//! #[derive(Model)]
//! #[model(name = "shop.article", id = u64)]
//! struct Article;
//!
//! #[cached(ttl = "10m", invalidate_on = [Article(id)])]
//! async fn price(id: u64) -> u64 { id * 3 }
//!
//! #[invalidates(Article(id))]
//! async fn set_price(id: u64, price: u64) { /* update */ }
//!
//! # /*
//! #[cache_core::test]
//! # */
//! async fn a_new_price_is_seen() {
//!     let (five, six) = (price::entry(5).watch(), price::entry(6).watch());
//!     set_price(5, 70).await;
//!     five.assert_gone();
//!     six.assert_kept();
//!
//!     price(6).await;
//!     testing::advance(Duration::from_secs(601));
//!     assert_eq!(price::entry(6).get().await, None);
//! }
//! # fn main() { testing::run(0, a_new_price_is_seen()) }
//! ```
//!
//! A shared tier that fails on demand is [`MemoryTier`](crate::shared::MemoryTier). For those who write one there is
//! [`shared_tier_conformance!`].

pub mod conformance;

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use crate::cache::Cache;
use crate::clock::Clock;
use crate::config::{Aliases, Resolved};
use crate::declare::Mode;
pub use crate::near::watch::Watch;
use crate::path::hear;
use crate::shared::SharedTier;
pub use crate::shared_tier_conformance;
use crate::sync::lock;
use crate::tiers::Tiers;

/// A cache of a test's own, for the thread that made it, until it is dropped.
///
/// `#[cache_core::test]` does this and more. By itself it is for test frameworks that bring their own attribute: its
/// thread is the one that made it, so it follows the tasks of a current-thread runtime only.
#[must_use = "the isolation ends when this is dropped"]
pub struct Isolated {
    cache: Cache,
    outer: Option<Cache>,
}

/// Gives this thread a cache of its own.
pub fn isolated() -> Isolated {
    let cache = Cache::new("test", Clock::manual(), true);
    let outer = Cache::isolate(Some(cache.clone()));
    Isolated { cache, outer }
}

/// A cache that shares a tier, in the namespace `test`, with a clock that [`advance_of`] moves: one of several processes, as far
/// as the tier can tell.
///
/// ```
/// use cache_core::shared::MemoryTier;
/// use cache_core::{DefaultAlias, testing};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let tier = MemoryTier::new();
/// let (one, other) = (testing::process(tier.clone()), testing::process(tier));
/// let (here, there) = (one.entry::<DefaultAlias, u64>("answer").global(), other.entry::<DefaultAlias, u64>("answer").global());
/// assert_eq!(here.get_or_set(|| async { 42 }).await, 42);
/// testing::settled(&one).await;
/// assert_eq!(there.get().await, Some(42));
/// # }
/// ```
///
/// # Panics
///
/// Where the system has no threads for it.
pub fn process(tier: impl SharedTier) -> Cache {
    let resolved = Resolved { namespace: "test".to_owned(), mode: Mode::On, aliases: Aliases::new() };
    let cache = Cache::with(resolved, Clock::manual(), true, Some((Tiers::of(Arc::new(tier)), None)));
    let cache = cache.expect("the system has threads for a cache");
    hear::begin(cache.core());
    cache
}

/// Ready when what a cache stores in the shared tier is there, or has failed.
pub async fn settled(cache: &Cache) {
    if let Some(remote) = &cache.core().remote {
        remote.idle().await;
    }
}

/// Moves the clock of a cache that [`process`] made.
pub fn advance_of(cache: &Cache, duration: Duration) {
    cache.core().clock.advance(duration);
}

/// How many wait for the clock of a cache that [`process`] made: one is what asks for proofs of life, again and again.
pub fn waiting_of(cache: &Cache) -> usize {
    cache.core().clock.sleepers()
}

impl Isolated {
    /// Fails if something happened that is only a warning outside of tests.
    ///
    /// # Panics
    ///
    /// Then, with all that happened.
    pub fn verify(&self) {
        let violations = self.cache.core().test.as_ref().map(|violations| lock(violations).join("\n"));
        if let Some(violations) = violations.filter(|violations| !violations.is_empty()) {
            panic!("{violations}");
        }
    }
}

impl Drop for Isolated {
    fn drop(&mut self) {
        Cache::isolate(self.outer.take());
    }
}

impl fmt::Debug for Isolated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Isolated").finish_non_exhaustive()
    }
}

/// The cache of this test, for threads that its runtime didn't start.
///
/// # Panics
///
/// Outside of a test.
pub fn handle() -> Handle {
    Handle(Cache::isolated().expect("`testing::handle` is for tests: `#[cache_core::test]`"))
}

/// Takes the cache of a test to another thread: `std::thread::spawn(move || handle.enter(|| ..))`.
#[derive(Clone, Debug)]
pub struct Handle(Cache);

impl Handle {
    /// Calls it in the test's cache.
    pub fn enter<R>(&self, f: impl FnOnce() -> R) -> R {
        let _isolated = Isolated { cache: self.0.clone(), outer: Cache::isolate(Some(self.0.clone())) };
        f()
    }
}

/// Runs a sync test in a cache of its own. What `#[cache_core::test]` expands to.
///
/// # Panics
///
/// As [`Isolated::verify`] does.
pub fn run_sync<R>(test: impl FnOnce() -> R) -> R {
    if let Err(error) = crate::graph::check() {
        panic!("{error}");
    }
    let isolated = isolated();
    let result = test();
    isolated.verify();
    result
}

/// Runs an async test in a cache and a tokio runtime of its own, with so many worker threads (0: on this thread).
/// What `#[cache_core::test]` expands to.
///
/// # Panics
///
/// As [`Isolated::verify`] does.
pub fn run<F: Future>(worker_threads: usize, test: F) -> F::Output {
    run_sync(|| {
        let cache = Cache::isolated();
        // Every thread of the runtime, blocking ones too: so isolation follows whatever is spawned.
        let runtime = runtime(worker_threads, |runtime| {
            runtime.on_thread_start(move || {
                Cache::isolate(cache.clone());
            });
        });
        runtime.block_on(test)
    })
}

/// A runtime with so many worker threads (0: that of one thread).
fn runtime(worker_threads: usize, set: impl FnOnce(&mut tokio::runtime::Builder)) -> tokio::runtime::Runtime {
    let mut runtime = match worker_threads {
        0 => tokio::runtime::Builder::new_current_thread(),
        threads => {
            let mut runtime = tokio::runtime::Builder::new_multi_thread();
            runtime.worker_threads(threads);
            runtime
        }
    };
    set(&mut runtime);
    runtime.enable_all().build().expect("the runtime of a test starts")
}

/// Moves the clock of this test's cache: what has run out of time by then is gone.
///
/// # Panics
///
/// Outside of a test.
pub fn advance(duration: Duration) {
    let cache = Cache::isolated().expect("`testing::advance` is for tests: `#[cache_core::test]`");
    cache.core().clock.advance(duration);
}

/// How many waits of this test end when a time has passed: calls that wait for another's load or for a permit, each once, and
/// once more those that wait no longer than `load_timeout`. They go on when
/// [`advance`] takes the clock past `load_wait`.
///
/// # Panics
///
/// Outside of a test.
pub fn waiting() -> usize {
    let cache = Cache::isolated().expect("`testing::waiting` is for tests: `#[cache_core::test]`");
    cache.core().clock.sleepers()
}
