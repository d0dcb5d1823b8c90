//! What an entry of the near store is called: its function and its canonical bytes.

use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::fast::RandomState as FoldState;

use super::policy::Slot;
use crate::sync::RandomState;

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

/// The same with its hash.
#[derive(Clone, Copy)]
pub(crate) struct Hashed<'a> {
    pub(crate) hash: u64,
    pub(crate) key: NearKeyRef<'a>,
}

/// An entry, by what the policy knows of it.
#[derive(Clone, Copy)]
pub(crate) struct At {
    pub(crate) hash: u64,
    pub(crate) slot: Slot,
}

/// What an entry is looked for by.
pub(crate) trait Sought: Copy {
    fn hash(self) -> u64;
    /// Whether it is the entry of that key, which the policy has there. Their hashes are equal.
    fn is(self, key: NearKeyRef<'_>, slot: Slot) -> bool;
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

impl Hash for NearKey {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        // Bytes and their number, in one go: the bytes are self-delimiting.
        state.write(&self.bytes);
        state.write_u32(self.function);
    }
}

impl Sought for Hashed<'_> {
    #[inline]
    fn hash(self) -> u64 {
        self.hash
    }

    #[inline]
    fn is(self, key: NearKeyRef<'_>, _: Slot) -> bool {
        self.key.function == key.function && equal(self.key.bytes, key.bytes)
    }
}

impl Sought for At {
    fn hash(self) -> u64 {
        self.hash
    }

    fn is(self, _: NearKeyRef<'_>, slot: Slot) -> bool {
        self.slot == slot
    }
}

/// Two pieces of that many bytes, which make up the whole and may overlap.
#[inline]
fn ends<const N: usize>(bytes: &[u8]) -> Option<(&[u8; N], &[u8; N])> {
    Some((bytes.first_chunk()?, bytes.last_chunk()?))
}

/// Whether they are equal. Most keys have a few words: a call would cost as much as comparing their ends.
#[inline]
fn equal(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && match one.len() {
            8..=16 => ends::<8>(one) == ends::<8>(other),
            17..=32 => ends::<16>(one) == ends::<16>(other),
            _ => one == other,
        }
}

/// Hashes keys, by a secret: who chooses keys can't choose hashes.
pub(crate) struct KeyHash {
    secret: [u64; 4],
    /// For keys that are not of a few words.
    others: FoldState,
}

impl Default for KeyHash {
    fn default() -> Self {
        let random = RandomState::new();
        KeyHash { secret: [0, 1, 2, 3].map(|word: u64| random.hash_one(word)), others: FoldState::default() }
    }
}

impl KeyHash {
    /// For keys of a few words the same as `foldhash` does, with less around it.
    // A part of each hit: not worth a call.
    #[inline(always)]
    pub(crate) fn of<'a>(&self, key: NearKeyRef<'a>) -> Hashed<'a> {
        let [first, second, third, fourth] = self.secret;
        let which = u64::from(key.function) << 32 | key.bytes.len() as u64;
        let hash = match key.bytes.len() {
            8..=16 => ends(key.bytes).map(|(start, end)| {
                fold(u64::from_le_bytes(*start) ^ first, u64::from_le_bytes(*end) ^ second ^ which)
            }),
            17..=32 => ends(key.bytes).map(|(start, end)| {
                let ([a, b], [c, d]) = (words(*start), words(*end));
                fold(a ^ first, b ^ second) ^ fold(c ^ third, d ^ fourth ^ which)
            }),
            _ => None,
        };
        Hashed { hash: hash.unwrap_or_else(|| self.of_other(key)), key }
    }

    #[cold]
    fn of_other(&self, key: NearKeyRef<'_>) -> u64 {
        let mut hasher = self.others.build_hasher();
        hasher.write(key.bytes);
        hasher.write_u32(key.function);
        hasher.finish()
    }
}

#[inline]
fn words(bytes: [u8; 16]) -> [u64; 2] {
    let both = u128::from_le_bytes(bytes);
    [both as u64, (both >> 64) as u64]
}

/// Each bit of the product depends on many of both: those of its halves on all of them.
#[inline]
fn fold(one: u64, other: u64) -> u64 {
    let product = u128::from(one) * u128::from(other);
    product as u64 ^ (product >> 64) as u64
}
