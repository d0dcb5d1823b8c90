//! The near store: one bounded map per alias.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use quick_cache::Equivalent;
use quick_cache::sync::{Cache, EntryAction, EntryResult};

use crate::clock::{Clock, Instant};
use crate::declare::Scope;
use crate::fresh::epoch::{Epoch, EpochTable, Freshness, Moment};
use crate::near::flight::{Flights, Leader, Stamps};

/// A value, erased: each function of an alias stores its own type.
pub(crate) type AnyValue = dyn Any + Send + Sync;

/// What is stored: a value, and all that says whether it may be served.
pub(crate) struct Stored<T: ?Sized = AnyValue> {
    freshness: Freshness,
    header: Header,
    value: T,
}

/// What says whether a value may be served, and what its callers inherit.
#[derive(Debug)]
pub(crate) struct Header {
    /// Which load it was: later ones have higher numbers, in the process.
    pub(crate) order: u64,
    pub(crate) deadline: Instant,
    pub(crate) epochs: Arc<Vec<Epoch>>,
    /// Whether those are all that it depends on. If not, it is given to those who wait for it, and never stored.
    pub(crate) complete: bool,
    pub(crate) scope: Scope,
}

impl<T> Stored<T> {
    /// Of a load that began then.
    pub(crate) fn new(start: Moment, header: Header, value: T) -> Self {
        Stored { freshness: Freshness::since(start), header, value }
    }
}

impl Stored {
    #[inline]
    pub(crate) fn value(&self) -> &AnyValue {
        &self.value
    }

    #[inline]
    pub(crate) fn header(&self) -> &Header {
        &self.header
    }

    pub(crate) fn stamps(&self) -> Stamps {
        Stamps {
            start: self.start(),
            epochs: Arc::clone(&self.header.epochs),
            complete: self.header.complete,
        }
    }

    pub(crate) fn start(&self) -> Moment {
        self.freshness.start()
    }

    /// Whether nothing that it depends on has changed since its load began.
    #[inline]
    pub(crate) fn fresh(&self, table: &EpochTable) -> bool {
        self.freshness.check(&self.header.epochs, table)
    }
}

impl<T: ?Sized> fmt::Debug for Stored<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stored").field("header", &self.header).finish_non_exhaustive()
    }
}

/// The key of an entry: its function and its canonical bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct NearKey {
    pub(crate) function: u32,
    pub(crate) bytes: Box<[u8]>,
}

/// The same, borrowed: a look allocates nothing.
#[derive(Clone, Copy)]
pub(crate) struct NearKeyRef<'a> {
    pub(crate) function: u32,
    pub(crate) bytes: &'a [u8],
}

impl NearKeyRef<'_> {
    pub(crate) fn to_owned(self) -> NearKey {
        NearKey { function: self.function, bytes: self.bytes.into() }
    }
}

impl NearKey {
    pub(crate) fn as_ref(&self) -> NearKeyRef<'_> {
        NearKeyRef { function: self.function, bytes: &self.bytes }
    }
}

impl Hash for NearKeyRef<'_> {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        // Bytes and their number, in one go: the bytes are self-delimiting.
        state.write(self.bytes);
        state.write_u32(self.function);
    }
}

impl Hash for NearKey {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_ref().hash(state);
    }
}

impl Equivalent<NearKey> for NearKeyRef<'_> {
    #[inline]
    fn equivalent(&self, key: &NearKey) -> bool {
        self.function == key.function && *self.bytes == *key.bytes
    }
}

type Hashed = foldhash::fast::RandomState;

/// The loads of an alias that are under way.
pub(crate) type Loads = Flights<NearKey, Arc<Stored>, Hashed>;

/// Who does one of them, for all who follow.
pub(crate) type Flying = Leader<NearKey, Arc<Stored>, Hashed>;

/// The entries of an alias, at most so many. Which one goes when it is full is the map's business (S3-FIFO).
pub(crate) struct NearCache {
    entries: Cache<NearKey, Arc<Stored>, quick_cache::UnitWeighter, Hashed>,
    /// When expired entries are next looked for, in the clock's units.
    sweep_at: AtomicU64,
}

impl NearCache {
    pub(crate) fn new(capacity: usize) -> Self {
        let entries = Cache::with(
            capacity,
            capacity as u64,
            quick_cache::UnitWeighter,
            Hashed::default(),
            quick_cache::sync::DefaultLifecycle::default(),
        );
        NearCache { entries, sweep_at: AtomicU64::new(0) }
    }

    #[inline]
    pub(crate) fn get(&self, key: NearKeyRef<'_>) -> Option<Arc<Stored>> {
        self.entries.get(&key)
    }

    /// Stores an entry, unless one is there whose load began later: of two loads of one value the younger stays. Says
    /// whether it was stored.
    pub(crate) fn put(&self, key: &NearKey, entry: Arc<Stored>) -> bool {
        // Replaced outside of the map's lock: dropping a value runs its author's code, which may call the cache.
        let mut replaced = None;
        let younger = |_: &NearKey, there: &mut Arc<Stored>| {
            let younger = there.header.order < entry.header.order;
            if younger {
                replaced = Some(std::mem::replace(there, Arc::clone(&entry)));
            }
            EntryAction::Retain(younger)
        };
        let stored = match self.entries.entry(key, None, younger) {
            // In a map of one entry a placeholder leaves no room for what it stands for.
            EntryResult::Vacant(guard) if self.entries.capacity() < 2 => {
                drop(guard);
                self.entries.insert(key.clone(), entry);
                true
            }
            EntryResult::Vacant(guard) => guard.insert(entry).is_ok(),
            EntryResult::Retained(younger) => younger,
            _ => false,
        };
        drop(replaced);
        stored
    }

    pub(crate) fn remove(&self, key: NearKeyRef<'_>) {
        self.entries.remove(&key);
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Drops what has run out of time or was invalidated.
    pub(crate) fn sweep(&self, now: Instant) {
        let dropped = RefCell::new(Vec::new()); // outside of the map's lock, as in `put`
        self.entries.retain(|_, entry| {
            let Header { deadline, epochs, .. } = &entry.header;
            let keep = *deadline > now && epochs.iter().all(|epoch| epoch.unchanged_since(entry.start()));
            if !keep {
                dropped.borrow_mut().push(Arc::clone(entry));
            }
            keep
        });
    }

    /// Sweeps now and then, from the path of those who store: what nobody asks for any more doesn't stay until it is
    /// evicted. At the most every second and a hundredth of the time, however many entries there are.
    pub(crate) fn sweep_if_due(&self, clock: &Clock) {
        let now = clock.now();
        let due = self.sweep_at.load(Ordering::Relaxed);
        let next = now.plus(SWEEP_EVERY).ticks();
        if now.ticks() < due
            || self.sweep_at.compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed).is_err()
        {
            return;
        }
        let began = std::time::Instant::now();
        self.sweep(now);
        let pause = SWEEP_EVERY.max(began.elapsed() * 100);
        self.sweep_at.store(now.plus(pause).ticks(), Ordering::Relaxed);
    }
}

const SWEEP_EVERY: Duration = Duration::from_secs(1);

impl fmt::Debug for NearCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NearCache").field("entries", &self.len()).finish_non_exhaustive()
    }
}
