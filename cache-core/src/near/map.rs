//! The map under the near store: readers take no lock and write nothing that other threads read.
//!
//! Behind the few operations that the store needs, so that loom can put another in its place.

use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

use papaya::{Equivalent, HashMap};

use super::entry::Stored;
use super::key::{KeyHash, NearKeyRef, Place};
use super::policy::Slot;

/// Tables beyond this many entries grow with them.
const LARGE: usize = 1 << 16;

/// Entries by their keys. Used by threads that are [running](crate::thread::is_running) only.
pub(crate) struct Map {
    entries: HashMap<Place, Arc<Stored>, KeyHash>,
    hash: KeyHash,
}

impl Map {
    /// For so many entries, as far as that is known.
    pub(crate) fn new(entries: usize) -> Self {
        // What is removed goes as soon as no reader is inside. A batch of it would be memory that no bound counts, for
        // each thread that writes.
        let collector = seize::Collector::new().batch_size(1);
        let hash = KeyHash::default();
        // A table that grows fills up until a look takes many steps; one that is made large is mostly untouched memory.
        let entries = entries.min(LARGE);
        let entries = HashMap::builder().hasher(hash.clone()).capacity(entries).collector(collector).build();
        Map { entries, hash }
    }

    /// Looks at an entry where it lies. If it is removed meanwhile, it goes after the look.
    #[inline]
    pub(crate) fn read<K, T>(&self, key: &K, look: impl FnOnce(&Place, &Arc<Stored>) -> T) -> Option<T>
    where
        K: Equivalent<Place> + Hash,
    {
        let guard = self.entries.guard();
        self.entries.get_key_value(key, &guard).map(|(place, entry)| look(place, entry))
    }

    /// Puts an entry in its place. Gives the one that was there, of which the map has a copy for as long as a reader is
    /// inside.
    pub(crate) fn insert(&self, place: Place, entry: Arc<Stored>) -> Option<Arc<Stored>> {
        self.entries.insert(place, entry, &self.entries.guard()).cloned()
    }

    /// Takes an entry out; of it too the map may have a copy.
    pub(crate) fn remove(&self, key: &(impl Equivalent<Place> + Hash)) -> Option<(Slot, Arc<Stored>)> {
        let guard = self.entries.guard();
        let (place, entry) = self.entries.remove_entry(key, &guard)?;
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
