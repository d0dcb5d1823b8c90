//! The near store: one bounded map per alias.
//!
//! Readers take no lock: they look at an entry where it lies in the map, and note in it that it was asked for. Whoever
//! stores or removes takes the one lock of the alias, so the map and the policy always hold the same entries.

use std::collections::VecDeque;
use std::fmt;
use std::hash::Hash;
use std::time::Duration;

use papaya::Equivalent;
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

/// What became of an entry that was to be stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Put {
    Stored,
    /// A younger one is there.
    Younger,
    /// It is heavier than all entries together may be. What it would have replaced is gone.
    TooHeavy,
    /// The thread is about to end: what is there may be older.
    Refused,
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
    /// None when the change is over.
    inside: Option<Guard<'a>>,
    writers: MutexGuard<'a, Writers>,
    /// How many entries it takes out: a heavy one makes many others go.
    taken: usize,
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

    /// Stores an entry, unless one is there whose load began later: of two loads of one value the younger stays.
    pub(crate) fn put(&self, key: &NearKey, entry: &Arc<Stored>, weight: u64, now: Instant) -> Put {
        let Some(mut change) = self.change() else { return Put::Refused };
        let put = change.put(key.as_ref(), entry, weight);
        change.sweep_on(now);
        put
    }

    /// Removes an entry. For its memory: a thread that is about to end can't.
    pub(crate) fn remove(&self, key: NearKeyRef<'_>) {
        if let Some(mut change) = self.change() {
            change.remove(&key);
        }
    }

    pub(crate) fn len(&self) -> usize {
        lock(&self.writers).policy.len()
    }

    /// Of all entries.
    pub(crate) fn weight(&self) -> u64 {
        lock(&self.writers).policy.weight()
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
        // What readers looked at meanwhile, or earlier.
        while self.change().is_some_and(|mut change| change.settle() > 0) {}
    }

    /// None on a thread that is about to end.
    fn change(&self) -> Option<Change<'_>> {
        if !thread::is_running() {
            return None;
        }
        let writers = lock(&self.writers);
        Some(Change {
            entries: &self.entries,
            inside: self.enter(),
            writers,
            taken: 0,
            left: SmallVec::new(),
        })
    }
}

impl Change<'_> {
    fn inside(&self) -> &Guard<'_> {
        self.inside.as_ref().expect("the change is not over")
    }

    fn put(&mut self, key: NearKeyRef<'_>, entry: &Arc<Stored>, weight: u64) -> Put {
        let there = self.entries.get(&key, self.inside());
        if there.is_some_and(|(_, there)| there.order() >= entry.order()) {
            return Put::Younger;
        }
        let slot = there.map(|(place, there)| {
            entry.visits.take_over(&there.visits);
            place.slot
        });
        let policy = &mut self.writers.policy;
        let Some(weight) = policy.room_for(weight) else {
            // Nor is what it would have replaced of use.
            self.remove(&key);
            return Put::TooHeavy;
        };
        let slot = match slot {
            Some(slot) => {
                policy.reweigh(slot, weight);
                slot
            }
            None => policy.insert(self.entries.hash_of(key), weight),
        };
        let (place, others) = (Place::new(key, slot), policy.len());
        let replaced = self.entries.insert(place, Arc::clone(entry), others, self.inside());
        self.take_out(replaced);
        while let Some(at) = self.victim() {
            let removed = self.entries.remove(&at, self.inside());
            self.take_out(removed.map(|(_, entry)| entry));
        }
        Put::Stored
    }

    fn take_out(&mut self, entry: Option<Arc<Stored>>) {
        self.taken += usize::from(entry.is_some());
        self.writers.leaving.extend(entry);
    }

    /// What has to go so that the others fit.
    fn victim(&mut self) -> Option<At> {
        let Change { entries, inside, writers, .. } = self;
        let inside = inside.as_ref()?;
        writers.policy.evict(|at| entries.get(&at, inside).map_or(0, |(_, entry)| entry.visits.take()))
    }

    fn remove(&mut self, key: &(impl Equivalent<Place> + Hash)) {
        if let Some((slot, entry)) = self.entries.remove(key, self.inside()) {
            self.writers.policy.remove(slot);
            self.take_out(Some(entry));
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
            if self.entries.get(&at, self.inside()).is_some_and(|(_, entry)| entry.is_over(now)) {
                self.remove(&at);
            }
        }
        true
    }

    /// Ends the change: finds out which entries have left the map for good. It looks at as many as it has taken out itself,
    /// and at some more. Says how many have left.
    fn settle(&mut self) -> usize {
        // Not before: the map keeps for this writer too what it has taken out.
        drop(self.inside.take());
        self.look_who_left();
        if !self.writers.leaving.is_empty() {
            self.entries.flush();
            self.look_who_left();
        }
        self.left.len()
    }

    fn look_who_left(&mut self) {
        for _ in 0..self.writers.leaving.len().min(2 * STEP + self.taken) {
            let Some(mut entry) = self.writers.leaving.pop_front() else { break };
            match Arc::get_mut(&mut entry) {
                Some(_) => self.left.push(entry),
                None => self.writers.leaving.push_back(entry),
            }
        }
        if self.writers.leaving.is_empty() {
            self.writers.leaving.shrink_to(STEP);
        }
    }
}

impl Drop for Change<'_> {
    fn drop(&mut self) {
        if self.inside.is_some() {
            self.settle();
        }
    }
}

impl fmt::Debug for NearCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NearCache").field("entries", &self.len()).finish_non_exhaustive()
    }
}
