//! When calls of the shared tier have waited for too long.
//!
//! Nearly all are over long before. So none has a timer of its own, which would take a part of each hit there: all of them are
//! looked through every few milliseconds, for as long as there are any. They stand in several lists, so that threads rarely meet.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::runtime::Handle;

use crate::clock::{Clock, Instant};
use crate::sync::lock;

/// How late a deadline may be noticed.
const BETWEEN_LOOKS: Duration = Duration::from_millis(5);
/// Who is woken and notices it later than that was kept from it by his own runtime.
const HUNG: Duration = Duration::from_millis(10);
/// He waits for so long once more: the answer may be there, and that runtime only now come to it.
const AFTER_A_HANG: Duration = Duration::from_millis(20);

/// How many lists there are.
const LISTS: usize = 8;

/// The deadlines of all calls under way.
#[derive(Default, Debug)]
pub(super) struct Deadlines {
    lists: [List; LISTS],
    /// Whether somebody looks through them.
    looks: AtomicBool,
}

/// Those of some threads' calls, in a cache line of its own, and in the one beside it, which is fetched along.
#[derive(Default, Debug)]
#[repr(align(128))]
struct List(Mutex<State>);

#[derive(Default, Debug)]
struct State {
    /// By number, those of calls that are over left out.
    waiting: Vec<Option<Call>>,
    free: Vec<usize>,
}

#[derive(Debug)]
enum Call {
    /// Until then.
    Waits(Instant, Waker),
    /// Since then he should know that it is too late.
    Woken(Instant),
}

/// The deadline of one call.
pub(super) struct Deadline<'a> {
    deadlines: &'a Arc<Deadlines>,
    /// Where they are looked through.
    runtime: &'a Handle,
    at: Instant,
    place: Option<Place>,
    /// It has been put off.
    put_off: bool,
}

/// In which list, and where there.
#[derive(Clone, Copy)]
struct Place {
    list: usize,
    number: usize,
}

impl Deadlines {
    /// So long from now.
    pub(super) fn after<'a>(self: &'a Arc<Self>, duration: Duration, runtime: &'a Handle) -> Deadline<'a> {
        let at = Clock::default().now().plus(duration);
        Deadline { deadlines: self, runtime, at, place: None, put_off: false }
    }

    /// Wakes whoever has waited for too long. Says whether others wait.
    fn look_through(&self) -> bool {
        let now = Clock::default().now();
        let mut late = Vec::new();
        // Before the lists are looked at: who comes after this, and finds that nobody looks, begins to.
        self.looks.store(false, Ordering::SeqCst);
        let mut others = false;
        for List(state) in &self.lists {
            let state = &mut *lock(state);
            let is_late = |call: &&mut Call| matches!(call, Call::Waits(at, _) if *at <= now);
            let calls = state.waiting.iter_mut().flatten().filter(is_late);
            late.extend(calls.map(|call| std::mem::replace(call, Call::Woken(now))));
            // Who is woken waits no more, but has his number until he goes.
            match state.free.len() < state.waiting.len() {
                true => others = true,
                false => *state = State::default(),
            }
        }
        // Not under the lock: a waker is somebody else's code.
        for call in late {
            if let Call::Waits(_, waker) = call {
                waker.wake();
            }
        }
        // Unless somebody else has begun to.
        others && !self.looks.swap(true, Ordering::SeqCst)
    }
}

/// That of this thread.
fn list() -> usize {
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static OWN: Cell<Option<usize>> = const { Cell::new(None) };
    }
    OWN.get().unwrap_or_else(|| {
        let own = THREADS.fetch_add(1, Ordering::Relaxed) % LISTS;
        OWN.set(Some(own));
        own
    })
}

impl Deadline<'_> {
    /// Whether he was woken long ago.
    fn hung(&self, now: Instant) -> bool {
        self.place.is_some_and(|Place { list, number }| {
            let state = lock(&self.deadlines.lists[list].0);
            matches!(state.waiting[number], Some(Call::Woken(since)) if now >= since.plus(HUNG))
        })
    }

    pub(super) fn poll(&mut self, cx: &Context<'_>) -> Poll<()> {
        let now = Clock::default().now();
        if now >= self.at {
            if self.put_off || !self.hung(now) {
                return Poll::Ready(());
            }
            (self.at, self.put_off) = (now.plus(AFTER_A_HANG), true);
        }
        // Cloned before the lock is taken, and what it replaces dropped after: likewise.
        let waiting = Some(Call::Waits(self.at, cx.waker().clone()));
        let replaced = {
            let list = self.place.map_or_else(list, |place| place.list);
            let state = &mut *lock(&self.deadlines.lists[list].0);
            let place = *self.place.get_or_insert_with(|| {
                let number = state.free.pop().unwrap_or_else(|| {
                    state.waiting.push(None);
                    state.waiting.len() - 1
                });
                Place { list, number }
            });
            std::mem::replace(&mut state.waiting[place.number], waiting)
        };
        drop(replaced);
        // A look first: mostly somebody does.
        let looks = &self.deadlines.looks;
        if !looks.load(Ordering::SeqCst) && !looks.swap(true, Ordering::SeqCst) {
            let deadlines = Arc::clone(self.deadlines);
            self.runtime.spawn(async move {
                loop {
                    tokio::time::sleep(BETWEEN_LOOKS).await;
                    if !deadlines.look_through() {
                        return;
                    }
                }
            });
        }
        Poll::Pending
    }
}

impl Drop for Deadline<'_> {
    fn drop(&mut self) {
        if let Some(Place { list, number }) = self.place {
            let waiting = {
                let state = &mut *lock(&self.deadlines.lists[list].0);
                state.free.push(number);
                state.waiting[number].take()
            };
            drop(waiting);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
    }

    /// As calls wait, some of which are over before.
    #[test]
    fn who_waits_for_too_long_is_woken() {
        let (runtime, deadlines) = (runtime(), Arc::new(Deadlines::default()));
        let mut over: Vec<_> =
            [1, 3600].map(|seconds| deadlines.after(Duration::from_secs(seconds), runtime.handle())).into();
        over.iter_mut().for_each(|deadline| {
            assert!(deadline.poll(&Context::from_waker(Waker::noop())).is_pending());
        });
        // Two at once, on other runtimes than that where they are looked through.
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let mut late = deadlines.after(Duration::from_millis(20), runtime.handle());
                    let own = tokio::runtime::Builder::new_current_thread().build().unwrap();
                    own.block_on(poll_fn(|cx| late.poll(cx)));
                });
            }
        });
        let waiting = || -> usize {
            let of = |List(state): &List| lock(state).waiting.iter().flatten().count();
            deadlines.lists.iter().map(of).sum()
        };
        assert_eq!(waiting(), 2);
        over.clear();
        // Nobody looks through nothing. It is said that nobody does while the last look is under way.
        let rests = || {
            let is_empty = |List(state): &List| lock(state).waiting.is_empty();
            !deadlines.looks.load(Ordering::SeqCst) && deadlines.lists.iter().all(is_empty)
        };
        while !rests() {
            std::thread::yield_now();
        }
    }

    #[test]
    fn a_deadline_that_is_over_when_it_is_asked_needs_nobody() {
        let (runtime, deadlines) = (runtime(), Arc::new(Deadlines::default()));
        let mut late = deadlines.after(Duration::ZERO, runtime.handle());
        assert!(late.poll(&Context::from_waker(Waker::noop())).is_ready());
        assert!(!deadlines.looks.load(Ordering::SeqCst));
    }
}
