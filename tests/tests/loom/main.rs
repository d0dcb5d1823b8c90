//! Epochs, flights and the near store under loom: our own lock-free and waiting parts, in every order that threads can
//! run them.
//!
//! The very files of `cache-core` are compiled here, on loom's locks and atomics in place of the standard library's. Entries and
//! the policy stand in for the real ones.

#![allow(dead_code, reason = "the files hold more than the models use")]

/// What `cache-core` calls `crate::sync`, by loom.
mod sync {
    use std::hash::{BuildHasherDefault, DefaultHasher};

    use loom::cell::UnsafeCell;
    pub(crate) use loom::sync::atomic::{
        AtomicBool, AtomicPtr, AtomicU8, AtomicU64, AtomicUsize, Ordering, fence,
    };
    pub(crate) use loom::sync::{Arc, Mutex, MutexGuard};

    /// The same in each run, or loom couldn't follow.
    pub(crate) type RandomState = BuildHasherDefault<DefaultHasher>;

    pub(crate) const SEGMENT: usize = 4;

    pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().unwrap()
    }

    macro_rules! of_process {
        ($name:ident() -> $type:ty = $value:expr;) => {
            fn $name() -> &'static $type {
                loom::lazy_static! {
                    static ref VALUE: &'static $type = Box::leak(Box::new($value));
                }
                *VALUE
            }
        };
    }
    pub(crate) use of_process;

    macro_rules! of_thread {
        ($(#[$attribute:meta])* $name:ident: $type:ty = $value:expr;) => {
            loom::thread_local! {
                $(#[$attribute])*
                static $name: $type = $value;
            }
        };
    }
    pub(crate) use of_thread;

    /// Loom ends the model when it is given up while another may be reading it, or before that.
    pub(crate) struct Memory(UnsafeCell<()>);

    // SAFETY: it holds nothing, and who uses it wrongly is what loom looks for.
    #[expect(unsafe_code, reason = "loom has no other way to see it")]
    unsafe impl Sync for Memory {}

    impl Memory {
        pub(crate) fn new() -> Self {
            Memory(UnsafeCell::new(()))
        }

        pub(crate) fn read(&self) {
            self.0.with(|_| ());
        }

        pub(crate) fn give_up(&self) {
            self.0.with_mut(|_| ());
        }
    }
}

/// Without the kernel's help.
mod barrier {
    use crate::sync::{Ordering, fence};

    pub(crate) fn prepare() {}

    pub(crate) fn light() {
        fence(Ordering::SeqCst);
    }

    /// The fence that its caller has passed is enough.
    pub(crate) fn heavy() -> bool {
        true
    }
}

#[path = "."]
mod key {
    #[path = "../../../cache-core/src/key/hash.rs"]
    pub(crate) mod hash;
    #[path = "../../../cache-core/src/key/tag.rs"]
    pub(crate) mod tag;
}

#[path = "."]
mod fresh {
    #[path = "../../../cache-core/src/fresh/epoch.rs"]
    pub(crate) mod epoch;
    #[path = "../../../cache-core/src/fresh/known.rs"]
    pub(crate) mod known;

    /// What a load has learned through calls inside of it: nothing, in these models.
    pub(crate) mod nested {
        pub(crate) struct Frame;

        impl Frame {
            pub(crate) fn verified_since(&self, _: super::epoch::Moment) -> bool {
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
    #[path = "../../../cache-core/src/near/map.rs"]
    pub(crate) mod map;
    #[path = "../../../cache-core/src/near/readers.rs"]
    pub(crate) mod readers;
    #[path = "../../../cache-core/src/near/store.rs"]
    pub(crate) mod store;
    #[path = "../../../cache-core/src/near/visits.rs"]
    pub(crate) mod visits;

    pub(crate) use crate::stand_in::{entry, policy};
}

/// A clock whose time doesn't matter.
mod clock {
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
    pub(crate) struct Instant;

    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub(crate) struct Ticks(u64);

    impl Ticks {
        pub(crate) const FOREVER: Ticks = Ticks(u64::MAX);
        pub(crate) const NONE: Ticks = Ticks(0);
    }

    impl Instant {
        pub(crate) fn ticks(self) -> u64 {
            0
        }

        pub(crate) fn from_ticks(_: u64) -> Instant {
            Instant
        }

        pub(crate) fn plus(self, _: std::time::Duration) -> Instant {
            self
        }
    }
}

mod epochs;
mod flights;
mod map;
mod stand_in;
mod store;

use fresh::epoch::{Counter, EpochTable};
use fresh::known::Proof;
use sync::{AtomicU64, Mutex};

/// A table of one shard, so that threads meet.
fn table() -> EpochTable {
    let counter = Counter { count: AtomicU64::new(0), bumping: Mutex::new(()) };
    EpochTable::new(Proof::default(), Box::leak(Box::new(counter)), 1)
}
