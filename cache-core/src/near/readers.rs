//! Who is reading, of all threads of the process: so that what a writer has taken out is dropped when nobody can be looking at
//! it any more.
//!
//! A reader says so in memory that no other thread writes to: when he came, by a count that goes up with each change. What was
//! taken out before the count went up, nobody finds who came after that.

use std::cell::Cell;
use std::iter;
use std::marker::PhantomData;
use std::sync::OnceLock;

use crate::barrier;
use crate::sync::{AtomicU64, AtomicUsize, Mutex, Ordering, fence, lock, of_process, of_thread};

/// Who holds it is reading: what he finds stays until he drops it, though it be taken out meanwhile. It stays on its thread.
#[derive(Debug)]
pub(crate) struct Guard {
    slot: &'static Slot,
    here: PhantomData<*const ()>,
}

/// A thread that reads, by its number: small, and no other thread's while it runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader(pub(crate) usize);

/// By how many changes had come before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Change(u64);

/// What all threads share.
struct Readers {
    /// Of changes, and one.
    changes: AtomicU64,
    /// How many threads have a slot.
    running: AtomicUsize,
    /// How many slots there are. They are never given up: so many threads were running at once.
    slots: AtomicUsize,
    first: OnceLock<&'static Slot>,
    /// Slots of threads that have ended.
    free: Mutex<Vec<&'static Slot>>,
}

/// What a thread writes, in a cache line of its own, and in the one beside it, which is fetched along.
#[derive(Debug)]
#[repr(align(128))]
struct Slot {
    /// Which changes its thread has seen for sure; 0 while it doesn't read.
    since: AtomicU64,
    /// How many guards there are.
    depth: AtomicUsize,
    number: usize,
    next: OnceLock<&'static Slot>,
}

of_process! {
    readers() -> Readers = Readers {
        changes: AtomicU64::new(1),
        running: AtomicUsize::new(0),
        slots: AtomicUsize::new(0),
        first: OnceLock::new(),
        free: Mutex::new(Vec::new()),
    };
}

of_thread! {
    /// Without a destructor: it can be read to the very end.
    SLOT: Cell<Option<&'static Slot>> = Cell::new(None);
}

of_thread! {
    END: End = End(Cell::new(None));
}

/// What is dropped when the thread ends.
struct End(Cell<Option<(&'static Readers, &'static Slot)>>);

impl Drop for End {
    fn drop(&mut self) {
        let _ = SLOT.try_with(|slot| slot.set(None));
        if let Some((readers, slot)) = self.0.take()
            // Else there is a guard that will never be dropped.
            && slot.depth.load(Ordering::Relaxed) == 0
        {
            let mut free = lock(&readers.free);
            free.push(slot);
            readers.running.fetch_sub(1, Ordering::Release);
        }
    }
}

/// Begins to read. None on a thread that is about to end, whose slot may be another's by now.
#[inline]
pub(crate) fn enter() -> Option<Guard> {
    let slot = match SLOT.with(Cell::get) {
        Some(slot) => slot,
        None => begin()?,
    };
    // Only this thread writes: there is nothing to be atomic with.
    let depth = slot.depth.load(Ordering::Relaxed);
    slot.depth.store(depth + 1, Ordering::Relaxed);
    if depth == 0 {
        // Who reads a count sees what was taken out before it.
        slot.since.store(readers().changes.load(Ordering::Acquire), Ordering::Relaxed);
        // Either a writer sees him here, or he doesn't find what the writer has taken out: see `advance`.
        barrier::light();
    }
    Some(Guard { slot, here: PhantomData })
}

/// This thread, if it has ever read, and isn't about to end.
#[inline]
pub(crate) fn this() -> Option<Reader> {
    SLOT.with(Cell::get).map(|slot| Reader(slot.number))
}

#[cold]
fn begin() -> Option<&'static Slot> {
    // Where the thread is ending, this is gone.
    let slot = END.try_with(|end| {
        let slot = Slot::take();
        end.0.set(Some((readers(), slot)));
        slot
    });
    let slot = slot.ok()?;
    SLOT.with(|own| own.set(Some(slot)));
    Some(slot)
}

impl Slot {
    /// One that no other thread has.
    fn take() -> &'static Slot {
        barrier::prepare();
        let mut free = lock(&readers().free);
        let slot = free.pop().unwrap_or_else(Slot::append);
        readers().running.fetch_add(1, Ordering::Release);
        drop(free);
        // Goes with the fence in `advance`: who doesn't count this thread there has taken out what it won't find here.
        fence(Ordering::SeqCst);
        slot
    }

    /// A new one, after all others. Under the lock.
    fn append() -> &'static Slot {
        let Readers { slots, first, .. } = readers();
        let number = slots.load(Ordering::Relaxed);
        let end = (0..number).fold(first, |end, _| end.get().map_or(end, |slot| &slot.next));
        let (since, depth, next) = (AtomicU64::new(0), AtomicUsize::new(0), OnceLock::new());
        let slot = end.get_or_init(|| Box::leak(Box::new(Slot { since, depth, number, next })));
        slots.store(number + 1, Ordering::Release);
        slot
    }
}

impl Guard {
    /// Which thread he runs on.
    #[inline]
    pub(crate) fn reader(&self) -> Reader {
        Reader(self.slot.number)
    }
}

impl Drop for Guard {
    #[inline]
    fn drop(&mut self) {
        let depth = self.slot.depth.load(Ordering::Relaxed) - 1;
        self.slot.depth.store(depth, Ordering::Relaxed);
        if depth == 0 {
            // After all that he has read.
            self.slot.since.store(0, Ordering::Release);
        }
    }
}

/// Ends a change that has taken something out, so that nobody finds it who enters after this. It is gone for all others too once
/// [`oldest`] is no longer before what this returns. None if the kernel refuses: then it isn't known who is inside.
pub(crate) fn advance() -> Option<Change> {
    let change = Change(readers().changes.fetch_add(1, Ordering::AcqRel) + 1);
    fence(Ordering::SeqCst);
    let own = SLOT.try_with(|slot| slot.get().is_some()).unwrap_or(false);
    // Threads that are counted have passed `prepare`. Of those that aren't none is inside, or it came too late to find it.
    let alone = readers().running.load(Ordering::Acquire) == usize::from(own);
    (alone || barrier::heavy()).then_some(change)
}

/// The change up to which all who are inside have seen all for sure. Of who isn't seen here, [`advance`] has made sure.
pub(crate) fn oldest() -> Change {
    let Readers { slots, first, .. } = readers();
    let number = slots.load(Ordering::Acquire);
    let slots = iter::successors(first.get(), |slot| slot.next.get()).take(number);
    let since = slots.map(|slot| slot.since.load(Ordering::Acquire)).filter(|since| *since > 0);
    Change(since.min().unwrap_or(u64::MAX))
}
