//! A unit of work under way: what its writers have changed so far.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::changes::Changes;
use super::telling::Telling;
use crate::sync::lock;

/// Where changes go when the work has ended: a cache.
pub(crate) trait Epochs: Send + Sync + fmt::Debug {
    /// Invalidates what depends on them.
    fn bump(self: Arc<Self>, changes: Changes) -> Telling;
}

/// For each cache what is to be invalidated in it.
type Collected = Vec<(Arc<dyn Epochs>, Changes)>;

/// What is collected until the work ends.
#[derive(Debug)]
pub(crate) struct Unit {
    wrote: AtomicBool,
    /// All that was collected has been invalidated. Who still runs in it then, a task that outlives it, runs in none.
    ended: AtomicBool,
    /// How many units inside of it are under way.
    joined: AtomicUsize,
    /// `None` once the work has ended.
    changes: Mutex<Option<Collected>>,
}

impl Unit {
    pub(crate) fn begin() -> Arc<Unit> {
        Arc::new(Unit {
            wrote: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            joined: AtomicUsize::new(0),
            changes: Mutex::new(Some(Vec::new())),
        })
    }

    /// Whether something was written in it: from then on what is stored may be older than what the work itself sees.
    pub(crate) fn has_written(&self) -> bool {
        self.wrote.load(Ordering::Acquire) && !self.has_ended()
    }

    /// Whether the work has ended.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }

    /// A writer begins.
    pub(crate) fn write(&self) {
        self.wrote.store(true, Ordering::Release);
    }

    /// Takes what a writer has changed; gives it back if the work has ended, to be invalidated at once.
    pub(crate) fn collect(&self, epochs: &Arc<dyn Epochs>, changes: Changes) -> Option<Changes> {
        let mut collected = lock(&self.changes);
        let Some(collected) = &mut *collected else { return Some(changes) };
        match collected.iter_mut().find(|(other, _)| same(other, epochs)) {
            Some((_, collected)) => collected.append(changes),
            None => collected.push((Arc::clone(epochs), changes)),
        }
        None
    }

    /// A unit inside of this one is under way while what is returned lives.
    pub(crate) fn join(&self) -> Joined<'_> {
        self.joined.fetch_add(1, Ordering::AcqRel);
        Joined(self)
    }

    /// Forgets what was collected so far; not from a unit inside, whose rollback says nothing of what lies around it.
    pub(crate) fn discard(&self) {
        if self.joined.load(Ordering::Acquire) > 0 {
            tracing::debug!("discarded in a unit of work that joined another: invalidated all the same");
            return;
        }
        if let Some(collected) = &mut *lock(&self.changes) {
            collected.clear();
        }
    }

    /// The work has ended: all that was collected is invalidated, which may be waited for.
    pub(crate) fn end(&self) -> Vec<Telling> {
        let collected = lock(&self.changes).take();
        let changed = collected.into_iter().flatten().filter(|(_, changes)| !changes.is_empty());
        let telling = changed.map(|(epochs, changes)| epochs.bump(changes)).collect();
        // After the bumps: until then, what is stored may be older than what the work has written.
        self.ended.store(true, Ordering::Release);
        telling
    }
}

fn same(one: &Arc<dyn Epochs>, other: &Arc<dyn Epochs>) -> bool {
    std::ptr::addr_eq(Arc::as_ptr(one), Arc::as_ptr(other))
}

/// A unit that has joined another.
pub(crate) struct Joined<'a>(&'a Unit);

impl Drop for Joined<'_> {
    fn drop(&mut self) {
        self.0.joined.fetch_sub(1, Ordering::AcqRel);
    }
}
