//! What a key is hashed to, in this process.
//!
//! Its parts are hashed while they are written, out of the registers that they are written from: what has just been put
//! together in memory piece by piece can't be read again at once. Each place in a key has a secret of its own, so that parts
//! needn't wait for each other, and yet are told apart from the same ones in another order.

use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::sync::OnceLock;

use foldhash::fast::RandomState as FoldState;

use crate::sync::RandomState;

/// More than a part that is hashed here can begin at.
const PLACES: usize = 128;

/// The canonical bytes of a key, and their hash in this process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyBytes<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) hash: u64,
}

/// Who chooses keys doesn't know them, and so can't choose hashes.
pub(crate) struct Secrets {
    places: [u64; PLACES],
    /// For parts that are not of a few words.
    others: FoldState,
}

/// Those of this process.
#[inline]
pub(crate) fn secrets() -> &'static Secrets {
    static SECRETS: OnceLock<Secrets> = OnceLock::new();
    SECRETS.get_or_init(Secrets::draw)
}

impl<'a> KeyBytes<'a> {
    /// Of one part.
    #[cfg(test)]
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        KeyBytes { bytes, hash: secrets().bytes(0, bytes) }
    }
}

impl Secrets {
    #[cold]
    fn draw() -> Secrets {
        let random = RandomState::new();
        // Odd: what is multiplied by one keeps all that its low bits tell apart.
        Secrets {
            places: std::array::from_fn(|place| random.hash_one(place) | 1),
            others: FoldState::default(),
        }
    }

    /// A part of up to two words, at a place.
    #[inline]
    pub(crate) fn words(&self, place: usize, low: u64, high: u64) -> u64 {
        fold(low ^ self.places[place % PLACES], high ^ self.places[(place + 1) % PLACES])
    }

    /// A part of some bytes, at a place.
    #[inline]
    pub(crate) fn bytes(&self, place: usize, bytes: &[u8]) -> u64 {
        match bytes.len() {
            0..=3 => {
                Some(self.words(place, bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)), 0))
            }
            4..=7 => ends(bytes).map(|(start, end)| {
                self.words(place, u32::from_le_bytes(*start).into(), u32::from_le_bytes(*end).into())
            }),
            8..=16 => ends(bytes)
                .map(|(start, end)| self.words(place, u64::from_le_bytes(*start), u64::from_le_bytes(*end))),
            17..=32 => ends(bytes).map(|(start, end)| {
                let ([a, b], [c, d]) = (words(*start), words(*end));
                self.words(place, a, b) ^ self.words(place + 2, c, d)
            }),
            _ => None,
        }
        .unwrap_or_else(|| self.others(place, bytes))
    }

    #[cold]
    pub(crate) fn others(&self, place: usize, bytes: &[u8]) -> u64 {
        let mut hasher = self.others.build_hasher();
        hasher.write(bytes);
        hasher.write_usize(place);
        hasher.finish()
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets").finish_non_exhaustive()
    }
}

/// Two pieces of that many bytes, which make up the whole and may overlap.
#[inline]
pub(crate) fn ends<const N: usize>(bytes: &[u8]) -> Option<(&[u8; N], &[u8; N])> {
    Some((bytes.first_chunk()?, bytes.last_chunk()?))
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
