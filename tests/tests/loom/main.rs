//! Epochs, flights and the near store under loom: our own lock-free and waiting parts, in every order that threads can
//! run them.
//!
//! The very files of `cache-core` are compiled here, on loom's locks and atomics in place of the standard library's, and
//! under the store a map and a policy that stand in for the real ones.

#![allow(dead_code, reason = "the files hold more than the models use")]

/// What `cache-core` calls `crate::sync`, by loom.
mod sync {
    pub(crate) use loom::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
    pub(crate) use loom::sync::{Arc, Mutex, MutexGuard};

    pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().unwrap()
    }
}

#[path = "."]
mod key {
    #[path = "../../../cache-core/src/key/tag.rs"]
    pub(crate) mod tag;
}

#[path = "."]
mod fresh {
    #[path = "../../../cache-core/src/fresh/epoch.rs"]
    pub(crate) mod epoch;

    /// What a load has learned through calls inside of it: nothing, in these models.
    pub(crate) mod nested {
        pub(crate) struct Frame;

        impl Frame {
            pub(crate) fn unchanged_since(&self, _: super::epoch::Moment) -> bool {
                true
            }
        }
    }
}

#[path = "."]
mod near {
    #[path = "../../../cache-core/src/near/flight.rs"]
    pub(crate) mod flight;

    #[path = "../../../cache-core/src/near/key.rs"]
    pub(crate) mod key;
    #[path = "../../../cache-core/src/near/store.rs"]
    pub(crate) mod store;
    #[path = "../../../cache-core/src/near/visits.rs"]
    pub(crate) mod visits;

    pub(crate) use crate::stand_in::{entry, map, policy};
}

/// No thread of a model is about to end.
mod thread {
    pub(crate) fn is_running() -> bool {
        true
    }
}

/// A clock whose time doesn't matter.
mod clock {
    #[derive(Clone, Copy, PartialEq, PartialOrd)]
    pub(crate) struct Instant;

    impl Instant {
        pub(crate) fn plus(self, _: std::time::Duration) -> Instant {
            self
        }
    }
}

mod epochs;
mod flights;
mod stand_in;
mod store;

use fresh::epoch::{Counter, EpochTable};
use sync::{AtomicU64, Mutex};

/// A table of one shard, so that threads meet.
fn table() -> EpochTable {
    let counter = Counter { count: AtomicU64::new(0), bumping: Mutex::new(()) };
    EpochTable::new(Box::leak(Box::new(counter)), 1)
}
