//! Counts what is allocated, in passes of its own: while nobody counts, an allocation costs one load and a branch more.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static ON: AtomicBool = AtomicBool::new(false);
static COUNT: AtomicU64 = AtomicU64::new(0);
static LIVE: AtomicI64 = AtomicI64::new(0);

/// What a piece of work allocated.
pub(crate) struct Allocated {
    pub(crate) count: u64,
    /// Bytes asked for, less those given back.
    pub(crate) live: i64,
}

/// What this work allocates, on all threads.
pub(crate) fn during(work: impl FnOnce()) -> Allocated {
    let counter = Counter::start();
    work();
    counter.so_far()
}

/// Counts from its start until it is dropped. One at a time.
pub(crate) struct Counter;

impl Counter {
    pub(crate) fn start() -> Self {
        COUNT.store(0, Ordering::Relaxed);
        LIVE.store(0, Ordering::Relaxed);
        assert!(!ON.swap(true, Ordering::Relaxed), "somebody counts already");
        Counter
    }

    pub(crate) fn so_far(&self) -> Allocated {
        Allocated { count: COUNT.load(Ordering::Relaxed), live: LIVE.load(Ordering::Relaxed) }
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        ON.store(false, Ordering::Relaxed);
    }
}

struct Counting;

impl Counting {
    #[inline]
    fn note(count: u64, bytes: i64) {
        if ON.load(Ordering::Relaxed) {
            COUNT.fetch_add(count, Ordering::Relaxed);
            LIVE.fetch_add(bytes, Ordering::Relaxed);
        }
    }
}

#[expect(unsafe_code, reason = "an allocator is")]
// SAFETY: all is done by the system's allocator, to which arguments and results are passed on unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Counting::note(1, layout.size() as i64);
        // SAFETY: what the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        Counting::note(1, layout.size() as i64);
        // SAFETY: what the caller promises.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        Counting::note(1, size as i64 - layout.size() as i64);
        // SAFETY: what the caller promises.
        unsafe { System.realloc(old, layout, size) }
    }

    unsafe fn dealloc(&self, old: *mut u8, layout: Layout) {
        Counting::note(0, -(layout.size() as i64));
        // SAFETY: what the caller promises.
        unsafe { System.dealloc(old, layout) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_is_live_and_what_goes_was_counted() {
        let mut kept = Vec::new();
        let allocated = during(|| {
            kept.reserve_exact(1000);
            drop(std::hint::black_box(vec![0u8; 50]));
        });
        kept.push(0u8);
        // Other tests allocate at the same time.
        assert!(allocated.count >= 2);
    }
}
