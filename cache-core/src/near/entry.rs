//! What is stored: a value, and all that says whether it may be served.

use std::any::Any;
use std::fmt;

use crate::clock::Instant;
use crate::fresh::epoch::{EpochList, EpochTable, Freshness, Moment};
use crate::near::flight::Stamps;
use crate::near::visits::Visits;

/// A value, erased: each function of an alias stores its own type.
pub(crate) type AnyValue = dyn Any + Send + Sync;

/// What is stored: a value, and all that says whether it may be served.
// In this order: what each hit looks at lies side by side.
#[repr(C)]
pub(crate) struct Stored<T: ?Sized = AnyValue> {
    header: Header,
    freshness: Freshness,
    /// What the policy is told of hits.
    pub(crate) visits: Visits,
    value: T,
}

/// What says whether a value may be served, and what its callers inherit.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Header {
    /// Whether the epochs are all that it depends on. If not, it is given to those who wait for it, and never stored.
    pub(crate) complete: bool,
    /// Which load it was: later ones have higher numbers, in the process.
    pub(crate) order: u64,
    pub(crate) epochs: EpochList,
    pub(crate) deadline: Instant,
}

impl<T> Stored<T> {
    /// Of a load that began then.
    pub(crate) fn new(start: Moment, header: Header, value: T) -> Self {
        Stored { header, freshness: Freshness::since(start), visits: Visits::default(), value }
    }
}

impl Stored {
    #[inline]
    pub(crate) fn value(&self) -> &AnyValue {
        &self.value
    }

    #[inline]
    pub(crate) fn header(&self) -> &Header {
        &self.header
    }

    pub(crate) fn stamps(&self) -> Stamps {
        Stamps {
            start: self.freshness.start(),
            epochs: self.header.epochs.clone(),
            complete: self.header.complete,
        }
    }

    /// Whether nothing that it depends on has changed since its load began, and its time has not run out.
    #[inline]
    pub(crate) fn may_be_served(&self, table: &EpochTable, now: impl FnOnce() -> Instant) -> bool {
        self.freshness.check(&self.header.epochs, table) && self.header.deadline > now()
    }

    /// Whether it will never be served again.
    pub(crate) fn is_over(&self, now: Instant) -> bool {
        let Header { deadline, epochs, .. } = &self.header;
        *deadline <= now || !epochs.unchanged_since(self.freshness.start())
    }
}

impl<T: ?Sized> fmt::Debug for Stored<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stored").field("header", &self.header).finish_non_exhaustive()
    }
}
