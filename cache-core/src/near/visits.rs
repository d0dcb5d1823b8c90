//! What a hit writes.

use crate::sync::{AtomicU8, Ordering};

/// How often an entry was asked for since the policy last looked, as far as the policy cares: all that a hit writes.
#[derive(Default, Debug)]
pub(crate) struct Visits(AtomicU8);

impl Visits {
    /// More are not counted. A second bit, for with one the hit ratio is up to 1.7 points lower on Zipf.
    pub(super) const MOST: u8 = 2;

    /// A hit. Of an entry that is asked for all the time nothing is written: its memory stays with all who read it.
    #[inline]
    pub(crate) fn note(&self) {
        let visits = self.0.load(Ordering::Relaxed);
        if visits < Visits::MOST {
            self.0.store(visits + 1, Ordering::Relaxed);
        }
    }

    /// Lowers them by one, if there are any, and says what they were.
    pub(crate) fn take(&self) -> u8 {
        let visits = self.0.load(Ordering::Relaxed);
        self.0.store(visits.saturating_sub(1), Ordering::Relaxed);
        visits
    }

    /// Those of the entry that this one replaces.
    pub(crate) fn take_over(&self, replaced: &Visits) {
        self.0.store(replaced.0.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}
