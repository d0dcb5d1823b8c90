use loom::thread;

use crate::clock::Instant;
use crate::near::entry::Stored;
use crate::near::key::NearKey;
use crate::near::store::{NearCache, Put};
use crate::near::visits::Visits;
use crate::sync::{Arc, AtomicBool, AtomicUsize, Memory, Ordering};

struct World {
    cache: Arc<NearCache>,
    /// How many entries there are anywhere.
    living: Arc<AtomicUsize>,
}

impl World {
    fn new(capacity: u64) -> Arc<World> {
        let (cache, living) = (Arc::new(NearCache::new(capacity)), Arc::new(AtomicUsize::new(0)));
        Arc::new(World { cache, living })
    }

    /// An entry whose value calls the store when it is dropped: under its lock that would be a deadlock.
    fn entry(&self, order: u64, over: bool) -> Arc<Stored> {
        self.living.fetch_add(1, Ordering::SeqCst);
        Arc::new(Stored {
            order,
            visits: Visits::default(),
            over: AtomicBool::new(over),
            living: Arc::clone(&self.living),
            calls_back: Some(Arc::clone(&self.cache)),
            memory: Memory::new(),
        })
    }

    fn put(&self, bytes: u8, order: u64) -> bool {
        self.cache.put(&key(bytes), &self.entry(order, false), 1, Instant) == Put::Stored
    }

    fn read(&self, bytes: u8) -> Option<u64> {
        let inside = self.cache.enter()?;
        let entry = self.cache.get(key(bytes).as_ref(), &inside)?;
        entry.visits.note();
        entry.memory.read();
        Some(entry.order)
    }

    /// When all threads are done and what has left has been dropped.
    fn check(&self, entries: usize) {
        self.cache.remove(key(99).as_ref());
        assert_eq!(self.cache.held(), (entries, entries), "the map and the policy hold the same");
        assert_eq!(self.living.load(Ordering::SeqCst), entries, "what has left is dropped");
        // They hold the store.
        (1..=3).for_each(|byte| self.cache.remove(key(byte).as_ref()));
        assert_eq!(self.living.load(Ordering::SeqCst), 0);
    }
}

fn key(byte: u8) -> NearKey {
    NearKey::new(0, &[byte; 8])
}

/// Whatever the order in which two loads of one key end, the one that began later stays.
#[test]
fn of_two_loads_the_younger_stays() {
    loom::model(|| {
        let world = World::new(2);
        let other = thread::spawn({
            let world = Arc::clone(&world);
            move || world.put(1, 8)
        });
        let first = world.put(1, 7);
        assert!(other.join().unwrap(), "nothing is younger");
        assert_eq!(world.read(1), Some(8));
        // The older one is stored if it comes first.
        let _ = first;
        world.check(1);
    });
}

/// A reader is inside while a writer replaces the entry: it sees one of both, whole, and what was replaced is dropped
/// by neither of them under the lock.
#[test]
fn a_reader_sees_one_of_both_while_an_entry_is_replaced() {
    loom::model(|| {
        let world = World::new(2);
        world.put(1, 1);
        let reader = thread::spawn({
            let world = Arc::clone(&world);
            move || world.read(1)
        });
        world.put(1, 2);
        assert!(matches!(reader.join().unwrap(), Some(1 | 2)));
        assert_eq!(world.read(1), Some(2));
        world.check(1);
    });
}

/// Two writers fill a store that has room for one: it holds one.
#[test]
fn two_writers_never_exceed_the_bound() {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(|| {
        let world = World::new(1);
        let other = thread::spawn({
            let world = Arc::clone(&world);
            move || {
                world.put(1, 1);
                world.read(1)
            }
        });
        world.put(2, 2);
        let _ = other.join().unwrap();
        world.check(1);
    });
}

/// A sweep takes out what is over while others are stored and removed.
#[test]
fn a_sweep_takes_out_what_is_over_and_nothing_else() {
    loom::model(|| {
        let world = World::new(3);
        world.cache.put(&key(1), &world.entry(1, true), 1, Instant);
        world.put(2, 2);
        let other = thread::spawn({
            let world = Arc::clone(&world);
            move || {
                world.put(3, 3);
                world.cache.remove(key(2).as_ref());
            }
        });
        world.cache.sweep(Instant);
        other.join().unwrap();
        assert_eq!((world.read(1), world.read(2), world.read(3)), (None, None, Some(3)));
        world.check(1);
    });
}

/// A hit while the policy looks at the entry counts before or after, or is lost; it is never more than one.
#[test]
fn visits_are_noted_while_they_are_taken() {
    loom::model(|| {
        let visits = Arc::new(Visits::default());
        let other = thread::spawn({
            let visits = Arc::clone(&visits);
            move || visits.note()
        });
        let taken = visits.take();
        other.join().unwrap();
        assert!(taken <= 1);
        let left = visits.take();
        assert!(taken + left <= 1);
        assert_eq!(visits.take(), 0);
    });
}
