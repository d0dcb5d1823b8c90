//! What a call waits for: others' loads of its key, or a permit to load.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::OwnedSemaphorePermit;

use crate::bound::Bound;
use crate::clock::{Instant, Patience};
use crate::declare::Scope;
use crate::fresh::context;
use crate::fresh::epoch::Epoch;
use crate::fresh::nested::Frame;
use crate::near::deadlock::Waiting;
use crate::near::entry::Stored;
use crate::near::flight::{Flight, Seat};

/// How a wait for others' loads ended.
pub(super) enum Waited {
    /// One of them is over.
    Over,
    /// `load_wait` is over.
    TooLong,
    /// There is nothing to wait for: one of them waits for this call, or can't be shared.
    Alone,
}

/// Waits until one of the flights is over, for as long as patience lasts.
pub(super) async fn wait(
    bound: &Bound,
    flights: Vec<Arc<Flight<Arc<Stored>>>>,
    patience: &mut Patience,
) -> Waited {
    // A call inside of a load must not wait for a load that waits for its own: recursion, or two loads crosswise.
    let (mut waiting, mut told) = (Vec::new(), Vec::new());
    if let Some(around) = context::frame() {
        for flight in &flights {
            match Waiting::on(around.flights(), flight.number()) {
                Some(guard) => waiting.push(guard),
                None => return Waited::Alone,
            }
            // Nor for one that queues for a permit that the load around it holds.
            flight.hurry();
            told.push(Told::of(bound, &around, flight));
        }
    }
    let mut seats: Vec<_> = flights.into_iter().map(Seat::new).collect();
    let waited = poll_fn(|cx| {
        // All of them, so that each has this task's waker.
        let over = seats.iter_mut().filter_map(|seat| seat.poll_over(cx).is_ready().then_some(())).count();
        if over > 0 {
            return Poll::Ready(Waited::Over);
        }
        if patience.poll_end(cx).is_ready() {
            seats.iter().for_each(|seat| seat.flight().give_up());
            return Poll::Ready(Waited::TooLong);
        }
        Poll::Pending
    })
    .await;
    patience.rest();
    waited
}

/// A load around a call that waits for a flight is told what the flight depends on: when the wait begins, and all that
/// it has learned by then when the wait ends, for the load may go on without what it waited for.
struct Told<'a> {
    bound: &'a Bound,
    around: Arc<Frame>,
    flight: Arc<Flight<Arc<Stored>>>,
    /// Until then.
    expected: Vec<Epoch>,
}

impl<'a> Told<'a> {
    fn of(bound: &'a Bound, around: &Arc<Frame>, flight: &Arc<Flight<Arc<Stored>>>) -> Self {
        let (around, flight) = (Arc::clone(around), Arc::clone(flight));
        let mut told = Told { bound, around, flight, expected: Vec::new() };
        told.expected = told.tell(|learned, around| learned.tell(around)).unwrap_or_default();
        told
    }

    fn tell<T>(&self, tell: impl FnOnce(&Frame, &Frame) -> T) -> Option<T> {
        let (stamps, learned) = self.flight.known()?;
        self.around.gather(self.bound.function.name, stamps.epochs.iter(), Instant::NEVER, &Scope::default());
        learned.map(|learned| tell(&learned, &self.around))
    }
}

impl Drop for Told<'_> {
    fn drop(&mut self) {
        self.tell(Frame::leave);
        self.around.met(&self.expected);
    }
}

/// Waits for all of them, at once.
pub(super) async fn join<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = futures.into_iter().map(|future| Some(Box::pin(future))).collect();
    let mut outputs: Vec<_> = waiting.iter().map(|_| None).collect();
    poll_fn(|cx| {
        for (future, output) in waiting.iter_mut().zip(&mut outputs) {
            if let Some(Poll::Ready(ready)) = future.as_mut().map(|future| future.as_mut().poll(cx)) {
                (*future, *output) = (None, Some(ready));
            }
        }
        if waiting.iter().all(Option::is_none) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    outputs.into_iter().flatten().collect()
}

/// Waits for a permit, until `urgent` or until `load_wait` is over. Loads inside of loads need none: they would wait
/// for permits that the loads around them hold.
pub(super) async fn queue(
    bound: &Bound,
    blocking: bool,
    patience: &mut Patience,
    mut urgent: impl FnMut(&mut Context<'_>) -> Poll<()>,
) -> Option<OwnedSemaphorePermit> {
    if context::is_in_load() {
        return None;
    }
    // Each kind its own: a sync load that blocks a thread of a runtime must not wait for a task of that thread.
    let permits = if blocking { &bound.alias.blocking_permits } else { &bound.alias.permits };
    if let Ok(permit) = Arc::clone(permits).try_acquire_owned() {
        return Some(permit);
    }
    // Without the runtime's budget: a sync function within a task that has used it up would spin.
    let mut acquire = pin!(tokio::task::unconstrained(Arc::clone(permits).acquire_owned()));
    let permit = poll_fn(|cx| {
        if let Poll::Ready(permit) = acquire.as_mut().poll(cx) {
            return Poll::Ready(permit.ok());
        }
        if urgent(cx).is_ready() {
            return Poll::Ready(None);
        }
        if patience.poll_end(cx).is_ready() {
            bound.counts.overdue.add();
            return Poll::Ready(None);
        }
        Poll::Pending
    })
    .await;
    patience.rest();
    permit
}
