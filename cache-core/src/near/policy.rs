//! Which entries stay when the store is full.

mod ghosts;
// Not under miri: long, and neither unsafe nor concurrent.
#[cfg(all(test, not(miri)))]
mod tests;

use self::ghosts::Ghosts;
use super::key::At;

/// Bounds of the window, as shares of the capacity.
const WINDOW_MIN: f64 = 0.005;
const WINDOW_MAX: f64 = 0.15;
/// The window grows while its entries are hit so often that the share of them
/// hit before they leave is more than this times the window's share of the
/// capacity. Entries that come back at random stay below it; those of a working
/// set that moves on are far above.
const WINDOW_YIELD: f64 = 0.5;
/// How many main entries one eviction may look at.
const LOOKS: usize = 16;
/// The same for a candidate that was not hit in the window: fewer, so that
/// main entries lose their visits slowly and those hit often show.
const LOOKS_FOR_GHOST: usize = 2;
/// Longest distance remembered; also the mask of the clock, which wraps.
const TIME_MASK: u32 = u32::MAX >> 1;
/// Set in the mark of a main entry.
const MAIN: u32 = !TIME_MASK;
/// The mark of a window entry that was not a ghost.
const UNKNOWN: u32 = TIME_MASK;
const NIL: u32 = u32::MAX;

/// Where the policy has an entry, until that is evicted or removed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Slot(u32);

/// How far a round over all entries has got.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Cursor(u32);

/// Which entries stay, decided by reuse distance as in LIRS, on clock queues
/// which need of a hit only that it counts up a small counter in the entry.
///
/// New entries enter the *window*, a small FIFO queue. One that leaves it
/// unvisited becomes a *ghost*: its hash and time stay. One that was visited, or
/// was a ghost when it came, is a candidate for *main*, which holds all else and
/// is a clock: its hand takes a visit from each entry it passes. The candidate
/// replaces the entry under the hand if that has been without a visit for
/// clearly longer than the candidate took to come back; otherwise the candidate
/// is evicted. So entries of a loop too long for the cache, which all come back
/// equally late, don't displace one another, as they would under LRU or SIEVE,
/// while a new working set displaces an old one at once. Time is counted in
/// insertions, as hits leave no trace that could be counted.
///
/// The window grows while hits in it are frequent, which tells a working set
/// that moves on, and otherwise shrinks to next to nothing.
pub(crate) struct Policy {
    capacity: u64,
    nodes: Vec<Node>,
    /// First of the free nodes, linked by `next`.
    free: u32,
    window: Queue,
    main: Queue,
    ghosts: Ghosts,
    /// The window's share of the capacity.
    window_share: f64,
    /// Insertions so far.
    now: u32,
    /// The entry stored last: the only one that must not be evicted.
    newest: u32,
    /// At which number of entries memory is next given back.
    shrink_at: usize,
    /// The weight of what has gone since that was asked.
    gone: u64,
}

#[derive(Clone, Copy)]
struct Node {
    hash: u64,
    /// `NIL` if the node is free.
    prev: u32,
    next: u32,
    weight: u32,
    /// In main: `MAIN` and the time of the hand's last look. In the window: the
    /// insertions between the entry's becoming a ghost and its return.
    mark: u32,
}

/// A ring of nodes.
#[derive(Clone, Copy)]
struct Queue {
    /// The oldest; in main, the node under the hand.
    head: u32,
    len: u32,
    weight: u64,
}

impl Policy {
    /// A policy for entries of at most `capacity` weight in all.
    pub(crate) fn new(capacity: u64) -> Policy {
        Policy {
            capacity: capacity.max(1),
            nodes: Vec::new(),
            free: NIL,
            window: Queue::EMPTY,
            main: Queue::EMPTY,
            ghosts: Ghosts::default(),
            window_share: WINDOW_MIN,
            now: 0,
            newest: NIL,
            shrink_at: 0,
            gone: 0,
        }
    }

    /// The weight of what has been removed, evicted or replaced since this was asked last.
    pub(crate) fn take_gone(&mut self) -> u64 {
        std::mem::take(&mut self.gone)
    }

    pub(crate) fn len(&self) -> usize {
        self.window.len as usize + self.main.len as usize
    }

    /// Of all entries.
    pub(crate) fn weight(&self) -> u64 {
        self.window.weight + self.main.weight
    }

    /// The weight of an entry, if one so heavy may be stored at all.
    pub(crate) fn room_for(&self, weight: u64) -> Option<u32> {
        let has_room = weight <= self.capacity && (self.free != NIL || self.nodes.len() < NIL as usize);
        u32::try_from(weight).ok().filter(|_| has_room)
    }

    /// Adds an entry. The caller then evicts until `evict` returns none.
    pub(crate) fn insert(&mut self, hash: u64, weight: u32) -> Slot {
        self.now = (self.now + 1) & TIME_MASK;
        let distance = self.ghosts.take(hash, self.now).unwrap_or(UNKNOWN);
        // Until main is full nothing is gained by a test of what enters it.
        let fits = self.main.weight + u64::from(weight) + self.window_weight() <= self.capacity;
        let mark = if fits { MAIN | self.now } else { distance };
        let node = Node { hash, prev: NIL, next: NIL, weight, mark };
        let index = self.allocate(node);
        self.push(index);
        self.newest = index;
        Slot(index)
    }

    /// Notes that the entry was replaced by one of another weight. The caller
    /// then evicts, and the entry counts as the newest.
    pub(crate) fn reweigh(&mut self, slot: Slot, weight: u32) {
        self.unlink(slot.0);
        self.nodes[slot.0 as usize].weight = weight;
        self.push(slot.0);
        self.newest = slot.0;
    }

    /// Forgets an entry that was invalidated or has expired.
    pub(crate) fn remove(&mut self, slot: Slot) {
        self.unlink(slot.0);
        self.release(slot.0);
    }

    /// Removes and returns the next victim, or none if all entries fit.
    ///
    /// `take_visit` is asked for each entry looked at: it lowers the entry's
    /// visits by one, unless they are zero, and returns what they were before.
    pub(crate) fn evict(&mut self, take_visit: impl FnMut(At) -> u8) -> Option<At> {
        if self.weight() <= self.capacity {
            return None;
        }
        let newest_in_main = self.newest != NIL && self.nodes[self.newest as usize].is_main();
        let main_can_give = self.main.len > u32::from(newest_in_main);
        // The newest is at the end of its queue, so it is the oldest only if alone.
        let window_can_give = self.window.len > 0 && self.window.head != self.newest;
        let window_is_over = self.window.weight > self.window_weight();
        let victim = if window_can_give && (window_is_over || !main_can_give) {
            self.evict_from_window(take_visit)
        } else if main_can_give {
            self.evict_from_main(take_visit)
        } else {
            self.newest
        };
        let hash = self.nodes[victim as usize].hash;
        self.unlink(victim);
        self.release(victim);
        Some(At { hash, slot: Slot(victim) })
    }

    /// The next entry of a round, which comes by each entry that stays. At its end there is none, and the cursor is at
    /// the beginning again.
    pub(crate) fn next(&self, cursor: &mut Cursor) -> Option<At> {
        while let Some(node) = self.nodes.get(cursor.0 as usize) {
            let slot = Slot(cursor.0);
            cursor.0 += 1;
            if node.prev != NIL {
                return Some(At { hash: node.hash, slot });
            }
        }
        *cursor = Cursor::default();
        None
    }

    /// Settles the window's oldest entry: it or a main entry is the victim.
    fn evict_from_window(&mut self, mut take_visit: impl FnMut(At) -> u8) -> u32 {
        let candidate = self.window.head;
        let Node { hash, mark, .. } = self.nodes[candidate as usize];
        // How many came after it, as the window is a FIFO queue.
        let age = self.window.len;
        let visited = take_visit(At { hash, slot: Slot(candidate) }) > 0;
        self.adapt_window(visited);
        let (distance, looks) = if visited { (mark.min(age), LOOKS) } else { (mark, LOOKS_FOR_GHOST) };
        if distance != UNKNOWN
            && let Some(victim) = self.find_older(distance, looks, take_visit)
        {
            self.unlink(candidate);
            self.nodes[candidate as usize].mark = MAIN | self.now;
            self.push(candidate);
            // It stays.
            self.gone -= u64::from(self.nodes[candidate as usize].weight);
            return victim;
        }
        let inserted = self.now.wrapping_sub(age) & TIME_MASK;
        self.ghosts.put(hash, inserted, self.now, self.len());
        candidate
    }

    /// Moves the hand to a main entry unvisited for clearly longer than `distance`.
    fn find_older(
        &mut self,
        distance: u32,
        looks: usize,
        mut take_visit: impl FnMut(At) -> u8,
    ) -> Option<u32> {
        for _ in 0..looks {
            let index = self.main.head;
            let node = *self.nodes.get(index as usize)?;
            if index != self.newest && take_visit(At { hash: node.hash, slot: Slot(index) }) == 0 {
                // What follows has been looked at later, so it can't be older.
                let unvisited = self.now.wrapping_sub(node.mark) & TIME_MASK;
                return (u64::from(unvisited) * 4 >= u64::from(distance) * 5).then_some(index);
            }
            self.nodes[index as usize].mark = MAIN | self.now;
            self.main.head = node.next;
        }
        None
    }

    /// The first unvisited main entry, else the last come to. Main must hold
    /// another than the newest. Called when heavy entries made main too heavy.
    fn evict_from_main(&mut self, take_visit: impl FnMut(At) -> u8) -> u32 {
        self.find_older(0, LOOKS, take_visit).unwrap_or_else(|| match self.main.head {
            index if index == self.newest => self.nodes[index as usize].next,
            index => index,
        })
    }

    fn window_weight(&self) -> u64 {
        ((self.capacity as f64 * self.window_share) as u64).max(1)
    }

    /// Takes into account whether an entry that leaves the window was visited.
    fn adapt_window(&mut self, visited: bool) {
        let gain = if visited { 1.0 / WINDOW_YIELD } else { 0.0 };
        let change = (gain - self.window_share) / self.len() as f64;
        self.window_share = (self.window_share + change).clamp(WINDOW_MIN, WINDOW_MAX);
    }

    /// Links a node in at the end of the queue its mark tells.
    fn push(&mut self, index: u32) {
        let node = self.nodes[index as usize];
        let queue = if node.is_main() { &mut self.main } else { &mut self.window };
        queue.len += 1;
        queue.weight += u64::from(node.weight);
        if queue.head == NIL {
            queue.head = index;
        }
        let next = queue.head;
        let prev = if next == index { index } else { self.nodes[next as usize].prev };
        self.nodes[prev as usize].next = index;
        self.nodes[next as usize].prev = index;
        self.nodes[index as usize] = Node { prev, next, ..node };
    }

    fn unlink(&mut self, index: u32) {
        let node = self.nodes[index as usize];
        let queue = if node.is_main() { &mut self.main } else { &mut self.window };
        queue.len -= 1;
        queue.weight -= u64::from(node.weight);
        self.gone += u64::from(node.weight);
        if queue.len == 0 {
            queue.head = NIL;
        } else if queue.head == index {
            queue.head = node.next;
        }
        self.nodes[node.prev as usize].next = node.next;
        self.nodes[node.next as usize].prev = node.prev;
    }

    fn allocate(&mut self, node: Node) -> u32 {
        if self.free != NIL {
            let index = self.free;
            self.free = self.nodes[index as usize].next;
            self.nodes[index as usize] = node;
            return index;
        }
        let len = self.nodes.len();
        if len == self.nodes.capacity() {
            self.nodes.reserve_exact(len / 4 + 8);
        }
        self.nodes.push(node);
        self.shrink_at = self.nodes.len() / 4;
        len as u32
    }

    fn release(&mut self, index: u32) {
        let node = &mut self.nodes[index as usize];
        (node.prev, node.next) = (NIL, self.free);
        self.free = index;
        if self.newest == index {
            self.newest = NIL;
        }
        if self.len() < self.shrink_at {
            self.shrink();
        }
    }

    /// Gives back memory. Nodes can't move, so only free ones at the end go;
    /// the rest are reused from the start, to let more go the next time.
    fn shrink(&mut self) {
        self.shrink_at = (self.len() / 2).max(1);
        let kept = self.nodes.iter().rposition(|node| node.prev != NIL).map_or(0, |last| last + 1);
        self.nodes.truncate(kept);
        self.nodes.shrink_to_fit();
        self.free = NIL;
        for (index, node) in self.nodes.iter_mut().enumerate().rev() {
            if node.prev == NIL {
                node.next = self.free;
                self.free = index as u32;
            }
        }
        self.ghosts.resize(self.len(), self.now);
    }
}

impl Queue {
    const EMPTY: Queue = Queue { head: NIL, len: 0, weight: 0 };
}

impl Node {
    fn is_main(self) -> bool {
        self.mark & MAIN != 0
    }
}
