//! What is to be looked at again in the shared tier: asked for by many at once, each cell once.

use std::collections::HashSet;
use std::hash::BuildHasherDefault;
use std::sync::Mutex;

use super::epoch::Epoch;
use crate::key::tag::TagHasher;
use crate::sync::lock;

/// How many cells of others a question takes along.
const TOGETHER: usize = 500;

type Cells = HashSet<Epoch, BuildHasherDefault<TagHasher>>;

/// Epochs that are to be asked for next.
#[derive(Default, Debug)]
pub(crate) struct Rechecks {
    next: Mutex<Cells>,
    /// Held by who asks: one at a time.
    pub(crate) turn: tokio::sync::Mutex<()>,
}

impl Rechecks {
    /// These, too.
    pub(crate) fn add(&self, epochs: &[Epoch]) {
        lock(&self.next).extend(epochs.iter().cloned());
    }

    /// What is asked for by who wants these, and has the turn: with others', but for what is known by now.
    pub(crate) fn take(&self, own: &[Epoch], known: impl Fn(&Epoch) -> bool) -> Vec<Epoch> {
        let mut next = lock(&self.next);
        own.iter().for_each(|epoch| _ = next.remove(epoch));
        let others: Vec<_> = next.iter().take(TOGETHER).cloned().collect();
        others.iter().for_each(|epoch| _ = next.remove(epoch));
        drop(next);
        own.iter().cloned().chain(others).filter(|epoch| !known(epoch)).collect()
    }
}
