//! What is hard to see from outside: wakers, numbers, who waits for whom.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use super::deadlock::Waiting;
use super::flight::{Flight, Flights, Leader, Seat, Turn};
use crate::fresh::epoch::Moment;

type All = Flights<u8, u8, foldhash::fast::RandomState>;

fn lead(flights: &All) -> Leader<u8, u8, foldhash::fast::RandomState> {
    match flights.board(&0, Moment(0)) {
        Turn::Lead(leader) => leader,
        _ => panic!("nobody else is there"),
    }
}

#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn poll(seat: &mut Seat<u8>, woken: &Arc<Woken>) -> Poll<()> {
    seat.poll_over(&mut Context::from_waker(&Waker::from(Arc::clone(woken))))
}

#[test]
fn no_two_flights_have_one_number() {
    let flights = All::new();
    let numbers: HashSet<_> = (0..100).map(|_| lead(&flights).flight().number()).collect();
    assert_eq!(numbers.len(), 100);
}

/// Each caller inside of a load says so; the others needn't hear it again.
#[test]
fn followers_are_woken_by_the_first_hurry_only() {
    let flights = All::new();
    let leader = lead(&flights);
    let (woken, mut seat) = (Arc::new(Woken::default()), Seat::new(Arc::clone(leader.flight())));
    for _ in 0..3 {
        assert!(poll(&mut seat, &woken).is_pending());
        leader.flight().hurry();
        assert!(leader.flight().is_urgent());
    }
    assert_eq!(woken.0.load(Ordering::SeqCst), 1);
    drop(leader);
    assert_eq!(woken.0.load(Ordering::SeqCst), 2);
    assert!(poll(&mut seat, &woken).is_ready());
}

#[test]
fn who_leaves_takes_its_waker_along() {
    let flights = All::new();
    let leader = lead(&flights);
    let woken = Arc::new(Woken::default());
    let mut seat = Seat::new(Arc::clone(leader.flight()));
    assert!(poll(&mut seat, &woken).is_pending());
    assert_eq!(Arc::strong_count(&woken), 2);
    drop(seat);
    assert_eq!(Arc::strong_count(&woken), 1);
}

/// A waker that looks at the flight when it is dropped.
struct Curious(Mutex<Option<Arc<Flight<u8>>>>);

impl Wake for Curious {
    fn wake(self: Arc<Self>) {}
}

impl Drop for Curious {
    fn drop(&mut self) {
        let flight = self.0.lock().unwrap().take();
        flight.inspect(|flight| assert!(flight.known().is_none()));
    }
}

/// What a waker does when it is dropped is its own business; it may even look at the flight.
#[test]
fn wakers_are_dropped_outside_of_the_lock() {
    let (done, ended) = mpsc::channel();
    std::thread::spawn(move || {
        let flights = All::new();
        let leader = lead(&flights);
        let mut seat = Seat::new(Arc::clone(leader.flight()));
        for _ in 0..2 {
            let curious = Curious(Mutex::new(Some(Arc::clone(leader.flight()))));
            let waker = Waker::from(Arc::new(curious));
            assert!(seat.poll_over(&mut Context::from_waker(&waker)).is_pending());
        }
        drop(seat);
        done.send(()).unwrap();
    });
    ended.recv_timeout(Duration::from_secs(20)).expect("no deadlock");
}

/// The load in the middle of three waits on behalf of the one around it too.
#[test]
fn a_load_waits_for_what_a_load_inside_of_it_waits_for() {
    let (outer, inner, other) = (1 << 60, (1 << 60) + 1, (1 << 60) + 2);
    let waiting = Waiting::on(vec![inner, outer], other);
    assert!(waiting.is_some());
    assert!(Waiting::on(vec![other], outer).is_none(), "crosswise");
    assert!(Waiting::on(vec![other], inner).is_none());
    drop(waiting);
    assert!(Waiting::on(vec![other], outer).is_some());
}
