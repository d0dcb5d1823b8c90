//! What is stored: a value, and all that says whether it may be served.

use std::any::Any;
use std::fmt;

use crate::clock::{Clock, Instant, Ticks};
use crate::fresh::epoch::{EpochList, EpochTable, Freshness, Moment};
use crate::near::flight::Stamps;
use crate::near::visits::Visits;

/// A value, erased: each function of an alias stores its own type.
pub(crate) type AnyValue = dyn Any + Send + Sync;

/// What is stored: a value, and all that says whether it may be served.
// In this order: what each hit looks at lies side by side.
#[repr(C)]
pub(crate) struct Stored<T: ?Sized = AnyValue> {
    /// Which load it was: later ones have higher numbers, in the process.
    order: u64,
    epochs: EpochList,
    freshness: Freshness,
    deadline: Instant,
    /// Whether the epochs are all that it depends on. If not, it is given to those who wait for it, and never stored.
    complete: bool,
    /// Whether it can be proven again after a silence: its epochs in the shared tier were known before its load. If not, its
    /// deadline is near.
    proven: bool,
    /// What the policy is told of hits.
    pub(crate) visits: Visits,
    value: T,
}

/// What says whether a value may be served.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) order: u64,
    pub(crate) deadline: Instant,
    pub(crate) epochs: EpochList,
    pub(crate) complete: bool,
    pub(crate) proven: bool,
}

impl<T> Stored<T> {
    /// Of a load that began then.
    pub(crate) fn new(start: Moment, header: Header, value: T) -> Self {
        let Header { order, deadline, epochs, complete, proven } = header;
        let (freshness, visits) = (Freshness::since(start), Visits::default());
        Stored { order, epochs, freshness, deadline, complete, proven, visits, value }
    }
}

impl Stored {
    #[inline]
    pub(crate) fn value(&self) -> &AnyValue {
        &self.value
    }

    pub(crate) fn order(&self) -> u64 {
        self.order
    }

    pub(crate) fn epochs(&self) -> &EpochList {
        &self.epochs
    }

    pub(crate) fn deadline(&self) -> Instant {
        self.deadline
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.complete
    }

    pub(crate) fn is_proven(&self) -> bool {
        self.proven
    }

    pub(crate) fn stamps(&self) -> Stamps {
        // What was not known before the load began can't be checked later.
        let complete = self.complete && self.proven;
        Stamps { start: self.freshness.start(), epochs: self.epochs.clone(), complete }
    }

    /// Whether nothing that it depends on has changed since its load began, as far as is heard of other processes and was
    /// proven no longer ago than that, and its time has not run out.
    #[inline]
    pub(crate) fn may_be_served(&self, table: &EpochTable, clock: &Clock, max_staleness: Ticks) -> bool {
        let now = clock.now();
        self.freshness.check(&self.epochs, table)
            && self.deadline > now
            && (table.proof.heard().later(max_staleness) >= now || self.outlives_silence(now, max_staleness))
    }

    /// Whether it may be served though nothing is heard (I9): by a read of its epochs, or for the time that a load without
    /// them is given.
    #[cold]
    fn outlives_silence(&self, now: Instant, max_staleness: Ticks) -> bool {
        !self.proven || self.epochs.checked_at().later(max_staleness) >= now
    }

    /// Whether nothing has changed that it depends on, and its time has not run out: what is to be said of the epochs in
    /// the shared tier, the caller knows.
    pub(crate) fn is_unchanged(&self, now: Instant) -> bool {
        self.deadline > now && self.epochs.unchanged_since(self.freshness.start())
    }

    /// Whether its epochs have been found unchanged in the shared tier since the last that was heard of them.
    pub(crate) fn is_verified(&self, table: &EpochTable) -> bool {
        self.freshness.check(&self.epochs, table)
    }

    /// Whether it will never be served again.
    pub(crate) fn is_over(&self, now: Instant) -> bool {
        self.deadline <= now || !self.epochs.unchanged_since(self.freshness.start())
    }
}

impl<T: ?Sized> fmt::Debug for Stored<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stored")
            .field("order", &self.order)
            .field("epochs", &self.epochs)
            .finish_non_exhaustive()
    }
}
