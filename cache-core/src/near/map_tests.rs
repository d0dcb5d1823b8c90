//! The map, its readers and its writers at once.

use std::any::Any;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use super::entry::{Grace, Header, Stored};
use super::key::NearKey;
use super::map::Map;
use super::policy::Policy;
use super::readers;
use crate::clock::Instant;
use crate::fresh::COUNTER;
use crate::fresh::epoch::EpochList;

struct World {
    map: Map<Policy>,
    /// How many values there are anywhere.
    living: Arc<AtomicUsize>,
}

/// A value, which counts itself.
struct Counted(u64, Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.1.fetch_sub(1, Ordering::SeqCst);
    }
}

impl World {
    fn new() -> Self {
        World { map: Map::new(Policy::new(1 << 20)), living: Arc::default() }
    }

    fn put(&self, number: u64, value: u64) {
        self.living.fetch_add(1, Ordering::SeqCst);
        let header = Header {
            order: 0,
            deadline: Instant::NEVER,
            epochs: EpochList::default(),
            complete: true,
            proven: true,
            grace: Grace::default(),
        };
        let entry = Stored::new(COUNTER.now(), header, Counted(value, Arc::clone(&self.living)));
        let (key, mut writing) = (key(number), self.map.write());
        let (entries, policy) = writing.parts();
        let there = entries.get(key.as_ref()).map(|(slot, _)| slot);
        let slot = there.unwrap_or_else(|| policy.insert(key.hash, 1));
        writing.insert(key.as_ref(), slot, Arc::new(entry));
    }

    fn remove(&self, number: u64) -> bool {
        let (key, mut writing) = (key(number), self.map.write());
        let Some(slot) = writing.remove(key.as_ref()) else { return false };
        writing.parts().1.remove(slot);
        true
    }

    fn get(&self, number: u64) -> Option<u64> {
        let inside = readers::enter()?;
        let entry = self.map.get(key(number).as_ref(), &inside)?;
        let Counted(value, _) = (entry.value() as &dyn Any).downcast_ref()?;
        Some(*value)
    }

    /// When nobody is inside: what was taken out is gone.
    fn check(&self, entries: usize) {
        while self.map.write().settle() > 0 {}
        assert_eq!((self.map.write().len(), self.living.load(Ordering::SeqCst)), (entries, entries));
    }
}

/// Of each of the lengths that are hashed and compared in ways of their own.
fn key(number: u64) -> NearKey {
    let bytes = number.to_le_bytes().repeat(5);
    let length = [3, 8, 13, 16, 17, 29, 32, 33, 40][number as usize % 9];
    NearKey::new((number / 256) as u32, &bytes[..length])
}

#[test]
fn what_is_put_in_is_found_until_it_is_taken_out() {
    let (world, numbers) = (World::new(), if cfg!(miri) { 100 } else { 10_000 });
    for number in 0..numbers {
        assert_eq!(world.get(number), None);
        world.put(number, number);
        assert_eq!(world.get(number), Some(number));
    }
    (0..numbers).step_by(3).for_each(|number| world.put(number, number + 1));
    (0..numbers).step_by(2).for_each(|number| assert!(world.remove(number)));
    for number in 0..numbers {
        let expected = (number % 2 == 1).then(|| number + u64::from(number % 3 == 0));
        assert_eq!(world.get(number), expected);
    }
    world.check(numbers as usize / 2);
    let living = Arc::clone(&world.living);
    drop(world);
    assert_eq!(living.load(Ordering::SeqCst), 0, "nothing outlives the map");
}

#[test]
fn nothing_is_missed_while_the_map_grows() {
    let (rounds, numbers, always) = if cfg!(miri) { (1, 60, 4) } else { (20, 5_000, 16) };
    for _ in 0..rounds {
        let (world, ends) = (World::new(), AtomicBool::new(false));
        (0..always).for_each(|number| world.put(number, number));
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while !ends.load(Ordering::Relaxed) {
                        (0..always).for_each(|number| assert_eq!(world.get(number), Some(number)));
                    }
                });
            }
            (always..numbers).for_each(|number| world.put(number, number));
            ends.store(true, Ordering::Relaxed);
        });
        world.check(numbers as usize);
    }
}

/// Values are replaced and taken out while they are looked at, by threads that come and go.
#[test]
fn readers_come_and_go_while_entries_do() {
    let (threads, rounds) = if cfg!(miri) { (3, 40) } else { (60, 3_000) };
    let world = World::new();
    thread::scope(|scope| {
        for thread in 0..threads {
            let world = &world;
            scope.spawn(move || {
                for round in 0..rounds {
                    let number = (round * 7 + thread * 13) % 23;
                    match round % 4 {
                        0 => world.put(number, number + 100 * (round % 5)),
                        1 => _ = world.remove(number),
                        _ => assert!(world.get(number).is_none_or(|value| value % 100 == number)),
                    }
                }
            });
        }
    });
    let entries = (0..23).filter(|number| world.get(*number).is_some()).count();
    world.check(entries);
}

#[test]
fn who_is_inside_twice_leaves_twice_in_any_order() {
    let world = World::new();
    world.put(1, 1);
    let (first, second) = (readers::enter().unwrap(), readers::enter().unwrap());
    let key = key(1);
    let entry = world.map.get(key.as_ref(), &second).unwrap();
    drop(first);
    assert!(world.remove(1));
    assert_eq!((Arc::strong_count(entry), world.living.load(Ordering::SeqCst)), (1, 1));
    drop(second);
    world.check(0);
}

/// Threads that run one after the other have one number, unless other threads of this process come in between.
#[test]
fn slots_are_used_again() {
    let number = || thread::spawn(|| readers::enter().unwrap().reader().0).join().unwrap();
    let numbers: HashSet<_> = (0..100).map(|_| number()).collect();
    assert!(numbers.len() < 100, "{numbers:?}");
}
