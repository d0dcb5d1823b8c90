//! Runs async code on its caller's thread, with no runtime: the read path of a sync function.

use std::cell::Cell;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

thread_local! {
    /// Whether this thread waits here for what it polls.
    static BLOCKED: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread waits for what it polls now: then a runtime that it belongs to may not get on meanwhile.
pub(crate) fn is_blocked() -> bool {
    BLOCKED.get()
}

struct Unpark(Thread);

/// While this lives, its thread is blocked.
struct Blocked {
    before: bool,
}

impl Blocked {
    fn begin() -> Self {
        Blocked { before: BLOCKED.replace(true) }
    }
}

impl Drop for Blocked {
    fn drop(&mut self) {
        BLOCKED.set(self.before);
    }
}

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// What a method comes to that is written once for async code and for sync code, where it waits on its thread.
macro_rules! ended {
    ([async] $work:expr) => {
        $work.await
    };
    ([] $work:expr) => {
        $crate::block_on::block_on($work)
    };
}

pub(crate) use ended;

/// Polls a future to its end, parking the thread in between. May be nested: a load may call sync cached functions. And it may
/// be called within a poll of another executor that parks this thread.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let _blocked = Blocked::begin();
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut parked = false;
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => {
                // What this took from an executor around it is given back: that one too polls once too often, never too seldom.
                if parked {
                    thread::current().unpark();
                }
                return output;
            }
            // Another future of this thread may have used up the wake-up: then this one is polled once too often,
            // never too seldom, for each has been polled since it was last woken.
            Poll::Pending => {
                thread::park();
                parked = true;
            }
        }
    }
}
