//! The envelope: what stands before and behind a payload, byte by byte.
//!
//! ```text
//!  0  magic           4      32  soft deadline   8   unix milliseconds
//!  4  version         1      40  hard deadline   8   unix milliseconds
//!  5  codec           1      48  load duration   8   microseconds
//!  6  compression     1      56  fingerprint     8   of the stored type; 0 for none
//!  7  flags           1      64  tag, stamp     32   of each tag
//!  8  key id          4          nonce          24   if encrypted
//! 12  tags            4          payload
//! 16  payload bytes   4          seal           16   authentication tag, or checksum
//! 20  plain bytes     4
//! 24  written         8   unix milliseconds
//! ```
//!
//! All numbers are little-endian. Nothing may follow. The seal covers all that stands before it, and the text of the key, so
//! that an entry put under another key is none. Golden files pin the format: what changes it, changes [`VERSION`].

use std::fmt;
use std::time::Duration;

use smallvec::SmallVec;

use super::reason::{Corrupt, Reason};
use crate::key::tag::Tag;

pub(crate) const MAGIC: [u8; 4] = [0xCA, 0xC4, 0xE5, 0x1D];
pub(crate) const VERSION: u8 = 2;

/// What has a fixed place.
const FIXED: usize = 64;
const STAMP: usize = 32;
pub(crate) const NONCE: usize = 24;
pub(crate) const SEAL: usize = 16;
/// As many as a load may gather.
pub(crate) const MOST_TAGS: usize = 4096;
const ENCRYPTED: u8 = 1;

/// What a tag's epoch is called: a nonce that is never used again.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Stamp(pub(crate) u128);

impl fmt::Debug for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stamp({:032x})", self.0)
    }
}

/// What an entry says of its value.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Header {
    /// When it was stored, in milliseconds since 1970.
    pub(crate) written: u64,
    /// Until when it is served without further ado, likewise.
    pub(crate) soft_deadline: u64,
    /// Until when it may be served at all, likewise.
    pub(crate) hard_deadline: u64,
    /// How long its load took, to the microsecond.
    pub(crate) load: Duration,
    /// Of the stored type; 0 if it has none.
    pub(crate) fingerprint: u64,
    /// The epochs, from before the load, of all that it depends on.
    pub(crate) stamps: SmallVec<[(Tag, Stamp); 8]>,
}

/// Which codec wrote a payload.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub(crate) enum CodecId {
    Bincode = 1,
    MessagePack = 2,
}

/// How a payload is compressed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub(crate) enum Compression {
    None = 0,
    Lz4 = 1,
    Zstd = 2,
}

/// How a payload is to be read: what the envelope says beside the header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Form {
    pub(crate) codec: u8,
    pub(crate) compression: u8,
    /// The key that it is encrypted by.
    pub(crate) key: Option<u32>,
    /// Of the payload before it was compressed.
    pub(crate) plain: usize,
}

/// An entry in its parts. Nothing of it is to be believed but where the parts end, until the seal has been checked.
#[derive(Debug)]
pub(crate) struct Parts<'a> {
    pub(crate) form: Form,
    /// The fixed fields and the stamps.
    pub(crate) head: &'a [u8],
    /// If it is encrypted.
    pub(crate) nonce: Option<&'a [u8; NONCE]>,
    pub(crate) payload: &'a [u8],
    pub(crate) seal: &'a [u8; SEAL],
}

impl CodecId {
    pub(crate) fn read(byte: u8) -> Option<CodecId> {
        [CodecId::Bincode, CodecId::MessagePack].into_iter().find(|id| *id as u8 == byte)
    }
}

impl Compression {
    pub(crate) fn read(byte: u8) -> Option<Compression> {
        [Compression::None, Compression::Lz4, Compression::Zstd].into_iter().find(|id| *id as u8 == byte)
    }
}

impl Form {
    /// The fixed fields and the stamps, at the beginning of what will have room for all. `None` if they don't fit.
    pub(crate) fn write(self, header: &Header, payload: usize) -> Option<Vec<u8>> {
        let count = header.stamps.len();
        if count > MOST_TAGS {
            return None;
        }
        let mut out = Vec::with_capacity(FIXED + count * STAMP + NONCE + payload + SEAL);
        out.extend(MAGIC);
        out.extend([VERSION, self.codec, self.compression, u8::from(self.key.is_some())]);
        out.extend(self.key.unwrap_or(0).to_le_bytes());
        for length in [count, payload, self.plain] {
            out.extend(u32::try_from(length).ok()?.to_le_bytes());
        }
        let load = u64::try_from(header.load.as_micros()).unwrap_or(u64::MAX);
        for number in [header.written, header.soft_deadline, header.hard_deadline, load, header.fingerprint] {
            out.extend(number.to_le_bytes());
        }
        for (tag, stamp) in &header.stamps {
            out.extend(tag.0.to_le_bytes());
            out.extend(stamp.0.to_le_bytes());
        }
        Some(out)
    }
}

impl<'a> Parts<'a> {
    /// Takes an entry apart. Allocates nothing.
    pub(crate) fn read(bytes: &'a [u8], limit: usize) -> Result<Self, Reason> {
        if !bytes.starts_with(&MAGIC) {
            let short = MAGIC.starts_with(bytes);
            return Err(if short { Corrupt::Short } else { Corrupt::Magic }.into());
        }
        // Before all else: of another version nothing else is known.
        match bytes.get(4) {
            None => return Err(Corrupt::Short.into()),
            Some(&VERSION) => {}
            Some(_) => return Err(Reason::Version),
        }
        let mut fields = Fields(bytes.get(5..FIXED).ok_or(Corrupt::Short)?);
        let [codec, compression, flags] = fields.take();
        let key = u32::from_le_bytes(fields.take());
        let [tags, payload, plain] = [(); 3].map(|()| u32::from_le_bytes(fields.take()) as usize);
        if flags & !ENCRYPTED != 0 || (flags == 0 && key != 0) {
            return Err(Corrupt::Header.into());
        }
        if tags > MOST_TAGS || payload > limit || plain > limit {
            return Err(Corrupt::TooLarge.into());
        }
        let encrypted = flags == ENCRYPTED;
        let head = FIXED + tags * STAMP;
        let nonce = if encrypted { NONCE } else { 0 };
        if bytes.len() != head + nonce + payload + SEAL {
            return Err(Corrupt::Length.into());
        }
        let (head, rest) = bytes.split_at(head);
        let (nonce, rest) = rest.split_at(nonce);
        let (payload, seal) = rest.split_at(payload);
        Ok(Parts {
            form: Form { codec, compression, key: encrypted.then_some(key), plain },
            head,
            nonce: nonce.first_chunk(),
            payload,
            seal: seal.first_chunk().ok_or(Corrupt::Length)?,
        })
    }

    /// The header, once the seal has been checked.
    pub(crate) fn header(&self) -> Header {
        let (fixed, stamps) = self.head.split_at(FIXED);
        let mut fields = Fields(&fixed[24..]);
        let [written, soft_deadline, hard_deadline, load, fingerprint] =
            [(); 5].map(|()| u64::from_le_bytes(fields.take()));
        let stamps = stamps.chunks_exact(STAMP).map(|stamp| {
            let mut fields = Fields(stamp);
            let [tag, stamp] = [(); 2].map(|()| u128::from_le_bytes(fields.take()));
            (Tag(tag), Stamp(stamp))
        });
        Header {
            written,
            soft_deadline,
            hard_deadline,
            load: Duration::from_micros(load),
            fingerprint,
            stamps: stamps.collect(),
        }
    }
}

/// Fields that are known to be there.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let (field, rest) = self.0.split_first_chunk().expect("the length has been checked");
        self.0 = rest;
        *field
    }
}
