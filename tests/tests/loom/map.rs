//! The map alone, and who reads it: nothing is dropped that a reader may be looking at, and nothing is missed that is there.

use loom::thread;

use crate::near::entry::Stored;
use crate::near::key::NearKey;
use crate::near::map::Map;
use crate::near::policy::Slot;
use crate::near::readers;
use crate::near::visits::Visits;
use crate::sync::{Arc, AtomicBool, AtomicUsize, Memory, Ordering};

struct World {
    map: Map<()>,
    /// How many entries there are anywhere.
    living: Arc<AtomicUsize>,
}

impl World {
    /// With entries of these keys, put in by this order.
    fn of(keys: &[&NearKey]) -> Arc<World> {
        let world = World { map: Map::new(()), living: Arc::new(AtomicUsize::new(0)) };
        keys.iter().for_each(|key| world.put(key, 0));
        Arc::new(world)
    }

    fn put(&self, key: &NearKey, order: u64) {
        self.living.fetch_add(1, Ordering::SeqCst);
        let entry = Arc::new(Stored {
            order,
            visits: Visits::default(),
            over: AtomicBool::new(false),
            living: Arc::clone(&self.living),
            calls_back: None,
            memory: Memory::new(),
        });
        self.map.write().insert(key.as_ref(), Slot(0), entry);
    }

    fn remove(&self, key: &NearKey) {
        assert!(self.map.write().remove(key.as_ref()).is_some(), "it is there");
    }

    fn read(&self, key: &NearKey) -> Option<u64> {
        let inside = readers::enter().expect("the thread isn't about to end");
        let entry = self.map.get(key.as_ref(), &inside)?;
        entry.memory.read();
        Some(entry.order)
    }

    /// When all readers are done.
    fn check(&self, entries: usize) {
        self.map.write().settle();
        assert_eq!(self.living.load(Ordering::SeqCst), entries, "what was taken out is dropped");
    }
}

/// A key whose hash ends in these bits.
fn key(bits: u64, of: u64) -> NearKey {
    let key = |number: u64| NearKey::new(0, &number.to_le_bytes());
    (0..).map(key).find(|key| key.hash % of == bits).expect("there are many")
}

/// Two keys in one bucket of six, as many as there are for two. Of the nine for three the first has another, in a segment
/// that the directory has no room for.
fn neighbours() -> (NearKey, NearKey) {
    (key(0b1000, 16), key(0b0000, 16))
}

/// In another bucket than those, of six and of nine.
fn stranger() -> NearKey {
    key(0b0100, 16)
}

#[test]
fn what_a_reader_looks_at_is_not_dropped() {
    loom::model(|| {
        let (key, other) = neighbours();
        let world = World::of(&[&key, &other]);
        let reader = thread::spawn({
            let (world, key) = (Arc::clone(&world), key.clone());
            move || world.read(&key)
        });
        world.remove(&key);
        assert!(matches!(reader.join().unwrap(), None | Some(0)));
        assert_eq!((world.read(&key), world.read(&other)), (None, Some(0)));
        world.check(1);
    });
}

/// The reader is at an entry that is taken out, and goes on to one that is taken out after it.
#[test]
fn what_a_reader_comes_to_by_what_was_taken_out_is_not_dropped() {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(|| {
        let (last, first) = neighbours();
        let world = World::of(&[&last, &first]);
        let reader = thread::spawn({
            let (world, last) = (Arc::clone(&world), last.clone());
            move || world.read(&last)
        });
        world.remove(&first);
        world.remove(&last);
        reader.join().unwrap();
        world.check(0);
    });
}

#[test]
fn what_follows_what_is_taken_out_is_found() {
    loom::model(|| {
        let (last, first) = neighbours();
        let world = World::of(&[&last, &first]);
        let reader = thread::spawn({
            let (world, last) = (Arc::clone(&world), last.clone());
            move || world.read(&last)
        });
        world.remove(&first);
        assert_eq!(reader.join().unwrap(), Some(0));
        world.check(1);
    });
}

#[test]
fn two_readers_look_while_an_entry_is_replaced() {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(|| {
        let (key, _) = neighbours();
        let world = World::of(&[&key]);
        let read = || {
            let (world, key) = (Arc::clone(&world), key.clone());
            thread::spawn(move || world.read(&key).expect("it is always there"))
        };
        let readers = [read(), read()];
        world.put(&key, 1);
        readers.into_iter().for_each(|reader| _ = reader.join().unwrap());
        assert_eq!(world.read(&key), Some(1));
        world.check(1);
    });
}

/// What stays and what goes is found while its bucket is split.
#[test]
fn nothing_is_missed_while_a_bucket_is_split() {
    for (goes_first, look_for_what_goes) in [(true, true), (true, false), (false, true), (false, false)] {
        let mut model = loom::model::Builder::new();
        model.preemption_bound = Some(3);
        model.check(move || {
            let (goes, stays) = neighbours();
            // The one that was put in last is the first in the chain.
            let world = World::of(&if goes_first { [&stays, &goes] } else { [&goes, &stays] });
            let reader = thread::spawn({
                let world = Arc::clone(&world);
                let key = if look_for_what_goes { goes.clone() } else { stays.clone() };
                move || world.read(&key)
            });
            world.put(&stranger(), 1);
            assert_eq!(reader.join().unwrap(), Some(0));
            assert_eq!(
                (world.read(&goes), world.read(&stays), world.read(&stranger())),
                (Some(0), Some(0), Some(1))
            );
            world.check(3);
        });
    }
}

/// A thread ends and another takes over its slot, while a third takes an entry out.
#[test]
fn a_slot_is_taken_over() {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(|| {
        let (key, _) = neighbours();
        let world = World::of(&[&key]);
        let readers = thread::spawn({
            let (world, key) = (Arc::clone(&world), key.clone());
            move || {
                let read = || {
                    let (world, key) = (Arc::clone(&world), key.clone());
                    thread::spawn(move || world.read(&key)).join().unwrap()
                };
                assert!(read() >= read(), "it doesn't come back");
            }
        });
        world.remove(&key);
        readers.join().unwrap();
        world.check(0);
    });
}

/// Who is inside twice stays inside until he has left twice, in whatever order.
#[test]
fn who_is_inside_twice_leaves_twice() {
    loom::model(|| {
        let (key, _) = neighbours();
        let world = World::of(&[&key]);
        let reader = thread::spawn({
            let (world, key) = (Arc::clone(&world), key.clone());
            move || {
                let (first, second) = (readers::enter().unwrap(), readers::enter().unwrap());
                let entry = world.map.get(key.as_ref(), &second);
                drop(first);
                if let Some(entry) = entry {
                    entry.memory.read();
                }
            }
        });
        world.remove(&key);
        reader.join().unwrap();
        world.check(0);
    });
}
