//! Epochs that were read lately in the shared tier: what is asked for again needs only its entry, though this process holds none.

use std::collections::VecDeque;

use super::epoch::Epoch;
use crate::sync::{Mutex, lock};

/// How many are held: of some 200 bytes each.
const MOST: usize = 1 << 14;

/// Epochs, each held once, in the order in which they were read first.
#[derive(Default, Debug)]
pub(crate) struct Recent(Mutex<VecDeque<Epoch>>);

impl Recent {
    /// Holds the cell of an epoch that was read, in place of the one that has been held for longest.
    pub(crate) fn keep(&self, epoch: &Epoch) {
        if !epoch.set_kept(true) {
            return;
        }
        let oldest = {
            let mut kept = lock(&self.0);
            kept.push_back(epoch.clone());
            match kept.len() > MOST {
                true => kept.pop_front(),
                false => None,
            }
        };
        // Not under the lock: it may be the last that holds the cell.
        oldest.inspect(|epoch| _ = epoch.set_kept(false));
    }
}
