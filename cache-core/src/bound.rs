//! What a cache is made of: what all of it shares, an alias in it, and a function in it.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::clock::{Clock, Ticks};
use crate::declare::{Function, Mode, Settings, Ttl};
use crate::fresh::epoch::{Epoch, EpochTable};
use crate::fresh::queue::Queue;
use crate::fresh::rechecks::Rechecks;
use crate::key::tag::{Buckets, WholeModels};
use crate::near::Loads;
use crate::near::behind::Behind;
use crate::near::key::NearKey;
use crate::near::leases::Leases;
use crate::near::size;
use crate::near::store::NearCache;
use crate::near::watch::Watches;
use crate::observe::{Count, Counts, SharedStats};
use crate::shared::link::Link;
use crate::shared::seal::Sealer;
use crate::sync::lock;

/// What all parts of a cache share.
pub(crate) struct Core {
    pub(crate) namespace: Arc<str>,
    pub(crate) epochs: EpochTable,
    pub(crate) clock: Clock,
    /// For all aliases.
    pub(crate) mode: Switch,
    pub(crate) invalidations: Count,
    /// Under test: no jitter, and what would be a warning is kept for the end of the test.
    pub(crate) test: Option<Mutex<Vec<String>>>,
    pub(crate) watches: Watches,
    pub(crate) behind: Arc<Behind>,
    /// Where other processes share it.
    pub(crate) remote: Option<Remote>,
}

/// What is shared with other processes, and what is to be told them.
#[derive(Debug)]
pub(crate) struct Remote {
    pub(crate) link: Link,
    pub(crate) queue: Queue,
    pub(crate) sealer: Sealer,
    pub(crate) leases: Leases,
    pub(crate) rechecks: Rechecks,
}

/// An alias in a cache.
pub(crate) struct AliasState {
    pub(crate) name: &'static str,
    pub(crate) settings: Settings,
    pub(crate) mode: Switch,
    /// How long what is near may be served after other processes were heard last; for ever where that doesn't matter.
    pub(crate) max_staleness: Ticks,
    /// Whether nothing near is served without asking the shared tier.
    pub(crate) verifies: bool,
    pub(crate) near: NearCache,
    pub(crate) flights: Loads,
    pub(crate) permits: Arc<Semaphore>,
    pub(crate) blocking_permits: Arc<Semaphore>,
}

/// A function in a cache.
pub(crate) struct Bound {
    pub(crate) core: Arc<Core>,
    pub(crate) function: &'static Function,
    pub(crate) alias: Arc<AliasState>,
    /// Tells its keys from those of the alias's other functions.
    pub(crate) number: u32,
    /// Namespace, alias, function: held once, not per entry.
    pub(crate) epochs: Arc<[Epoch; 3]>,
    /// Of its keys.
    pub(crate) buckets: Buckets,
    /// Of whose rows its entries depend.
    pub(crate) models: WholeModels,
    pub(crate) counts: Counts,
    /// How long its loads take, about.
    pub(crate) load_micros: AtomicU64,
    /// Whether it was said why what it stores stays in this process.
    pub(crate) warned: AtomicBool,
    /// Whether another function has its name, or a name that it refers to stands for two.
    pub(crate) ambiguous: bool,
}

impl Core {
    /// Says what went wrong in a way that must not go unnoticed: a warning, and under test a failure of the test.
    pub(crate) fn violation(&self, message: impl FnOnce() -> String) {
        let message = message();
        tracing::warn!("{message}");
        if let Some(violations) = &self.test {
            let mut violations = lock(violations);
            if !violations.contains(&message) {
                violations.push(message);
            }
        }
    }
}

impl Remote {
    pub(crate) fn stats(&self) -> SharedStats {
        let counts = &self.link.counts;
        SharedStats {
            open: self.link.is_open(),
            opened: counts.opened.get(),
            timeouts: counts.timeouts.get(),
            failures: counts.failures.get(),
            refused: counts.refused.get(),
            gaps: counts.gaps.get(),
            pending: self.queue.len(),
            retried: counts.retried.get(),
        }
    }
}

impl AliasState {
    #[inline]
    pub(crate) fn mode(&self, core: &Core) -> Mode {
        self.mode.get().max(core.mode.get())
    }

    /// What an entry counts for, of all that the alias may hold. Its size is asked only where that is bytes.
    pub(crate) fn weight(&self, key: &NearKey, size: &dyn Fn() -> usize) -> u64 {
        match self.settings.is_bounded_by_bytes() {
            true => size::of_entry(&key.bytes, size()),
            false => 1,
        }
    }
}

/// A mode that changes while the program runs.
///
/// Relaxed: what keeps stale values from being served is their epochs, in every mode.
pub(crate) struct Switch(AtomicU8);

impl Switch {
    pub(crate) fn new(mode: Mode) -> Self {
        Switch(AtomicU8::new(mode as u8))
    }

    #[inline]
    pub(crate) fn get(&self) -> Mode {
        match self.0.load(Ordering::Relaxed) {
            0 => Mode::On,
            1 => Mode::Refresh,
            _ => Mode::Off,
        }
    }

    pub(crate) fn set(&self, mode: Mode) {
        self.0.store(mode as u8, Ordering::Relaxed);
    }
}

impl Bound {
    /// How long a value lives unless it is `None` or an error.
    pub(crate) fn ttl(&self) -> Ttl {
        let Settings { ttl, max_ttl, .. } = self.alias.settings;
        self.function.rules.ttl.unwrap_or(ttl).min(max_ttl)
    }

    /// No longer than the alias allows.
    pub(crate) fn capped(&self, ttl: Duration) -> Duration {
        match self.alias.settings.max_ttl {
            Ttl::For(max) => ttl.min(max),
            Ttl::Forever => ttl,
        }
    }

    /// A load took so long.
    pub(crate) fn note_load(&self, took: Duration) {
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let before = self.load_micros.load(Ordering::Relaxed);
        // A moving mean, of which the last load is a quarter; two at once may lose one.
        let mean = if before == 0 { took } else { before - before / 4 + took / 4 };
        self.load_micros.store(mean, Ordering::Relaxed);
    }

    /// Says something of the function once.
    pub(crate) fn warn_once(&self, warn: impl FnOnce()) {
        if !self.warned.swap(true, Ordering::Relaxed) {
            warn();
        }
    }

    /// Whether it is switched on.
    #[inline]
    pub(crate) fn mode(&self) -> Mode {
        self.alias.mode(&self.core)
    }

    /// Shortens a TTL at random, so that what was stored together doesn't run out together.
    pub(crate) fn jitter(&self, ttl: Duration) -> Duration {
        if self.core.test.is_some() {
            return ttl;
        }
        self.alias.settings.jittered(ttl, fastrand::f64())
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core").field("namespace", &self.namespace).finish_non_exhaustive()
    }
}

impl fmt::Debug for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bound").field("function", &self.function.name).finish_non_exhaustive()
    }
}
