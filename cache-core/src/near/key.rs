//! What an entry of the near store is called: its function and its canonical bytes.

use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::fast::{FoldHasher, RandomState};
use papaya::Equivalent;
use smallvec::SmallVec;

use super::policy::Slot;

/// The key of an entry: its function and its canonical bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct NearKey {
    pub(crate) function: u32,
    pub(crate) bytes: Box<[u8]>,
}

/// The same, borrowed: a look allocates nothing.
#[derive(Clone, Copy)]
pub(crate) struct NearKeyRef<'a> {
    pub(crate) function: u32,
    pub(crate) bytes: &'a [u8],
}

/// The same, in the map. A number and a short text lie beside what they stand for: a look reads one piece of memory less.
pub(crate) struct Place {
    function: u32,
    /// Where the policy has it.
    pub(crate) slot: Slot,
    bytes: SmallVec<[u8; 32]>,
}

/// A place, found by what the policy knows of it.
#[derive(Clone, Copy)]
pub(crate) struct At {
    pub(crate) hash: u64,
    pub(crate) slot: Slot,
}

impl NearKeyRef<'_> {
    pub(crate) fn to_owned(self) -> NearKey {
        NearKey { function: self.function, bytes: self.bytes.into() }
    }
}

impl NearKey {
    pub(crate) fn as_ref(&self) -> NearKeyRef<'_> {
        NearKeyRef { function: self.function, bytes: &self.bytes }
    }
}

impl Place {
    pub(crate) fn new(key: NearKeyRef<'_>, slot: Slot) -> Self {
        Place { function: key.function, slot, bytes: SmallVec::from_slice(key.bytes) }
    }

    fn key(&self) -> NearKeyRef<'_> {
        NearKeyRef { function: self.function, bytes: &self.bytes }
    }
}

// Only `At` is hashed by `write_u64`: see `KeyHasher`.
impl Hash for NearKeyRef<'_> {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        // Bytes and their number, in one go: the bytes are self-delimiting.
        state.write(self.bytes);
        state.write_u32(self.function);
    }
}

impl Hash for NearKey {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_ref().hash(state);
    }
}

impl Hash for Place {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl Hash for At {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Place) -> bool {
        self.function == other.function && self.bytes == other.bytes
    }
}

impl Eq for Place {}

impl Equivalent<Place> for NearKeyRef<'_> {
    #[inline]
    fn equivalent(&self, place: &Place) -> bool {
        self.function == place.function && equal(self.bytes, &place.bytes)
    }
}

/// Whether they are equal. Most keys have a few words: a call would cost as much as comparing their ends, which overlap.
#[inline]
fn equal(one: &[u8], other: &[u8]) -> bool {
    fn ends<const N: usize>(bytes: &[u8]) -> Option<(&[u8; N], &[u8; N])> {
        Some((bytes.first_chunk()?, bytes.last_chunk()?))
    }
    one.len() == other.len()
        && match one.len() {
            8..=16 => ends::<8>(one) == ends::<8>(other),
            17..=32 => ends::<16>(one) == ends::<16>(other),
            _ => one == other,
        }
}

impl Equivalent<Place> for At {
    fn equivalent(&self, place: &Place) -> bool {
        self.slot == place.slot
    }
}

/// Hashes keys, and takes hashes for what they are.
#[derive(Clone, Default)]
pub(crate) struct KeyHash(RandomState);

impl BuildHasher for KeyHash {
    type Hasher = KeyHasher;

    #[inline]
    fn build_hasher(&self) -> KeyHasher {
        KeyHasher { hasher: self.0.build_hasher(), function: 0, known: None }
    }
}

/// Of a key, by `write` its bytes and by `write_u32` its function; `write_u64` says the hash of it all.
pub(crate) struct KeyHasher {
    hasher: FoldHasher<'static>,
    function: u64,
    known: Option<u64>,
}

impl Hasher for KeyHasher {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        self.hasher.write(bytes);
    }

    #[inline]
    fn write_u32(&mut self, word: u32) {
        // Spread over all bits: what is asked of a hash is asked of the bytes, and functions are few.
        self.function = u64::from(word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    #[inline]
    fn write_u64(&mut self, hash: u64) {
        self.known = Some(hash);
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.known.unwrap_or_else(|| self.hasher.finish() ^ self.function)
    }
}
