//! What is stored: a value, and all that says whether it may be served.

use std::any::Any;
use std::fmt;

use crate::clock::{Clock, Instant};
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
}

impl<T> Stored<T> {
    /// Of a load that began then.
    pub(crate) fn new(start: Moment, header: Header, value: T) -> Self {
        let Header { order, deadline, epochs, complete } = header;
        let (freshness, visits) = (Freshness::since(start), Visits::default());
        Stored { order, epochs, freshness, deadline, complete, visits, value }
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

    pub(crate) fn stamps(&self) -> Stamps {
        Stamps { start: self.freshness.start(), epochs: self.epochs.clone(), complete: self.complete }
    }

    /// Whether nothing that it depends on has changed since its load began, and its time has not run out.
    #[inline]
    pub(crate) fn may_be_served(&self, table: &EpochTable, clock: &Clock) -> bool {
        self.freshness.check(&self.epochs, table) && self.deadline > clock.now()
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
