use std::collections::hash_map::DefaultHasher;
use std::future::poll_fn;
use std::hash::BuildHasherDefault;

use loom::thread;

use crate::fresh::epoch::{EpochList, EpochTable};
use crate::key::tag::Tag;
use crate::near::flight::{Callers, Flights, Landing, Seat, Stamps, Turn};
use crate::sync::{Arc, AtomicU64, Ordering};
use crate::table;

const TAG: Tag = Tag(1);

struct World {
    flights: Flights<u8, u64, BuildHasherDefault<DefaultHasher>>,
    table: EpochTable,
    /// What is loaded.
    source: AtomicU64,
    loads: AtomicU64,
    at_once: AtomicU64,
}

fn world() -> Arc<World> {
    Arc::new(World {
        flights: Flights::new(),
        table: table(),
        source: AtomicU64::new(1),
        loads: AtomicU64::new(0),
        at_once: AtomicU64::new(0),
    })
}

/// The read path without a store: what a caller gets.
fn call(world: &World) -> u64 {
    let arrival = world.table.now();
    loop {
        let flight = match world.flights.board(&0, arrival) {
            Turn::Lead(leader) => {
                assert!(world.at_once.fetch_add(1, Ordering::SeqCst) < 2, "at most two loads at once");
                world.loads.fetch_add(1, Ordering::SeqCst);
                let epochs = EpochList::from_iter([world.table.hold(TAG)]);
                let stamps =
                    Stamps { start: world.table.now(), after: Callers::NONE, epochs, complete: true };
                leader.begin(stamps.clone(), None);
                let value = world.source.load(Ordering::SeqCst);
                world.at_once.fetch_sub(1, Ordering::SeqCst);
                leader.land(stamps, Some(value));
                return value;
            }
            Turn::Follow(flight) => flight,
            Turn::Wait(flights) => Arc::clone(&flights[0]),
            Turn::Alone => unreachable!("nobody gave up"),
        };
        wait(&flight);
        match flight.landing(arrival) {
            Some(Landing::Shared(value)) => return value,
            Some(Landing::Again) => {}
            Some(Landing::Unshared) => unreachable!("all is shared"),
            None => unreachable!("it is over"),
        }
    }
}

fn wait(flight: &Arc<crate::near::flight::Flight<u64>>) {
    let mut seat = Seat::new(Arc::clone(flight));
    loom::future::block_on(poll_fn(|cx| seat.poll_over(cx)));
}

/// Nobody is left waiting, whatever the order.
#[test]
fn two_callers_both_get_a_value() {
    loom::model(|| {
        let world = world();
        let other = thread::spawn({
            let world = Arc::clone(&world);
            move || call(&world)
        });
        assert_eq!((call(&world), other.join().unwrap()), (1, 1));
        assert!(world.loads.load(Ordering::SeqCst) <= 2);
        assert_eq!(world.flights.len(), 0);
    });
}

/// A caller who arrives after a bump gets what was loaded after it, though an older flight is in the air.
#[test]
fn a_caller_after_a_bump_gets_the_new_value() {
    // All orders with up to three preemptions: enough to put either thread between any two steps of the other.
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(|| {
        let world = world();
        let older = thread::spawn({
            let world = Arc::clone(&world);
            move || call(&world)
        });
        world.source.store(2, Ordering::SeqCst);
        world.table.bump([TAG]);
        assert_eq!(call(&world), 2);
        older.join().unwrap();
        assert_eq!(world.table.len(), 0);
    });
}

/// A leader who goes away hands over: the follower leads.
#[test]
fn a_follower_of_a_leader_who_goes_away_leads() {
    loom::model(|| {
        let world = world();
        let arrival = world.table.now();
        let Turn::Lead(leader) = world.flights.board(&0, arrival) else { panic!("nobody else is there") };
        let follower = thread::spawn({
            let world = Arc::clone(&world);
            move || call(&world)
        });
        drop(leader);
        assert_eq!(follower.join().unwrap(), 1);
        assert_eq!(world.flights.len(), 0);
    });
}

/// A leader who queues is told to hurry, whether the word comes before or after it looks.
#[test]
fn a_leader_who_queues_hears_that_it_must_not() {
    loom::model(|| {
        let world = world();
        let Turn::Lead(leader) = world.flights.board(&0, world.table.now()) else {
            panic!("nobody else is there")
        };
        let flight = Arc::clone(leader.flight());
        let hurrier = thread::spawn(move || flight.hurry());
        let mut seat = Seat::new(Arc::clone(leader.flight()));
        loom::future::block_on(poll_fn(|cx| seat.poll_urgent(cx)));
        hurrier.join().unwrap();
    });
}
