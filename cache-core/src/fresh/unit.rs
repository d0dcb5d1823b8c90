//! A unit of work under way: what its writers have changed so far.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use super::changes::Changes;
use crate::sync::lock;

/// Where changes go when the work has ended: a cache.
pub(crate) trait Epochs: Send + Sync + fmt::Debug {
    /// Invalidates what depends on them.
    fn bump(&self, changes: Changes);
}

/// For each cache what is to be invalidated in it.
type Collected = Vec<(Arc<dyn Epochs>, Changes)>;

/// What is collected until the work ends.
#[derive(Debug)]
pub(crate) struct Unit {
    wrote: AtomicBool,
    /// `None` once the work has ended.
    changes: Mutex<Option<Collected>>,
}

impl Unit {
    pub(crate) fn begin() -> Arc<Unit> {
        Arc::new(Unit { wrote: AtomicBool::new(false), changes: Mutex::new(Some(Vec::new())) })
    }

    /// Whether something was written in it: from then on what is stored may be older than what the work itself sees.
    pub(crate) fn has_written(&self) -> bool {
        self.wrote.load(Ordering::Acquire)
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

    /// Forgets what was collected so far.
    pub(crate) fn discard(&self) {
        if let Some(collected) = &mut *lock(&self.changes) {
            collected.clear();
        }
    }

    /// The work has ended: all that was collected is invalidated.
    pub(crate) fn end(&self) {
        let collected = lock(&self.changes).take();
        for (epochs, changes) in collected.into_iter().flatten() {
            if !changes.is_empty() {
                epochs.bump(changes);
            }
        }
    }
}

fn same(one: &Arc<dyn Epochs>, other: &Arc<dyn Epochs>) -> bool {
    std::ptr::addr_eq(Arc::as_ptr(one), Arc::as_ptr(other))
}
