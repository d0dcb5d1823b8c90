//! What the lock-free and waiting parts are built on. The loom tests compile those files against another
//! `crate::sync`, so that loom sees every step of them.

pub(crate) use std::hash::RandomState;
pub(crate) use std::sync::atomic::{
    AtomicBool, AtomicPtr, AtomicU8, AtomicU64, AtomicUsize, Ordering, fence,
};
pub(crate) use std::sync::{Arc, Mutex, MutexGuard};

/// How many buckets of a map are made at a time. Loom sees fewer, and so all that happens between them.
pub(crate) const SEGMENT: usize = 128;

/// Locks, whatever panicked while it held the lock: what our locks guard is whole between any two statements.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// A function that gives a static.
macro_rules! of_process {
    ($name:ident() -> $type:ty = $value:expr;) => {
        #[inline(always)]
        fn $name() -> &'static $type {
            static VALUE: $type = $value;
            &VALUE
        }
    };
}
pub(crate) use of_process;

/// A static of each thread.
macro_rules! of_thread {
    ($(#[$attribute:meta])* $name:ident: $type:ty = $value:expr;) => {
        std::thread_local! {
            $(#[$attribute])*
            static $name: $type = const { $value };
        }
    };
}
pub(crate) use of_thread;

/// Lets loom see who reads a piece of memory while another gives it up. Nothing, elsewhere.
pub(crate) struct Memory;

impl Memory {
    pub(crate) const fn new() -> Self {
        Memory
    }

    #[inline]
    pub(crate) fn read(&self) {}
    pub(crate) fn give_up(&self) {}
}
