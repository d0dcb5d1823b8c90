//! What a cache is made of: what all of it shares, an alias in it, and a function in it.

use std::fmt;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::clock::{Clock, Ticks};
use crate::declare::{Compression, Durability, Function, Mode, Rate, Settings, Ttl};
use crate::fresh::common::Common;
use crate::fresh::epoch::EpochTable;
use crate::fresh::queue::Queue;
use crate::fresh::recent::Recent;
use crate::fresh::rechecks::Rechecks;
use crate::key::tag::Buckets;
use crate::near::Loads;
use crate::near::behind::Behind;
use crate::near::key::NearKey;
use crate::near::leases::Leases;
use crate::near::size;
use crate::near::store::NearCache;
use crate::near::watch::Watches;
use crate::observe::{Count, Counts, SharedStats};
use crate::shared::entry;
use crate::shared::fingerprint::{self, OfType};
use crate::shared::keys::EncryptionKeys;
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
    /// Where the entries of aliases lie that have a tier of their own, and which these are. Epochs and announcements are on the one above.
    pub(crate) places: Vec<(Arc<Link>, Vec<&'static str>)>,
    pub(crate) queue: Queue,
    pub(crate) keys: Option<EncryptionKeys>,
    /// Whether an alias asks for replicas. An entry of it may depend on any tag: so all invalidations do.
    pub(crate) replicated: AtomicBool,
    pub(crate) leases: Leases,
    pub(crate) rechecks: Rechecks,
    pub(crate) recent: Recent,
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
    /// Where entries lie in place of the tier that all share.
    pub(crate) place: Option<Arc<Link>>,
    /// How entries are sealed in the shared tier; none if they must not get there.
    pub(crate) sealer: Option<Sealer>,
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
    /// What share of its hits is loaded again and compared.
    pub(crate) verify_rate: Rate,
    /// Whether a hit takes a second thought: for that, or since its alias verifies.
    pub(crate) hesitates: bool,
    /// Tells its keys from those of the alias's other functions.
    pub(crate) number: u32,
    /// Of all its entries.
    pub(crate) common: Common,
    /// Of its keys.
    pub(crate) buckets: Buckets,
    pub(crate) counts: Counts,
    /// How long its loads take, about.
    pub(crate) load_micros: AtomicU64,
    /// Of the types that it stores, as far as they are known: one, unless it is generic.
    pub(crate) types: RwLock<Vec<OfType>>,
    /// The fingerprint of one of them, for that is what nearly all functions have.
    pub(crate) fingerprint: OnceLock<(OfType, u64)>,
    /// Whether it was said why what it stores stays in this process.
    pub(crate) warned: AtomicBool,
    /// Whether it was said why its hits can't be loaded again and compared.
    pub(crate) unverified: AtomicBool,
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
    /// When what is invalidated counts as confirmed.
    pub(crate) fn durability(&self) -> Durability {
        match self.replicated.load(Ordering::Relaxed) {
            true => Durability::Replicated,
            false => Durability::Primary,
        }
    }

    /// An alias is in use.
    pub(crate) fn serves(&self, settings: &Settings) {
        if settings.durability == Durability::Replicated {
            self.replicated.store(true, Ordering::Relaxed);
        }
    }

    /// How entries of an alias are sealed; none where they would have to be encrypted and can't be.
    pub(crate) fn sealer(&self, settings: &Settings) -> Option<Sealer> {
        if settings.encrypt && self.keys.is_none() {
            return None;
        }
        Some(Sealer {
            compression: match settings.compress {
                Compression::Lz4 => entry::Compression::Lz4,
                Compression::Zstd => entry::Compression::Zstd,
                Compression::Off => entry::Compression::None,
            },
            compress_threshold: usize::try_from(settings.compress_threshold.get()).unwrap_or(usize::MAX),
            keys: self.keys.clone(),
            ..Sealer::default()
        })
    }

    pub(crate) fn stats(&self) -> SharedStats {
        SharedStats { pending: self.queue.len(), ..self.link.stats() }
    }

    /// Where the entries of an alias lie, if that is another tier than the one that all share.
    pub(crate) fn place_of(&self, alias: &str) -> Option<Arc<Link>> {
        let (place, _) = self.places.iter().find(|(_, aliases)| aliases.contains(&alias))?;
        Some(Arc::clone(place))
    }

    /// Ready when no entry is on its way.
    pub(crate) async fn idle(&self) {
        self.link.idle().await;
        for (place, _) in &self.places {
            place.idle().await;
        }
    }
}

impl AliasState {
    /// The tier in which its entries lie.
    pub(crate) fn place<'a>(&'a self, remote: &'a Remote) -> &'a Link {
        self.place.as_deref().unwrap_or(&remote.link)
    }

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

    /// A type is stored whose fingerprint that is.
    pub(crate) fn note_type(&self, fingerprint: OfType) {
        let is_it = |known: &OfType| ptr::fn_addr_eq(*known, fingerprint);
        if !self.types.read().unwrap_or_else(PoisonError::into_inner).iter().any(is_it) {
            let mut types = self.types.write().unwrap_or_else(PoisonError::into_inner);
            if !types.iter().any(is_it) {
                types.push(fingerprint);
            }
        }
    }

    /// The fingerprint of a type that it stores; 0 if there is none.
    pub(crate) fn fingerprint(&self, of_type: OfType) -> u64 {
        match self.fingerprint.get() {
            Some((known, fingerprint)) if ptr::fn_addr_eq(*known, of_type) => *fingerprint,
            _ => {
                let fingerprint = fingerprint::or_none(of_type);
                // Another's may be there.
                let _ = self.fingerprint.set((of_type, fingerprint));
                fingerprint
            }
        }
    }

    /// The fingerprints of the types that it is known to store.
    pub(crate) fn fingerprints(&self) -> Vec<u64> {
        // Not under the lock: it may be the first time that somebody looks what a type is made of.
        let types = self.types.read().unwrap_or_else(PoisonError::into_inner).clone();
        let mut fingerprints: Vec<_> = types.into_iter().map(fingerprint::or_none).collect();
        fingerprints.sort_unstable();
        fingerprints.dedup();
        fingerprints
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
