//! The store on its real map and policy.

use std::any::Any;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use super::entry::{Grace, Header, Stored};
use super::key::NearKey;
use super::store::{NearCache, Put};
use crate::clock::Clock;
use crate::fresh::COUNTER;
use crate::fresh::epoch::{EpochList, EpochTable};
use crate::fresh::known::Proof;
use crate::key::tag::Tag;

struct World {
    cache: NearCache,
    table: EpochTable,
    clock: Clock,
    orders: AtomicUsize,
}

impl World {
    fn new(capacity: u64) -> Self {
        World {
            cache: NearCache::new(capacity),
            table: EpochTable::new(Proof::default(), &COUNTER, 4),
            clock: Clock::manual(),
            orders: AtomicUsize::new(0),
        }
    }

    fn entry<T: Send + Sync + 'static>(&self, tag: u128, ttl: u64, value: T) -> Arc<Stored> {
        let header = Header {
            order: self.orders.fetch_add(1, Ordering::Relaxed) as u64,
            deadline: self.clock.now().plus(Duration::from_secs(ttl)),
            epochs: EpochList::from_iter([self.table.hold(Tag(tag))]),
            complete: true,
            proven: true,
            grace: Grace::default(),
        };
        Arc::new(Stored::new(self.table.now(), header, value))
    }

    fn put(&self, number: u32, entry: &Arc<Stored>) -> bool {
        self.put_heavy(number, entry, 1) == Put::Stored
    }

    fn put_heavy(&self, number: u32, entry: &Arc<Stored>, weight: u64) -> Put {
        self.cache.put(&key(number), entry, weight, self.clock.now())
    }

    fn get(&self, number: u32) -> Option<u64> {
        let inside = self.cache.enter()?;
        let entry = self.cache.get(key(number).as_ref(), &inside)?;
        entry.visits.note();
        (entry.value() as &dyn Any).downcast_ref().copied()
    }
}

/// Keys that lie beside their place, and longer ones that don't.
fn key(number: u32) -> NearKey {
    let bytes = number.to_le_bytes().repeat(1 + number as usize % 12);
    NearKey::new(number % 3, &bytes)
}

#[test]
fn what_is_stored_is_found_and_the_bound_holds() {
    let (world, numbers) = (World::new(50), if cfg!(miri) { 120 } else { 5_000 });
    for number in 0..numbers {
        assert!(world.put(number, &world.entry(1, 60, u64::from(number))));
        assert_eq!(world.get(number), Some(u64::from(number)), "what was just stored can be read");
        let entries = world.cache.len();
        assert!(entries <= 50, "{entries} entries");
        assert_eq!(world.cache.held(), (entries, entries));
    }
    let kept: Vec<_> = (0..numbers).filter_map(|number| Some((number, world.get(number)?))).collect();
    assert_eq!(kept.len(), 50);
    assert!(kept.iter().all(|(number, value)| u64::from(*number) == *value));
    (0..numbers).for_each(|number| world.cache.remove(key(number).as_ref()));
    assert_eq!(world.cache.held(), (0, 0));
}

#[test]
fn one_entry_has_room_in_a_store_of_one() {
    let world = World::new(1);
    for number in 0..10 {
        assert!(world.put(number, &world.entry(1, 60, u64::from(number))));
        assert_eq!((world.get(number), world.cache.held()), (Some(u64::from(number)), (1, 1)));
    }
}

#[test]
fn an_older_load_does_not_replace_a_younger_one() {
    let world = World::new(10);
    let (older, younger) = (world.entry(1, 60, 1_u64), world.entry(1, 60, 2_u64));
    assert!(world.put(7, &younger));
    assert!(!world.put(7, &older));
    assert_eq!(world.get(7), Some(2));
    assert!(world.put(7, &world.entry(1, 60, 3_u64)));
    assert_eq!((world.get(7), world.cache.held()), (Some(3), (1, 1)));
}

#[test]
fn entries_that_are_over_are_swept_and_others_are_not() {
    let world = World::new(1_000);
    for number in 0..300 {
        world.put(number, &world.entry(u128::from(number % 3), 60 + u64::from(number % 2) * 60, 0_u64));
    }
    world.table.bump([Tag(1)]);
    world.cache.sweep(world.clock.now());
    assert_eq!(world.cache.held(), (200, 200), "a third was invalidated");
    world.clock.advance(Duration::from_secs(61));
    world.cache.sweep(world.clock.now());
    assert_eq!(world.cache.held(), (100, 100), "half of the rest ran out of time");
}

/// Counts the living, and looks into the store when it is dropped: under the lock that would be a deadlock.
struct Counted(Arc<World>, Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.1.fetch_sub(1, Ordering::SeqCst);
        self.0.cache.remove(key(1_000_000).as_ref());
        assert_eq!(self.0.get(1_000_000), None);
    }
}

#[test]
fn values_are_dropped_at_once_and_outside_of_the_lock() {
    let (world, living) = (Arc::new(World::new(5)), Arc::new(AtomicUsize::new(0)));
    for number in 0..20 {
        living.fetch_add(1, Ordering::SeqCst);
        let value = Counted(Arc::clone(&world), Arc::clone(&living));
        world.put(number % 7, &world.entry(1, 60, value));
        assert_eq!(living.load(Ordering::SeqCst), world.cache.len(), "what was replaced or evicted is gone");
    }
    world.table.bump([Tag(1)]);
    world.cache.sweep(world.clock.now());
    assert_eq!(living.load(Ordering::SeqCst), 0);
}

/// Of an entry that a reader is looking at nothing is dropped, and afterwards it goes with the next change.
#[test]
fn what_a_reader_looks_at_stays_until_he_has_left() {
    let (world, living) = (Arc::new(World::new(5)), Arc::new(AtomicUsize::new(1)));
    world.put(1, &world.entry(1, 60, Counted(Arc::clone(&world), Arc::clone(&living))));
    let inside = world.cache.enter().unwrap();
    assert!(world.cache.get(key(1).as_ref(), &inside).is_some());
    world.cache.remove(key(1).as_ref());
    assert_eq!((world.cache.len(), living.load(Ordering::SeqCst)), (0, 1));
    drop(inside);
    world.cache.remove(key(2).as_ref());
    assert_eq!(living.load(Ordering::SeqCst), 0);
}

#[test]
fn weights_are_bounded_whatever_is_stored_replaced_and_removed() {
    let (world, numbers) = (World::new(10_000), if cfg!(miri) { 120 } else { 5_000 });
    let weight_of = |number: u32, round: u64| (u64::from(number) * 37 + round * 91) % 700;
    let mut weights = std::collections::HashMap::new();
    for number in 0..numbers {
        // Some replace another, of another weight.
        let (number, round) = (number % 300, u64::from(number / 300));
        let weight = weight_of(number, round);
        let put = world.put_heavy(number, &world.entry(1, 60, u64::from(number)), weight);
        assert_eq!((put, world.get(number)), (Put::Stored, Some(u64::from(number))));
        weights.insert(number, weight);
        if number % 7 == 0 {
            world.cache.remove(key(number).as_ref());
        }
        assert!(world.cache.weight() <= 10_000, "{}", world.cache.weight());
    }
    let kept: u64 =
        weights.iter().filter(|(number, _)| world.get(**number).is_some()).map(|(_, weight)| weight).sum();
    assert_eq!(kept, world.cache.weight());
    assert!(kept > 9_000, "no more goes than must: {kept}");
}

/// As many others go as must, and are dropped at once, however many.
#[test]
fn a_heavy_entry_makes_room_for_itself() {
    let (world, value) = (World::new(600), Arc::new(()));
    (0..600).for_each(|number| _ = world.put(number, &world.entry(1, 60, Arc::clone(&value))));
    assert_eq!(world.put_heavy(600, &world.entry(1, 60, 7_u64), 500), Put::Stored);
    assert_eq!((world.get(600), world.cache.held(), world.cache.weight()), (Some(7), (101, 101), 600));
    assert_eq!(Arc::strong_count(&value), 1 + 100);
}

#[test]
fn what_is_heavier_than_all_may_be_is_not_stored_and_replaces_nothing() {
    let world = World::new(100);
    assert_eq!(world.put_heavy(1, &world.entry(1, 60, 1_u64), 100), Put::Stored);
    assert_eq!(world.put_heavy(2, &world.entry(1, 60, 2_u64), 101), Put::TooHeavy);
    assert_eq!((world.get(1), world.get(2)), (Some(1), None), "it makes no others go");
    assert_eq!(world.put_heavy(1, &world.entry(1, 60, 3_u64), 101), Put::TooHeavy);
    assert_eq!((world.get(1), world.cache.weight()), (None, 0), "what it would have replaced is gone");

    let wide = World::new(u64::MAX);
    let most = u64::from(u32::MAX);
    assert_eq!(wide.put_heavy(1, &wide.entry(1, 60, 1_u64), most), Put::Stored);
    assert_eq!(wide.put_heavy(2, &wide.entry(1, 60, 2_u64), most + 1), Put::TooHeavy);
    assert_eq!(wide.cache.weight(), most);
}

/// Readers and writers at full speed: a value is never another key's, and nothing is lost or kept.
#[test]
fn readers_and_writers_at_once() {
    let (world, rounds) = (World::new(40), if cfg!(miri) { 30 } else { 20_000 });
    std::thread::scope(|scope| {
        for thread in 0..3_u32 {
            let world = &world;
            scope.spawn(move || {
                for round in 0..rounds {
                    let number = (round * 7 + thread * 13) % 60;
                    match round % 5 {
                        0 => _ = world.put(number, &world.entry(1, 60, u64::from(number))),
                        1 if round % 3 == 0 => world.cache.remove(key(number).as_ref()),
                        _ => assert!(world.get(number).is_none_or(|value| value == u64::from(number))),
                    }
                }
            });
        }
    });
    let entries = world.cache.len();
    assert!(entries <= 40);
    assert_eq!(world.cache.held(), (entries, entries));
}

/// A reader was inside when another thread removed an entry, and that thread does nothing more: others' changes let it go.
#[test]
fn what_was_removed_beside_a_reader_goes_with_anybodys_change() {
    let (world, living) = (Arc::new(World::new(5)), Arc::new(AtomicUsize::new(1)));
    world.put(1, &world.entry(1, 60, Counted(Arc::clone(&world), Arc::clone(&living))));
    let (enter, remove) = (Barrier::new(2), Barrier::new(2));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let inside = world.cache.enter().unwrap();
            assert!(world.cache.get(key(1).as_ref(), &inside).is_some());
            enter.wait();
            remove.wait();
        });
        enter.wait();
        std::thread::scope(|scope| _ = scope.spawn(|| world.cache.remove(key(1).as_ref())));
        remove.wait();
    });
    world.cache.remove(key(2).as_ref());
    world.cache.remove(key(2).as_ref());
    assert_eq!(living.load(Ordering::SeqCst), 0);
}

#[test]
fn a_sweep_drops_what_readers_kept_from_an_earlier_one() {
    let (world, living) = (Arc::new(World::new(1_000)), Arc::new(AtomicUsize::new(0)));
    for number in 0..600 {
        living.fetch_add(1, Ordering::SeqCst);
        world.put(number, &world.entry(1, 60, Counted(Arc::clone(&world), Arc::clone(&living))));
    }
    world.table.bump([Tag(1)]);
    let inside = world.cache.enter().unwrap();
    world.cache.sweep(world.clock.now());
    assert_eq!((world.cache.len(), living.load(Ordering::SeqCst)), (0, 600));
    drop(inside);
    world.cache.sweep(world.clock.now());
    assert_eq!(living.load(Ordering::SeqCst), 0);
}
