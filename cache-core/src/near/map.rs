//! The map under the near store: readers take no lock and write nothing that other threads read; who changes it has its lock.
//!
//! Entries hang in chains from buckets. A bucket at a time is split as entries become more (linear hashing), so that no
//! change takes long, and buckets stay where they are: more of them are made a segment at a time.
//!
//! A reader follows a chain while it is changed. What he has come to stays while his [`Guard`] lives, and leads on to all
//! that followed it. Only when a bucket is split may he get into another chain: then he looks again.
#![expect(
    unsafe_code,
    reason = "chains that are read while they are changed; `benches/README.md` has the figures"
)]

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::collections::VecDeque;
use std::iter;
use std::mem::offset_of;
use std::ptr::{NonNull, null_mut};
use std::slice;

use smallvec::SmallVec;

use super::entry::Stored;
use super::key::{NearKeyRef, Sought};
use super::policy::Slot;
use super::readers::{self, Change, Guard};
use crate::sync::{Arc, AtomicPtr, AtomicU64, Memory, Mutex, MutexGuard, Ordering, SEGMENT, lock};

/// How many buckets there are for two entries: with five a look comes by 1.2 entries. With four those that were stored first take
/// longer, with six an entry takes more than 192 bytes.
const BUCKETS: usize = 5;
const MOST_BUCKETS: usize = 1 << 31;
/// How many entries a change may drop, that others have taken out, at the most.
pub(crate) const DROPS: usize = 128;

/// Entries by their keys, and what else its lock guards.
pub(crate) struct Map<W> {
    /// A [`State`]. Only goes up.
    state: AtomicU64,
    directory: AtomicPtr<Segment>,
    writers: Mutex<Locked<W>>,
}

/// Where a chain begins.
type Bucket = AtomicPtr<Node>;

/// Where `SEGMENT` buckets lie.
type Segment = AtomicPtr<Bucket>;

/// How many buckets there are, and whether one is being split.
// In one word: a mask that the hash is cut by, and twice the number, odd while a bucket is being split.
#[derive(Clone, Copy, PartialEq)]
struct State(u64);

/// An entry in its chain. The bytes of its key lie behind it: a look reads one piece of memory less.
#[repr(C)]
struct Node {
    next: AtomicPtr<Node>,
    hash: u64,
    entry: Arc<Stored>,
    function: u32,
    /// Where the policy has it.
    slot: Slot,
    length: u32,
    memory: Memory,
    bytes: [u8; 0],
}

struct Locked<W> {
    also: W,
    entries: usize,
    segments: Vec<Owned<Bucket>>,
    /// The directory, and those that it took the place of: readers may be in them, and together they are no larger.
    directories: Vec<Owned<Segment>>,
    /// By this change, or by one that didn't learn who is inside.
    taken_out: Vec<Left>,
    /// By earlier changes, that readers may be looking at.
    leaving: VecDeque<(Change, Left)>,
}

/// The lock is held. What has left is dropped when it is free, for dropping a value runs its author's code, which may call
/// the cache.
pub(crate) struct Writing<'a, W> {
    map: &'a Map<W>,
    locked: MutexGuard<'a, Locked<W>>,
    left: SmallVec<[Left; 4]>,
    /// Whether what was taken out waits for a later change.
    waits: bool,
}

/// The entries, while nobody can change them.
pub(crate) struct Entries<'a, W>(&'a Map<W>);

/// A node that is in no chain, and whose entry goes with it.
struct Left(NonNull<Node>);

/// A piece of memory that stays where it is until this is dropped, and may be shared until then.
struct Owned<T>(NonNull<[T]>);

// SAFETY: nothing in a node is tied to a thread, see below.
unsafe impl Send for Left {}
// SAFETY: it is a box, in which others may look.
unsafe impl<T: Send + Sync> Send for Owned<T> {}

const _: fn() = || {
    fn may_be_used_anywhere<T: Send + Sync>() {}
    may_be_used_anywhere::<Arc<Stored>>();
};

impl<W> Map<W> {
    /// Without entries.
    pub(crate) fn new(also: W) -> Self {
        let (segments, directories) = (Vec::new(), Vec::new());
        let (taken_out, leaving) = (Vec::new(), VecDeque::new());
        let locked = Locked { also, entries: 0, segments, directories, taken_out, leaving };
        let map = Map {
            state: AtomicU64::new(State::of(1).0),
            directory: AtomicPtr::new(null_mut()),
            writers: Mutex::new(locked),
        };
        map.write().make_segment();
        map
    }

    /// An entry, where it lies.
    // A part of each hit, like what it calls: not worth a call.
    #[inline(always)]
    pub(crate) fn get<'g>(&'g self, key: NearKeyRef<'_>, inside: &'g Guard) -> Option<&'g Arc<Stored>> {
        let state = self.state(Ordering::Acquire);
        // SAFETY: the node lives while the guard does, and the state is of this map.
        match unsafe { self.find(key, state) } {
            Some(node) => Some(&node.entry),
            // All that he has read of a split he has acquired: it isn't read before that.
            None if !state.splits() && self.state(Ordering::Relaxed) == state => None,
            None => self.get_again(key, inside),
        }
    }

    /// While a bucket was split the entry may have been missed.
    #[cold]
    fn get_again<'g>(&'g self, key: NearKeyRef<'_>, _: &'g Guard) -> Option<&'g Arc<Stored>> {
        let _locked = lock(&self.writers);
        // SAFETY: as above, and the state is what it is while the lock is held.
        unsafe { self.find(key, self.state(Ordering::Relaxed)) }.map(|node| &node.entry)
    }

    #[inline]
    fn state(&self, ordering: Ordering) -> State {
        State(self.state.load(ordering))
    }

    /// # Safety
    ///
    /// The state is one that was loaded from this map. The node isn't looked at when the reader's guard has been dropped, or
    /// the lock been freed: the reader must have one of them now.
    #[inline(always)]
    unsafe fn find(&self, sought: impl Sought, state: State) -> Option<&Node> {
        // SAFETY: there are as many buckets as the state says.
        let mut link = unsafe { self.bucket(state.index(sought.hash())) };
        loop {
            let node = NonNull::new(link.load(Ordering::Acquire))?;
            // SAFETY: a node is whole when it is put into a chain, and lives while somebody is inside who may come to it.
            let there = unsafe { node.as_ref() };
            there.memory.read();
            // SAFETY: it lives, as said.
            if there.hash == sought.hash()
                && sought.is(there.function, unsafe { Node::key(node) }, there.slot)
            {
                return Some(there);
            }
            link = &there.next;
        }
    }

    /// # Safety
    ///
    /// The state, as it is or was, says that there is that bucket; or its segment is made, and the lock is held.
    #[inline]
    unsafe fn bucket(&self, index: usize) -> &Bucket {
        let directory = self.directory.load(Ordering::Acquire);
        // SAFETY: so long are directories, and segments; they stay as long as the map.
        unsafe {
            // Made before the state said that there is a bucket in it.
            let segment = (*directory.add(index / SEGMENT)).load(Ordering::Relaxed);
            &*segment.add(index % SEGMENT)
        }
    }

    /// Takes the lock.
    pub(crate) fn write(&self) -> Writing<'_, W> {
        Writing { map: self, locked: lock(&self.writers), left: SmallVec::new(), waits: false }
    }
}

impl State {
    fn of(buckets: usize) -> Self {
        let mask = buckets.next_power_of_two() - 1;
        State(((mask as u64) << 32) | (2 * buckets as u64))
    }

    /// While a bucket is being split.
    fn splitting(self) -> Self {
        State(self.0 | 1)
    }

    #[inline]
    fn splits(self) -> bool {
        self.0 & 1 == 1
    }

    #[inline]
    fn buckets(self) -> usize {
        self.0 as u32 as usize / 2
    }

    /// The bucket where a hash belongs.
    #[inline]
    fn index(self, hash: u64) -> usize {
        // By as many bits as number all of them, or by one less where there is no such bucket yet.
        let mask = self.0 >> 32;
        let index = (hash & mask) as usize;
        if index < self.buckets() { index } else { index & (mask >> 1) as usize }
    }
}

impl<'a, W> Writing<'a, W> {
    /// The entries as they are, and what else the lock guards.
    pub(crate) fn parts(&mut self) -> (Entries<'_, W>, &mut W) {
        (Entries(self.map), &mut self.locked.also)
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.locked.entries
    }

    /// Puts an entry in the place of that of its key, or else beside all others.
    pub(crate) fn insert(&mut self, key: NearKeyRef<'_>, slot: Slot, entry: Arc<Stored>) {
        let node = Node::make(key, slot, entry);
        let (link, next) = match self.seek(key) {
            Some((link, there)) => {
                self.locked.taken_out.push(Left(there));
                // SAFETY: it was in a chain, and the lock is held.
                (link, unsafe { there.as_ref() }.next.load(Ordering::Relaxed))
            }
            None => {
                self.locked.entries += 1;
                self.grow();
                // SAFETY: it is a bucket of the map as it is.
                let bucket = unsafe { self.map.bucket(self.state().index(key.hash)) };
                (bucket, bucket.load(Ordering::Relaxed))
            }
        };
        // SAFETY: it is whole, and nobody else's before the next line.
        unsafe { node.as_ref() }.next.store(next, Ordering::Relaxed);
        link.store(node.as_ptr(), Ordering::Release);
    }

    /// Takes an entry out. Says where the policy has it.
    pub(crate) fn remove(&mut self, sought: impl Sought) -> Option<Slot> {
        let (link, node) = self.seek(sought)?;
        self.locked.entries -= 1;
        self.locked.taken_out.push(Left(node));
        // SAFETY: it was in a chain, and the lock is held.
        let there = unsafe { node.as_ref() };
        // It leads on itself: who has come to it comes to all that follow.
        link.store(there.next.load(Ordering::Relaxed), Ordering::Release);
        Some(there.slot)
    }

    /// A node, and what leads to it.
    fn seek(&self, sought: impl Sought) -> Option<(&'a AtomicPtr<Node>, NonNull<Node>)> {
        // SAFETY: it is a bucket of the map as it is.
        let mut link = unsafe { self.map.bucket(self.state().index(sought.hash())) };
        loop {
            let node = NonNull::new(link.load(Ordering::Relaxed))?;
            // SAFETY: it is in a chain, and the lock is held.
            let there = unsafe { node.as_ref() };
            // SAFETY: as above.
            if there.hash == sought.hash()
                && sought.is(there.function, unsafe { Node::key(node) }, there.slot)
            {
                return Some((link, node));
            }
            link = &there.next;
        }
    }

    fn state(&self) -> State {
        self.map.state(Ordering::Relaxed)
    }

    /// Makes buckets for the entries that there are: a few for each that comes, none for one that comes again.
    fn grow(&mut self) {
        while self.state().buckets() < (BUCKETS * self.locked.entries / 2).min(MOST_BUCKETS - 1) {
            self.split();
        }
    }

    /// Makes one bucket more: to it goes, of the bucket whose number has all its bits but the highest, what has that bit.
    fn split(&mut self) {
        let (map, state) = (self.map, self.state());
        let new = state.buckets();
        if new % SEGMENT == 0 {
            self.make_segment();
        }
        let bit = 1 << new.ilog2();
        // SAFETY: one is a bucket, and the segment of the other is made.
        let (old, go) = unsafe { (map.bucket(new ^ bit), map.bucket(new)) };
        let mut next = old.load(Ordering::Relaxed);
        if !next.is_null() {
            // Who sees any of what follows sees this: he may have got from one chain into the other.
            map.state.store(state.splitting().0, Ordering::Relaxed);
            let (mut stay, mut go) = (old, go);
            // SAFETY: they are in a chain, and the lock is held.
            while let Some(node) = unsafe { next.as_ref() } {
                let end = if node.hash as usize & bit == 0 { &mut stay } else { &mut go };
                end.store(next, Ordering::Release);
                *end = &node.next;
                next = node.next.load(Ordering::Relaxed);
            }
            stay.store(null_mut(), Ordering::Release);
            go.store(null_mut(), Ordering::Release);
        }
        map.state.store(State::of(new + 1).0, Ordering::Release);
    }

    fn make_segment(&mut self) {
        let Locked { segments, directories, .. } = &mut *self.locked;
        let segment = Owned::new((0..SEGMENT).map(|_| Bucket::new(null_mut())));
        let number = segments.len();
        match directories.last().and_then(|directory| directory.get().get(number)) {
            Some(place) => place.store(segment.first(), Ordering::Relaxed),
            None => {
                let made = segments.iter().map(Owned::first).chain([segment.first()]);
                let all = made.chain(iter::repeat_n(null_mut(), number + 1));
                let directory = Owned::new(all.map(Segment::new));
                self.map.directory.store(directory.first(), Ordering::Release);
                directories.push(directory);
            }
        }
        segments.push(segment);
    }

    /// How many were taken out of which it isn't known yet who is looking at them.
    pub(crate) fn taken_out(&self) -> usize {
        self.locked.taken_out.len()
    }

    /// Leaves that to a later change: to find out costs as much for one as for many.
    pub(crate) fn wait(&mut self) {
        self.waits = true;
    }

    /// Finds out at what of all that was taken out nobody can be looking any more. Says how much it is.
    pub(crate) fn settle(&mut self) -> usize {
        let Locked { taken_out, leaving, .. } = &mut *self.locked;
        // As many as this change has taken out, for a heavy entry makes many others go, and some more.
        let most = taken_out.len() + DROPS;
        if !taken_out.is_empty()
            && !self.waits
            && let Some(change) = readers::advance()
        {
            leaving.extend(taken_out.drain(..).map(|left| (change, left)));
        }
        if !leaving.is_empty() {
            let oldest = readers::oldest();
            while self.left.len() < most && leaving.front().is_some_and(|(change, _)| *change <= oldest) {
                self.left.extend(leaving.pop_front().map(|(_, left)| left));
            }
            leaving.shrink_to(leaving.len() + DROPS);
        }
        self.left.len()
    }
}

impl<W> Drop for Writing<'_, W> {
    fn drop(&mut self) {
        self.settle();
    }
}

impl<W> Entries<'_, W> {
    pub(crate) fn get(&self, sought: impl Sought) -> Option<(Slot, &Arc<Stored>)> {
        // SAFETY: the lock is held while this lives, and nothing changes.
        let node = unsafe { self.0.find(sought, self.0.state(Ordering::Relaxed)) }?;
        Some((node.slot, &node.entry))
    }
}

impl Node {
    fn make(key: NearKeyRef<'_>, slot: Slot, entry: Arc<Stored>) -> NonNull<Node> {
        let length = u32::try_from(key.bytes.len()).expect("a key has a kilobyte or so");
        let (next, memory) = (AtomicPtr::new(null_mut()), Memory::new());
        let NearKeyRef { function, hash, .. } = key;
        let node = Node { next, hash, entry, function, slot, length, memory, bytes: [] };
        let layout = Node::layout(length);
        // SAFETY: a node is no empty type, and there is room for it and the bytes of its key. These may begin in what pads it:
        // it isn't moved any more.
        unsafe {
            let Some(made) = NonNull::new(alloc(layout).cast::<Node>()) else { handle_alloc_error(layout) };
            made.write(node);
            made.byte_add(offset_of!(Node, bytes))
                .cast()
                .copy_from_nonoverlapping(NonNull::from(key.bytes).cast::<u8>(), key.bytes.len());
            made
        }
    }

    fn layout(length: u32) -> Layout {
        let size = size_of::<Node>().max(offset_of!(Node, bytes) + length as usize);
        Layout::from_size_align(size, align_of::<Node>()).expect("a key has a kilobyte or so")
    }

    /// # Safety
    ///
    /// The node was [made](Self::make), and lives for as long as what is returned.
    #[inline]
    unsafe fn key<'a>(node: NonNull<Node>) -> &'a [u8] {
        // SAFETY: there are as many bytes, and they never change. Of what belongs to all of the node, for they lie behind it.
        unsafe {
            let length = node.as_ref().length as usize;
            let bytes = node.byte_add(offset_of!(Node, bytes)).cast::<u8>();
            slice::from_raw_parts(bytes.as_ptr(), length)
        }
    }
}

impl Drop for Left {
    fn drop(&mut self) {
        // SAFETY: it was made, and nobody else has it: no chain leads to it, and no reader is inside who has come to it.
        unsafe {
            let Node { length, memory, .. } = self.0.as_ref();
            memory.give_up();
            let layout = Node::layout(*length);
            self.0.drop_in_place();
            dealloc(self.0.as_ptr().cast(), layout);
        }
    }
}

impl<W> Drop for Map<W> {
    fn drop(&mut self) {
        for bucket in 0..self.state(Ordering::Relaxed).buckets() {
            // SAFETY: it is a bucket of the map.
            let mut next = unsafe { self.bucket(bucket) }.load(Ordering::Relaxed);
            while let Some(node) = NonNull::new(next) {
                // SAFETY: it is in a chain still, and nobody else has the map, nor a node of it.
                next = unsafe { node.as_ref() }.next.load(Ordering::Relaxed);
                drop(Left(node));
            }
        }
    }
}

impl<T> Owned<T> {
    fn new(parts: impl Iterator<Item = T>) -> Self {
        Owned(NonNull::from(Box::leak(parts.collect())))
    }

    fn get(&self) -> &[T] {
        // SAFETY: it is ours, and nobody changes it but by what shows through.
        unsafe { self.0.as_ref() }
    }

    fn first(&self) -> *mut T {
        self.0.as_ptr().cast()
    }
}

impl<T> Drop for Owned<T> {
    fn drop(&mut self) {
        // SAFETY: it was a box, and nobody looks into it any more: it goes with the map.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}
