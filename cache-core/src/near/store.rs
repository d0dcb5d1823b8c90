//! The near store: one bounded map per alias.
//!
//! Readers take no lock: they look at an entry where it lies in the map, and note in it that it was asked for. Whoever
//! stores or removes takes the one lock of the alias, so the map and the policy always hold the same entries.

use std::fmt;
use std::time::Duration;

use super::entry::Stored;
use super::key::{At, NearKey, NearKeyRef, Sought};
use super::map::{Map, Writing};
use super::policy::{Cursor, Policy, Slot};
use super::readers::{self, Guard};
use crate::clock::Instant;
use crate::sync::Arc;

/// How many entries a step of the sweep looks at.
const STEP: usize = 64;
/// How long after a round of the sweep the next may begin.
const BETWEEN_ROUNDS: Duration = Duration::from_secs(1);

/// So many of what was taken out may wait for each other before it is found out who is looking at them, unless they are heavy.
const WAITING: usize = 16;
/// What waits has no more than this part of the weight of all entries.
const WAITING_WEIGHT: u64 = 8;

/// The entries of an alias.
pub(crate) struct NearCache {
    entries: Map<Writers>,
}

/// What became of an entry that was to be stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Put {
    Stored,
    /// A younger one is there.
    Younger,
    /// It is heavier than all entries together may be. What it would have replaced is gone.
    TooHeavy,
}

/// What those have who hold the lock, beside the entries.
struct Writers {
    policy: Policy,
    sweep: Sweep,
    /// The weight of what was taken out and waits.
    waiting: u64,
}

/// Where the search for entries that are over has got to.
struct Sweep {
    next: Cursor,
    /// When a round begins, if none is under way.
    due: Option<Instant>,
}

/// An entry, if its key is meant.
struct Meant<'a, F> {
    at: At,
    is_meant: &'a F,
}

/// A change, under the lock.
struct Change<'a>(Writing<'a, Writers>);

impl NearCache {
    /// Of entries whose weights add up to no more than that.
    pub(crate) fn new(capacity: u64) -> Self {
        let sweep = Sweep { next: Cursor::default(), due: None };
        NearCache { entries: Map::new(Writers { policy: Policy::new(capacity), sweep, waiting: 0 }) }
    }

    /// Enters the store, to look at entries where they lie: they stay until the reader leaves, whatever becomes of them
    /// meanwhile. None on a thread that is about to end.
    #[inline]
    pub(crate) fn enter(&self) -> Option<Guard> {
        readers::enter()
    }

    /// An entry, where it lies.
    #[inline]
    pub(crate) fn get<'g>(&'g self, key: NearKeyRef<'_>, inside: &'g Guard) -> Option<&'g Arc<Stored>> {
        self.entries.get(key, inside)
    }

    /// Stores an entry, unless one is there whose load began later: of two loads of one value the younger stays.
    pub(crate) fn put(&self, key: &NearKey, entry: &Arc<Stored>, weight: u64, now: Instant) -> Put {
        let mut change = self.change();
        let put = change.put(key.as_ref(), entry, weight);
        change.sweep_on(now);
        change.wait_for_more();
        put
    }

    /// Removes an entry, for its memory.
    pub(crate) fn remove(&self, key: NearKeyRef<'_>) {
        self.change().remove(key);
    }

    /// How many entries have keys that are meant. They are removed, if it `removes`. In steps, so that nobody waits long.
    pub(crate) fn find(&self, removes: bool, is_meant: impl Fn(u32, &[u8]) -> bool) -> usize {
        let (mut next, mut found) = (Cursor::default(), 0);
        while self.change().find(&mut next, removes, &is_meant, &mut found) {}
        found
    }

    pub(crate) fn len(&self) -> usize {
        self.change().writers().policy.len()
    }

    /// Of all entries.
    pub(crate) fn weight(&self) -> u64 {
        self.change().writers().policy.weight()
    }

    /// How many entries the map holds, and how many the policy.
    #[cfg(test)]
    pub(crate) fn held(&self) -> (usize, usize) {
        let mut change = self.change();
        (change.0.len(), change.writers().policy.len())
    }

    /// Drops all that is over: what has run out of time or was invalidated. In steps, so that nobody waits long.
    pub(crate) fn sweep(&self, now: Instant) {
        let mut next = Cursor::default();
        while self.change().sweep(&mut next, now) {}
        // What readers looked at meanwhile, or earlier.
        while self.change().0.settle() > 0 {}
    }

    fn change(&self) -> Change<'_> {
        Change(self.entries.write())
    }
}

impl Change<'_> {
    fn writers(&mut self) -> &mut Writers {
        self.0.parts().1
    }

    fn put(&mut self, key: NearKeyRef<'_>, entry: &Arc<Stored>, weight: u64) -> Put {
        let (entries, Writers { policy, .. }) = self.0.parts();
        let there = entries.get(key);
        if there.is_some_and(|(_, there)| there.order() >= entry.order()) {
            return Put::Younger;
        }
        let Some(weight) = policy.room_for(weight) else {
            // Nor is what it would have replaced of use.
            self.remove(key);
            return Put::TooHeavy;
        };
        let slot = match there {
            Some((slot, there)) => {
                entry.visits.take_over(&there.visits);
                policy.reweigh(slot, weight);
                slot
            }
            None => policy.insert(key.hash, weight),
        };
        self.0.insert(key, slot, Arc::clone(entry));
        while let Some(at) = self.victim() {
            self.0.remove(at);
        }
        Put::Stored
    }

    /// If little was taken out, it waits for more: whoever stores much pays for many at once.
    fn wait_for_more(&mut self) {
        let taken_out = self.0.taken_out();
        let Writers { policy, waiting, .. } = self.0.parts().1;
        *waiting += policy.take_gone();
        match taken_out < WAITING && *waiting <= policy.weight() / WAITING_WEIGHT {
            true => self.0.wait(),
            false => *waiting = 0,
        }
    }

    /// What has to go so that the others fit.
    fn victim(&mut self) -> Option<At> {
        let (entries, Writers { policy, .. }) = self.0.parts();
        policy.evict(|at| entries.get(at).map_or(0, |(_, entry)| entry.visits.take()))
    }

    fn remove(&mut self, sought: impl Sought) {
        if let Some(slot) = self.0.remove(sought) {
            self.writers().policy.remove(slot);
        }
    }

    /// A step of the sweep, if one is due: what nobody asks for any more doesn't stay until it is evicted.
    fn sweep_on(&mut self, now: Instant) {
        let sweep = &mut self.writers().sweep;
        if sweep.due.is_some_and(|due| now < due) {
            return;
        }
        let mut next = std::mem::take(&mut sweep.next);
        let goes_on = self.sweep(&mut next, now);
        self.writers().sweep = Sweep { next, due: (!goes_on).then(|| now.plus(BETWEEN_ROUNDS)) };
    }

    /// A step of a search. Says whether there is more.
    fn find(
        &mut self,
        next: &mut Cursor,
        removes: bool,
        is_meant: &impl Fn(u32, &[u8]) -> bool,
        found: &mut usize,
    ) -> bool {
        for _ in 0..STEP {
            let (entries, Writers { policy, .. }) = self.0.parts();
            let Some(at) = policy.next(next) else { return false };
            if entries.get(Meant { at, is_meant }).is_some() {
                *found += 1;
                if removes {
                    self.remove(at);
                }
            }
        }
        true
    }

    /// A step. Says whether there is more.
    fn sweep(&mut self, next: &mut Cursor, now: Instant) -> bool {
        for _ in 0..STEP {
            let (entries, Writers { policy, .. }) = self.0.parts();
            let Some(at) = policy.next(next) else { return false };
            if entries.get(at).is_some_and(|(_, entry)| entry.is_over(now)) {
                self.remove(at);
            }
        }
        true
    }
}

impl<F: Fn(u32, &[u8]) -> bool> Sought for Meant<'_, F> {
    fn hash(self) -> u64 {
        self.at.hash
    }

    fn is(self, function: u32, bytes: &[u8], slot: Slot) -> bool {
        slot == self.at.slot && (self.is_meant)(function, bytes)
    }
}

impl<F> Clone for Meant<'_, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F> Copy for Meant<'_, F> {}

impl fmt::Debug for NearCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NearCache").field("entries", &self.len()).finish_non_exhaustive()
    }
}
