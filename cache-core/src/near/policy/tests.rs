//! The caller's side is a map from slot to hash, weight and visits, which is checked against the policy after each step.

use std::collections::{HashMap, HashSet};

use super::*;
use crate::near::visits::Visits;

struct Entry {
    hash: u64,
    weight: u32,
    visits: Visits,
}

struct Store {
    policy: Policy,
    capacity: u64,
    entries: HashMap<u32, Entry>,
    slots: HashMap<u64, Slot>,
    /// Entries looked at by the last eviction, and by the longest.
    looks: usize,
    most_looks: usize,
}

fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ (x >> 32)
}

impl Store {
    fn new(capacity: u64) -> Store {
        Store {
            policy: Policy::new(capacity),
            capacity,
            entries: HashMap::new(),
            slots: HashMap::new(),
            looks: 0,
            most_looks: 0,
        }
    }

    fn hit(&mut self, key: u64) -> bool {
        let Some(slot) = self.slots.get(&mix(key)) else { return false };
        self.entries[&slot.0].visits.note();
        true
    }

    fn insert(&mut self, key: u64, weight: u32) {
        let hash = mix(key);
        let slot = self.policy.insert(hash, weight);
        let entry = Entry { hash, weight, visits: Visits::default() };
        assert!(self.entries.insert(slot.0, entry).is_none(), "slot handed out twice");
        self.slots.insert(hash, slot);
        self.evict();
        assert!(self.slots.contains_key(&hash), "the newest must stay");
    }

    fn request(&mut self, key: u64) -> bool {
        let hit = self.hit(key);
        if !hit {
            self.insert(key, 1);
        }
        hit
    }

    fn reweigh(&mut self, key: u64, weight: u32) {
        let slot = self.slots[&mix(key)];
        self.entries.get_mut(&slot.0).unwrap().weight = weight;
        self.policy.reweigh(slot, weight);
        self.evict();
        let fits = u64::from(weight) <= self.capacity;
        assert_eq!(self.slots.contains_key(&mix(key)), fits);
    }

    fn remove(&mut self, key: u64) {
        if let Some(slot) = self.slots.remove(&mix(key)) {
            self.entries.remove(&slot.0);
            self.policy.remove(slot);
        }
    }

    fn evict(&mut self) {
        loop {
            self.looks = 0;
            let victim = self.policy.evict(|at| {
                self.looks += 1;
                let entry = &self.entries[&at.slot.0];
                assert_eq!(entry.hash, at.hash);
                entry.visits.take()
            });
            self.most_looks = self.most_looks.max(self.looks);
            let Some(At { hash, slot }) = victim else { break };
            assert_eq!(self.entries.remove(&slot.0).unwrap().hash, hash);
            assert_eq!(self.slots.remove(&hash), Some(slot));
        }
    }

    /// Compares all of the policy's state with the model.
    fn check(&self) {
        let policy = &self.policy;
        assert_eq!(policy.len(), self.entries.len());
        let weight: u64 = self.entries.values().map(|entry| u64::from(entry.weight)).sum();
        assert_eq!(policy.weight(), weight);
        assert!(weight <= self.capacity);
        let mut seen = HashSet::new();
        for (queue, is_main) in [(policy.window, false), (policy.main, true)] {
            let mut weight = 0;
            let mut index = queue.head;
            for _ in 0..queue.len {
                let node = policy.nodes[index as usize];
                assert_eq!(node.is_main(), is_main);
                assert_eq!(policy.nodes[node.next as usize].prev, index);
                assert!(seen.insert(index));
                assert_eq!(node.weight, self.entries[&index].weight);
                weight += u64::from(node.weight);
                index = node.next;
            }
            assert_eq!(index, queue.head);
            assert_eq!(weight, queue.weight);
        }
        let mut index = policy.free;
        while index != NIL {
            assert!(seen.insert(index), "a free node is in a queue, or free twice");
            index = policy.nodes[index as usize].next;
        }
        assert_eq!(seen.len(), policy.nodes.len());
        let mut cursor = Cursor::default();
        let round: Vec<_> = std::iter::from_fn(|| policy.next(&mut cursor)).collect();
        assert_eq!(round.len(), self.entries.len());
        assert!(round.iter().all(|at| self.slots[&at.hash] == at.slot));
        assert_eq!(cursor.0, 0);
    }

    fn ghost_slots(&self) -> usize {
        self.policy.ghosts.room()
    }
}

#[test]
fn a_node_is_small() {
    assert_eq!(size_of::<Node>(), 24);
}

#[test]
fn random_operations_agree_with_a_model() {
    for seed in 0..60 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let capacity = [1, 2, 3, 5, 20, 100, 1000][seed as usize % 7];
        let heaviest = [1, 3, capacity][seed as usize % 3];
        let mut store = Store::new(capacity);
        for step in 0..4000 {
            let key = rng.u64(..capacity * 3);
            let weight = rng.u64(..=heaviest.min(capacity)) as u32;
            match rng.u32(..20) {
                0 => store.remove(key),
                1 if store.hit(key) => store.reweigh(key, weight),
                2 if store.hit(key) => store.reweigh(key, weight.saturating_mul(2)),
                3 if step % 1000 < 100 => (0..capacity * 3).for_each(|key| store.remove(key)),
                _ if !store.hit(key) => store.insert(key, weight),
                _ => {}
            }
            if step % 16 == 0 || capacity < 20 {
                store.check();
            }
        }
        assert!(store.most_looks <= LOOKS + 1);
    }
}

#[test]
fn the_newest_stays_at_small_capacities() {
    for capacity in 1..=20 {
        let mut store = Store::new(capacity);
        for key in 0..200 {
            store.insert(key, 1);
            // All are visited, so that no entry is an easy victim.
            (0..=key).for_each(|key| _ = store.hit(key) && store.hit(key));
            store.check();
        }
        assert_eq!(store.policy.len() as u64, capacity);
    }
}

#[test]
fn an_entry_that_grows_too_heavy_goes() {
    let mut store = Store::new(10);
    (0..5).for_each(|key| store.insert(key, 2));
    store.reweigh(2, 10);
    assert_eq!(store.policy.len(), 1);
    store.reweigh(2, 11);
    assert_eq!(store.policy.len(), 0);
    store.check();
}

#[test]
fn looks_are_bounded_when_all_entries_are_visited() {
    let mut store = Store::new(1000);
    for round in 0..3 {
        for key in 0..2000 {
            store.request(key + round * 500);
            store.entries.values().for_each(|entry| (0..Visits::MOST).for_each(|_| entry.visits.note()));
        }
    }
    assert!(store.most_looks <= LOOKS + 1);
    store.check();
}

#[test]
fn hit_entries_stay_through_a_scan() {
    let mut store = Store::new(100);
    for _ in 0..10 {
        (0..80).for_each(|key| _ = store.request(key));
    }
    (1000..50_000).for_each(|key| _ = store.request(key));
    let kept = (0..80).filter(|&key| store.hit(key)).count();
    assert_eq!(kept, 80);
}

#[test]
fn a_loop_too_long_keeps_nearly_a_capacity_of_hits() {
    for length in [1100, 1500, 2000, 3000] {
        let mut store = Store::new(1000);
        (0..10).for_each(|_| (0..length).for_each(|key| _ = store.request(key)));
        let hits = (0..length).filter(|&key| store.request(key)).count();
        assert!(hits > 980, "{hits} hits in a loop of {length}");
    }
}

#[test]
fn a_new_working_set_displaces_the_old() {
    let mut store = Store::new(1000);
    for set in 0..5 {
        let keys = set * 10_000..set * 10_000 + 800;
        (0..8).for_each(|_| keys.clone().for_each(|key| _ = store.request(key)));
        let hits = keys.clone().filter(|&key| store.request(key)).count();
        assert!(hits > 700, "{hits} of 800 in set {set}");
    }
}

#[test]
fn a_removed_entry_is_no_ghost() {
    let mut store = Store::new(10);
    store.insert(1, 1);
    store.remove(1);
    assert_eq!(store.policy.ghosts.take(mix(1), 1), None);
}

#[test]
fn ghosts_tell_their_age() {
    let mut ghosts = Ghosts::default();
    let (mut right, mut wrong) = (0, 0);
    for now in 1..5000 {
        ghosts.put(mix(u64::from(now)), now, now, 1000);
        let old = now.saturating_sub(900);
        let age = ghosts.take(mix(u64::from(old)), now);
        match age {
            Some(age) if age.abs_diff(now - old) <= 2 => right += 1,
            Some(_) => wrong += 1,
            None => {}
        }
    }
    // Fingerprints are short, so a few hashes are taken for others.
    assert!(right > 3500 && wrong < 10, "{right} right, {wrong} wrong");
}

#[test]
fn ghosts_are_bounded_and_memory_shrinks() {
    let mut store = Store::new(10_000);
    assert_eq!(store.policy.nodes.capacity() + store.ghost_slots(), 0);
    (0..100_000).for_each(|key| _ = store.request(key));
    assert!(store.ghost_slots() <= 22_000);
    assert!(store.policy.nodes.capacity() <= 13_000);
    (0..100_000).for_each(|key| store.remove(key));
    assert!(store.ghost_slots() <= 100 && store.policy.nodes.capacity() <= 100);
    (0..1000).for_each(|key| _ = store.request(key));
    store.check();
}

#[test]
fn weights_bound_entries_and_ghosts() {
    let mut store = Store::new(100_000);
    (0..5000).for_each(|key| store.insert(key, 1000));
    assert_eq!(store.policy.len(), 100);
    assert!(store.ghost_slots() <= 100 * 2 + 100);
    store.check();
}
