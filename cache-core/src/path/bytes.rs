//! How the values of a type leave the process and come back.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use foldhash::fast::RandomState;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::bound::Bound;
use crate::declare::Codec;
use crate::fresh::COUNTER;
use crate::fresh::epoch::Moment;
use crate::near::entry::{AnyValue, Header, Stored};
use crate::near::size;
use crate::shared::codec::{Codecs, Unstorable};
use crate::shared::entry::CodecId;
use crate::shared::fingerprint::{OfType, fingerprint, or_none};
use crate::shared::reason::Reason;
use crate::shared::seal::Opened;
use crate::sync::lock;

type Encode = fn(&AnyValue, Codec) -> Option<Result<(CodecId, Vec<u8>), Unstorable>>;
type Decode = fn(CodecId, &[u8], Moment, &mut dyn FnMut() -> Header) -> Result<Arc<Stored>, Reason>;

/// How the values of a type are written and read. Function pointers, so that who reads and stores needn't know the type.
#[derive(Clone, Copy, Debug)]
pub struct Bytes {
    encode: Encode,
    decode: Decode,
    size: fn(&AnyValue) -> usize,
    fingerprint: OfType,
}

impl Bytes {
    pub(crate) fn of<T: Serialize + DeserializeOwned + Send + Sync + 'static>() -> Self {
        Bytes {
            encode: |value, codec| {
                let value = (value as &dyn Any).downcast_ref::<T>()?;
                Some(codecs::<T>(codec).encode(value))
            },
            decode: |codec, payload, start, header| {
                let value: T = codecs::<T>(Codec::Bincode).decode(codec, payload)?;
                Ok(Arc::new(Stored::new(start, header(), value)))
            },
            size: |value| (value as &dyn Any).downcast_ref::<T>().map_or(0, size::of),
            fingerprint: fingerprint::<T>,
        }
    }

    /// A value as bytes; none if it is of another type: an error, say, which stays.
    pub(super) fn encode(&self, value: &AnyValue, codec: Codec) -> Option<(CodecId, Vec<u8>)> {
        (self.encode)(value, codec)?.ok()
    }

    /// Whether two values are equal, as far as their bytes tell; none where one of them has none.
    pub(super) fn are_equal(&self, one: &AnyValue, other: &AnyValue, codec: Codec) -> Option<bool> {
        let (by, mut one) = self.encode(one, codec)?;
        let (by_other, mut other) = self.encode(other, codec)?;
        if one == other || one.len() != other.len() || by != by_other {
            return Some(one == other && by == by_other);
        }
        let first = one.clone();
        one.sort_unstable();
        other.sort_unstable();
        // The same parts in another order: equal if the order is of no account, as in a `HashMap`.
        Some(one == other && self.has_no_order(by, &first, codec))
    }

    /// Whether a value that is read comes out in another order than it was written in. Two parts keep theirs every second
    /// time.
    fn has_no_order(&self, by: CodecId, written: &[u8], codec: Codec) -> bool {
        const TRIES: usize = 16;
        let read_and_written = || {
            let value = (self.decode)(by, written, COUNTER.now(), &mut Header::of_none).ok()?;
            Some(self.encode(value.value(), codec)?.1)
        };
        (0..TRIES).any(|_| read_and_written().is_some_and(|again| again != written))
    }

    /// The value of an entry whose fingerprint is the type's, stored as loaded since that moment. The header is made once there is
    /// a value.
    pub(super) fn decode(
        &self,
        opened: &Opened<'_>,
        start: Moment,
        header: &mut dyn FnMut() -> Header,
    ) -> Result<Arc<Stored>, Reason> {
        let codec = opened.codec()?;
        opened.read_payload(|payload| {
            // A type's own code reads what anybody may have written: a panic there is no reason for the caller's to end (I4, I8).
            let decoded = catch_unwind(AssertUnwindSafe(|| (self.decode)(codec, payload, start, header)));
            decoded.unwrap_or(Err(Reason::Codec))
        })?
    }

    /// How many bytes a value takes in this process.
    pub(super) fn size(&self, value: &AnyValue) -> usize {
        (self.size)(value)
    }

    /// Of the type; 0 if it has none.
    pub(super) fn fingerprint(&self) -> u64 {
        or_none(self.fingerprint)
    }

    /// What tells its fingerprint.
    pub(super) fn of_type(&self) -> OfType {
        self.fingerprint
    }

    /// Whether what a function stores may be read by other versions of the program: they must be able to tell. Nor may it lie
    /// there in the clear that must be encrypted.
    pub(super) fn may_leave(&self, bound: &Bound) -> bool {
        if bound.alias.sealer.is_none() {
            bound.warn_once(|| {
                let alias = bound.alias.name;
                tracing::warn!(
                    alias,
                    "stays in this process: `encrypt` is set, and there are no encryption keys"
                );
            });
            return false;
        }
        bound.function.version != 0
            || bound.fingerprint(self.fingerprint) != 0
            || match (self.fingerprint)() {
                Ok(_) => true,
                Err(untraceable) => {
                    bound.warn_once(|| {
                        tracing::warn!(
                            function = bound.function.name,
                            "stays in this process: {untraceable}"
                        );
                    });
                    false
                }
            }
    }
}

/// What the values of a type are written with where that codec is set: kept for as long as the process lives. All of a type read
/// alike.
fn codecs<T: Serialize + DeserializeOwned + 'static>(codec: Codec) -> &'static Codecs {
    type Known = HashMap<(TypeId, Codec), &'static Codecs, RandomState>;
    static CODECS: Mutex<Option<Known>> = Mutex::new(None);
    let of = (TypeId::of::<T>(), codec);
    if let Some(codecs) = lock(&CODECS).as_ref().and_then(|all| all.get(&of)) {
        return codecs;
    }
    // Not under the lock: tracing a type runs its author's code.
    let codecs = Codecs::of::<T>(codec);
    lock(&CODECS).get_or_insert_default().entry(of).or_insert_with(|| Box::leak(Box::new(codecs)))
}
