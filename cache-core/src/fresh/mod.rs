//! When a value may be served: epochs, and what nested loads hand up.

pub(crate) mod changes;
pub(crate) mod common;
pub(crate) mod context;
pub(crate) mod epoch;
pub(crate) mod known;
pub(crate) mod nested;
pub(crate) mod queue;
pub(crate) mod recent;
pub(crate) mod rechecks;
pub(crate) mod telling;
pub(crate) mod unit;

use crate::sync::{AtomicU64, Mutex};

/// The counter of this process.
pub(crate) static COUNTER: epoch::Counter =
    epoch::Counter { count: AtomicU64::new(0), bumping: Mutex::new(()) };
