//! The map under the near store: readers take no lock and write nothing that other threads read.
//!
//! Behind the few operations that the store needs, so that loom can put another in its place.

use std::hash::{BuildHasher, Hash};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::thread::available_parallelism;

use papaya::{Equivalent, Guard as _, HashMap, LocalGuard};

use super::entry::Stored;
use super::key::{KeyHash, NearKeyRef, Place};
use super::policy::Slot;
use crate::thread::Reader;

/// The map itself lets its table fill up until a look takes many steps. Up to this many entries it is made larger before
/// that, all at once; a larger one grows by itself, a little with each change.
const LARGE: usize = 1 << 16;

/// Who holds it is inside of the map.
pub(crate) type Guard<'a> = LocalGuard<'a>;

/// Which thread a reader runs on.
#[inline]
pub(crate) fn reader(inside: &Guard<'_>) -> Reader {
    Reader(inside.thread_id())
}

/// How many are made at a time, at the most.
const MOST_PIECES: usize = 64;

/// Entries by their keys. Used by threads that are [running](crate::thread::is_running) only.
pub(crate) struct Map {
    entries: HashMap<Place, Arc<Stored>, KeyHash>,
    hash: KeyHash,
    /// Made and taken out to make up the number: see `flush`.
    pieces: HashMap<(), ()>,
    /// How large the table is made, at the least.
    table: AtomicUsize,
}

impl Map {
    pub(crate) fn new() -> Self {
        // What is removed goes as soon as no reader is inside. A batch of it would be memory that no bound counts, for
        // each thread that writes.
        let collector = Arc::new(seize::Collector::new().batch_size(1));
        let hash = KeyHash::default();
        let pieces = HashMap::builder().shared_collector(Arc::clone(&collector)).build();
        let entries = HashMap::builder().hasher(hash.clone()).shared_collector(collector).build();
        Map { entries, hash, pieces, table: AtomicUsize::new(0) }
    }

    /// Enters: what is found from here on stays until the guard is dropped, though it be removed meanwhile.
    #[inline]
    pub(crate) fn enter(&self) -> Guard<'_> {
        self.entries.guard()
    }

    /// Hands what this thread has taken out to the readers that are inside: the last of them to leave gives it up.
    ///
    /// The map does so only with as many pieces as there are readers. Fewer it keeps until this thread takes out more, which
    /// it may never do. So pieces are made: of a map beside this one, for what is taken out of a map leaves its mark there.
    #[cold]
    pub(crate) fn flush(&self) {
        static PIECES: LazyLock<usize> =
            LazyLock::new(|| available_parallelism().map_or(MOST_PIECES, usize::from).min(MOST_PIECES));
        let inside = self.enter();
        // As many as readers can run at once, and this writer.
        for _ in 0..=*PIECES {
            self.pieces.insert((), (), &inside);
            self.pieces.remove(&(), &inside);
        }
    }

    /// An entry, where it lies.
    #[inline]
    pub(crate) fn get<'g>(
        &self,
        key: &(impl Equivalent<Place> + Hash),
        inside: &'g Guard<'_>,
    ) -> Option<(&'g Place, &'g Arc<Stored>)> {
        self.entries.get_key_value(key, inside)
    }

    /// Makes room for one more than so many entries.
    fn spread(&self, entries: usize, inside: &Guard<'_>) {
        let table = self.table.load(Ordering::Relaxed);
        if entries < LARGE && entries * 8 >= table * 5 {
            let table = (table * 2).max(32);
            self.table.store(table, Ordering::Relaxed);
            // The map adds a third to what it is asked for, and rounds up to a power of two.
            self.entries.reserve(table / 2 + table / 8 - entries, inside);
        }
    }

    /// Puts an entry in its place, beside so many others. Gives the one that was there, of which the map has a copy for as
    /// long as a reader is inside, or this writer.
    pub(crate) fn insert(
        &self,
        place: Place,
        entry: Arc<Stored>,
        others: usize,
        inside: &Guard<'_>,
    ) -> Option<Arc<Stored>> {
        self.spread(others, inside);
        self.entries.insert(place, entry, inside).cloned()
    }

    /// Takes an entry out; of it too the map may have a copy.
    pub(crate) fn remove(
        &self,
        key: &(impl Equivalent<Place> + Hash),
        inside: &Guard<'_>,
    ) -> Option<(Slot, Arc<Stored>)> {
        let (place, entry) = self.entries.remove_entry(key, inside)?;
        Some((place.slot, Arc::clone(entry)))
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn hash_of(&self, key: NearKeyRef<'_>) -> u64 {
        self.hash.hash_one(key)
    }
}
