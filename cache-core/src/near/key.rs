//! What an entry of the near store is called: its function and its canonical bytes.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::policy::Slot;
use crate::key::hash::{KeyBytes, ends};

/// Spreads numbers over all bits.
const APART: u64 = 0x9e37_79b9_7f4a_7c15;

/// The key of an entry: its function and its canonical bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct NearKey {
    pub(crate) function: u32,
    /// Of the function and the bytes.
    pub(crate) hash: u64,
    /// Shared, for a call that misses keeps its key in several places.
    pub(crate) bytes: Arc<[u8]>,
}

/// The same, borrowed: a look allocates nothing.
#[derive(Clone, Copy)]
pub(crate) struct NearKeyRef<'a> {
    pub(crate) function: u32,
    pub(crate) hash: u64,
    pub(crate) bytes: &'a [u8],
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
    /// Whether it is the entry of that function and those bytes, which the policy has there. Their hashes are equal.
    fn is(self, function: u32, bytes: &[u8], slot: Slot) -> bool;
}

impl<'a> NearKeyRef<'a> {
    #[inline]
    pub(crate) fn of(function: u32, key: KeyBytes<'a>) -> Self {
        // Nobody chooses functions: theirs need no secret.
        let hash = key.hash ^ u64::from(function).wrapping_mul(APART);
        NearKeyRef { function, hash, bytes: key.bytes }
    }

    pub(crate) fn to_owned(self) -> NearKey {
        NearKey { function: self.function, hash: self.hash, bytes: self.bytes.into() }
    }
}

impl NearKey {
    /// Of one part.
    #[cfg(test)]
    pub(crate) fn new(function: u32, bytes: &[u8]) -> NearKey {
        NearKeyRef::of(function, KeyBytes::of(bytes)).to_owned()
    }

    pub(crate) fn as_ref(&self) -> NearKeyRef<'_> {
        NearKeyRef { function: self.function, hash: self.hash, bytes: &self.bytes }
    }
}

impl Hash for NearKey {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl Sought for NearKeyRef<'_> {
    #[inline]
    fn hash(self) -> u64 {
        self.hash
    }

    #[inline]
    fn is(self, function: u32, bytes: &[u8], _: Slot) -> bool {
        self.function == function && equal(self.bytes, bytes)
    }
}

impl Sought for At {
    fn hash(self) -> u64 {
        self.hash
    }

    fn is(self, _: u32, _: &[u8], slot: Slot) -> bool {
        self.slot == slot
    }
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
