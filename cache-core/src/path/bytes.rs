//! How the values of a type leave the process and come back.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use foldhash::fast::RandomState;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::bound::Bound;
use crate::fresh::epoch::Moment;
use crate::near::entry::{AnyValue, Header, Stored};
use crate::near::size;
use crate::shared::codec::{Codecs, Unstorable};
use crate::shared::entry::CodecId;
use crate::shared::fingerprint::{Fingerprint, Untraceable, fingerprint};
use crate::shared::reason::Reason;
use crate::shared::seal::Opened;
use crate::sync::lock;

type Encode = fn(&AnyValue) -> Option<Result<(CodecId, Vec<u8>), Unstorable>>;
type Decode = fn(CodecId, &[u8], Moment, Header) -> Result<Arc<Stored>, Reason>;

/// How the values of a type are written and read. Function pointers, so that who reads and stores needn't know the type.
#[derive(Clone, Copy, Debug)]
pub struct Bytes {
    encode: Encode,
    decode: Decode,
    size: fn(&AnyValue) -> usize,
    fingerprint: fn() -> Result<Fingerprint, Untraceable>,
}

impl Bytes {
    pub(crate) fn of<T: Serialize + DeserializeOwned + Send + Sync + 'static>() -> Self {
        Bytes {
            encode: |value| {
                let value = (value as &dyn Any).downcast_ref::<T>()?;
                Some(codecs::<T>().encode(value))
            },
            decode: |codec, payload, start, header| {
                let value: T = codecs::<T>().decode(codec, payload)?;
                Ok(Arc::new(Stored::new(start, header, value)))
            },
            size: |value| (value as &dyn Any).downcast_ref::<T>().map_or(0, size::of),
            fingerprint: fingerprint::<T>,
        }
    }

    /// A value as bytes; none if it is of another type: an error, say, which stays.
    pub(super) fn encode(&self, value: &AnyValue) -> Option<(CodecId, Vec<u8>)> {
        (self.encode)(value)?.ok()
    }

    /// The value of an entry, stored as loaded since that moment.
    pub(super) fn decode(
        &self,
        opened: &Opened<'_>,
        start: Moment,
        header: Header,
    ) -> Result<Arc<Stored>, Reason> {
        if opened.header.fingerprint != self.fingerprint() {
            return Err(Reason::Fingerprint);
        }
        (self.decode)(opened.codec()?, &opened.payload()?, start, header)
    }

    /// How many bytes a value takes in this process.
    pub(super) fn size(&self, value: &AnyValue) -> usize {
        (self.size)(value)
    }

    /// Of the type; 0 if it has none.
    pub(super) fn fingerprint(&self) -> u64 {
        (self.fingerprint)().map_or(0, |fingerprint| fingerprint.0)
    }

    /// Whether what a function stores may be read by other versions of the program: they must be able to tell.
    pub(super) fn may_leave(&self, bound: &Bound) -> bool {
        bound.function.version != 0
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

/// What the values of a type are written with: kept for as long as the process lives.
fn codecs<T: Serialize + DeserializeOwned + 'static>() -> &'static Codecs {
    static CODECS: Mutex<Option<HashMap<TypeId, &'static Codecs, RandomState>>> = Mutex::new(None);
    let of = TypeId::of::<T>();
    if let Some(codecs) = lock(&CODECS).as_ref().and_then(|all| all.get(&of)) {
        return codecs;
    }
    // Not under the lock: tracing a type runs its author's code.
    let codecs = Codecs::of::<T>();
    lock(&CODECS).get_or_insert_default().entry(of).or_insert_with(|| Box::leak(Box::new(codecs)))
}
