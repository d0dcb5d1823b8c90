//! The near store: one bounded map per alias.
//!
//! Readers take no lock: they look at an entry where it lies in the map, and note in it that it was asked for. Whoever
//! stores or removes takes the one lock of the alias, so the map and the policy always hold the same entries.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use smallvec::SmallVec;

use super::entry::Stored;
use super::key::{At, NearKey, NearKeyRef, Place};
use super::map::{Guard, Map};
use super::policy::{Cursor, Policy};
use crate::clock::Instant;
use crate::sync::{Arc, Mutex, MutexGuard, lock};
use crate::thread;

/// How many entries a step of the sweep looks at.
const STEP: usize = 64;
/// How long after a round of the sweep the next may begin.
const BETWEEN_ROUNDS: Duration = Duration::from_secs(1);

/// The entries of an alias.
pub(crate) struct NearCache {
    entries: Map,
    writers: Mutex<Writers>,
}

/// What those have who hold the lock.
struct Writers {
    policy: Policy,
    /// Taken out of the map, which may have them still, for readers that are inside. Held here until it hasn't: the
    /// map gives up an entry wherever a reader or a writer happens to leave it, and dropping a value runs its author's
    /// code, which may call the cache.
    leaving: VecDeque<Arc<Stored>>,
    sweep: Sweep,
}

/// Where the search for entries that are over has got to.
struct Sweep {
    next: Cursor,
    /// When a round begins, if none is under way.
    due: Option<Instant>,
}

/// A change, under the lock. Dropped from top to bottom: what has left is dropped when the lock is free.
struct Change<'a> {
    entries: &'a Map,
    writers: MutexGuard<'a, Writers>,
    left: SmallVec<[Arc<Stored>; 4]>,
}

impl NearCache {
    /// Of entries whose weights add up to no more than that.
    pub(crate) fn new(capacity: u64) -> Self {
        let sweep = Sweep { next: Cursor::default(), due: None };
        let writers = Writers { policy: Policy::new(capacity), leaving: VecDeque::new(), sweep };
        NearCache { entries: Map::new(), writers: Mutex::new(writers) }
    }

    /// Enters the store, to look at entries where they lie: they stay until the reader leaves, whatever becomes of them
    /// meanwhile. None on a thread that is about to end.
    #[inline]
    pub(crate) fn enter(&self) -> Option<Guard<'_>> {
        if thread::is_running() { Some(self.entries.enter()) } else { None }
    }

    /// An entry, where it lies.
    #[inline]
    pub(crate) fn get<'g>(&self, key: NearKeyRef<'_>, inside: &'g Guard<'_>) -> Option<&'g Arc<Stored>> {
        self.entries.get(&key, inside).map(|(_, entry)| entry)
    }

    /// Stores an entry, unless one is there whose load began later: of two loads of one value the younger stays. Says
    /// whether it was stored.
    pub(crate) fn put(&self, key: &NearKey, entry: &Arc<Stored>, weight: u32, now: Instant) -> bool {
        let Some(mut change) = self.change() else { return false };
        let stored = change.put(key.as_ref(), entry, weight);
        change.sweep_on(now);
        stored
    }

    pub(crate) fn remove(&self, key: NearKeyRef<'_>) {
        if let Some(mut change) = self.change() {
            change.remove(key);
        }
    }

    pub(crate) fn len(&self) -> usize {
        lock(&self.writers).policy.len()
    }

    /// How many entries the map holds, and how many the policy.
    #[cfg(test)]
    pub(crate) fn held(&self) -> (usize, usize) {
        let writers = lock(&self.writers);
        (self.entries.len(), writers.policy.len())
    }

    /// Drops all that is over: what has run out of time or was invalidated. In steps, so that nobody waits long.
    pub(crate) fn sweep(&self, now: Instant) {
        let mut next = Cursor::default();
        while self.change().is_some_and(|mut change| change.sweep(&mut next, now)) {}
    }

    /// None on a thread that can't enter the map any more: what it would have stored isn't, and what it would have
    /// removed is over by its epochs.
    fn change(&self) -> Option<Change<'_>> {
        let change =
            || Change { entries: &self.entries, writers: lock(&self.writers), left: SmallVec::new() };
        thread::is_running().then(change)
    }
}

impl Change<'_> {
    fn put(&mut self, key: NearKeyRef<'_>, entry: &Arc<Stored>, weight: u32) -> bool {
        let policy = &mut self.writers.policy;
        let inside = self.entries.enter();
        let slot = match self.entries.get(&key, &inside) {
            Some((_, there)) if there.order() >= entry.order() => return false,
            _ if !policy.has_room_for(weight) => {
                // Nor is what it would have replaced of use.
                self.remove(key);
                return false;
            }
            Some((place, there)) => {
                entry.visits.take_over(&there.visits);
                policy.reweigh(place.slot, weight);
                place.slot
            }
            None => policy.insert(self.entries.hash_of(key), weight),
        };
        drop(inside);
        let others = policy.len();
        let replaced = self.entries.insert(Place::new(key, slot), Arc::clone(entry), others);
        self.writers.leaving.extend(replaced);
        while let Some(at) = self.victim() {
            let removed = self.entries.remove(&at);
            self.writers.leaving.extend(removed.map(|(_, entry)| entry));
        }
        true
    }

    /// What has to go so that the others fit.
    fn victim(&mut self) -> Option<At> {
        let entries = self.entries;
        let take_visit = |at| entries.get(&at, &entries.enter()).map_or(0, |(_, entry)| entry.visits.take());
        self.writers.policy.evict(take_visit)
    }

    fn remove(&mut self, key: NearKeyRef<'_>) {
        if let Some((slot, entry)) = self.entries.remove(&key) {
            self.writers.policy.remove(slot);
            self.writers.leaving.push_back(entry);
        }
    }

    /// A step of the sweep, if one is due: what nobody asks for any more doesn't stay until it is evicted.
    fn sweep_on(&mut self, now: Instant) {
        if self.writers.sweep.due.is_some_and(|due| now < due) {
            return;
        }
        let mut next = std::mem::take(&mut self.writers.sweep.next);
        let goes_on = self.sweep(&mut next, now);
        self.writers.sweep = Sweep { next, due: (!goes_on).then(|| now.plus(BETWEEN_ROUNDS)) };
    }

    /// A step. Says whether there is more.
    fn sweep(&mut self, next: &mut Cursor, now: Instant) -> bool {
        for _ in 0..STEP {
            let Some(at) = self.writers.policy.next(next) else { return false };
            let is_over =
                self.entries.get(&at, &self.entries.enter()).is_some_and(|(_, entry)| entry.is_over(now));
            if is_over && let Some((slot, entry)) = self.entries.remove(&at) {
                self.writers.policy.remove(slot);
                self.writers.leaving.push_back(entry);
            }
        }
        true
    }
}

impl Drop for Change<'_> {
    fn drop(&mut self) {
        // Each of them once, and no more than a sweep can have taken out.
        for _ in 0..self.writers.leaving.len().min(2 * STEP) {
            let Some(mut entry) = self.writers.leaving.pop_front() else { return };
            match Arc::get_mut(&mut entry) {
                Some(_) => self.left.push(entry),
                None => self.writers.leaving.push_back(entry),
            }
        }
    }
}

impl fmt::Debug for NearCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NearCache").field("entries", &self.len()).finish_non_exhaustive()
    }
}
