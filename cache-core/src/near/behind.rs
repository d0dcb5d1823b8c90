//! Loads that go on behind their callers' backs: bounded in number, and ended with the cache.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::AbortHandle;

use crate::sync::lock;

/// So many may be under way: a call that finds more is given what is there, and nothing is loaded.
const MOST: u32 = 256;

/// So many of them may be there to verify a hit: the others have room.
const MOST_TO_VERIFY: usize = 64;

/// Those of a cache.
pub(crate) struct Behind {
    slots: Arc<Semaphore>,
    verifications: Arc<Semaphore>,
    numbers: AtomicU64,
    /// `None` until it is spawned.
    tasks: Mutex<HashMap<u64, Option<AbortHandle>>>,
    /// Whether the cache is shut down, and whether it waits no more.
    closed: AtomicBool,
    ended: AtomicBool,
}

/// Room for one of them, until it is over.
pub(crate) struct Slot {
    behind: Arc<Behind>,
    number: u64,
    _permit: OwnedSemaphorePermit,
}

impl Behind {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Behind {
            slots: Arc::new(Semaphore::new(MOST as usize)),
            verifications: Arc::new(Semaphore::new(MOST_TO_VERIFY)),
            numbers: AtomicU64::new(0),
            tasks: Mutex::default(),
            closed: AtomicBool::new(false),
            ended: AtomicBool::new(false),
        })
    }

    /// None where there are too many, or the cache has been shut down.
    pub(crate) fn slot(self: &Arc<Self>) -> Option<Slot> {
        if self.closed.load(Ordering::Acquire) {
            return None;
        }
        let permit = Arc::clone(&self.slots).try_acquire_owned().ok()?;
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        lock(&self.tasks).insert(number, None);
        Some(Slot { behind: Arc::clone(self), number, _permit: permit })
    }

    /// Leave for one of them to verify a hit, until it is known what that came to. None where there are too many.
    pub(crate) fn verification(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.verifications).try_acquire_owned().ok()
    }

    /// From here on none begins.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    /// Ready when none is under way.
    pub(crate) async fn idle(&self) {
        // Without the runtime's budget, as wherever a permit is waited for.
        let _all = tokio::task::unconstrained(self.slots.acquire_many(MOST)).await;
    }

    /// Ends all that are under way. Says how many those were.
    pub(crate) fn abort(&self) -> usize {
        self.ended.store(true, Ordering::SeqCst);
        let tasks: Vec<_> = lock(&self.tasks).values().flatten().cloned().collect();
        tasks.iter().for_each(AbortHandle::abort);
        tasks.len()
    }
}

impl Slot {
    /// Goes on with a load that holds this slot.
    pub(crate) fn spawn(runtime: &Handle, slot: Slot, load: impl Future<Output = ()> + Send + 'static) {
        let (behind, number) = (Arc::clone(&slot.behind), slot.number);
        let task = runtime.spawn(async move {
            load.await;
            drop(slot);
        });
        // Not under the lock: a runtime that has ended drops the task at once, and the slot with it.
        let mut tasks = lock(&behind.tasks);
        if let Some(entry) = tasks.get_mut(&number) {
            *entry = Some(task.abort_handle());
        }
        drop(tasks);
        if behind.ended.load(Ordering::SeqCst) {
            // All that were known are ended: this one wasn't.
            task.abort();
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        lock(&self.behind.tasks).remove(&self.number);
    }
}

impl fmt::Debug for Behind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Behind").field("loads", &lock(&self.tasks).len()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").field("number", &self.number).finish_non_exhaustive()
    }
}
