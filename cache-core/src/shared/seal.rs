//! From a payload to an entry and back: compression, encryption, and what proves that it is what was written.

use std::borrow::Cow;
use std::cell::Cell;

use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128_with_seed};

use super::entry::{CodecId, Compression, Form, Header, MOST_TAGS, NONCE, Parts, SEAL};
use super::keys::{EncryptionKeys, Key};
use super::reason::{Corrupt, Reason};

/// How entries are sealed and opened.
#[derive(Clone, Debug)]
pub(crate) struct Sealer {
    /// What payloads are compressed with: what is stored already, is read by its own.
    pub(crate) compression: Compression,
    /// From how many bytes on. Only if that makes it smaller.
    pub(crate) compress_threshold: usize,
    /// What entries are encrypted by. Without, they have a checksum: proof against accidents, not against whoever writes to
    /// the tier on purpose.
    pub(crate) keys: Option<EncryptionKeys>,
    /// The bytes that a payload may have, before compression as after it.
    pub(crate) limit: usize,
}

/// Why an entry can't be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unsealable {
    /// It has more bytes than would be read.
    TooLarge,
    /// It depends on more tags than would be read.
    TooManyTags,
    /// The system has no random numbers.
    Random,
}

/// An entry that is what was written under its key.
#[derive(Debug)]
pub(crate) struct Opened<'a> {
    pub(crate) header: Header,
    form: Form,
    /// Still compressed.
    payload: Cow<'a, [u8]>,
}

impl Default for Sealer {
    fn default() -> Self {
        Sealer { compression: Compression::Lz4, compress_threshold: 1 << 10, keys: None, limit: 16 << 20 }
    }
}

impl Sealer {
    /// An entry. What comes out opens under the same key alone.
    pub(crate) fn seal(
        &self,
        key_text: &str,
        header: &Header,
        codec: CodecId,
        payload: &[u8],
    ) -> Result<Vec<u8>, Unsealable> {
        let mut nonce = [0; NONCE];
        if self.keys.is_some() {
            getrandom::fill(&mut nonce).map_err(|_| Unsealable::Random)?;
        }
        self.seal_with(nonce, key_text, header, codec, payload)
    }

    pub(crate) fn seal_with(
        &self,
        nonce: [u8; NONCE],
        key_text: &str,
        header: &Header,
        codec: CodecId,
        payload: &[u8],
    ) -> Result<Vec<u8>, Unsealable> {
        if payload.len() > self.limit || u32::try_from(payload.len()).is_err() {
            return Err(Unsealable::TooLarge);
        }
        let plain = payload.len();
        let (compression, payload) = match self.compress(payload) {
            Some(smaller) => (self.compression, Cow::Owned(smaller)),
            None => (Compression::None, Cow::Borrowed(payload)),
        };
        let sealing = self.keys.as_ref().map(EncryptionKeys::sealing);
        let form = Form {
            codec: codec as u8,
            compression: compression as u8,
            key: sealing.map(|(id, _)| id),
            plain,
        };
        if header.stamps.len() > MOST_TAGS {
            return Err(Unsealable::TooManyTags);
        }
        let mut entry = form.write(header, payload.len()).ok_or(Unsealable::TooLarge)?;
        let seal = if let Some((_, key)) = sealing {
            let covered = covered(key_text, &entry);
            entry.extend(nonce);
            let at = entry.len();
            entry.extend_from_slice(&payload);
            encrypt(key, &nonce, &covered, &mut entry[at..]).ok_or(Unsealable::TooLarge)?
        } else {
            entry.extend_from_slice(&payload);
            checksum(key_text, &entry)
        };
        entry.extend(seal);
        Ok(entry)
    }

    /// The entry, if that is what was sealed under this key. Of the payload nothing is read yet: whoever asks looks at the
    /// header first.
    pub(crate) fn open<'a>(&self, key_text: &str, bytes: &'a [u8]) -> Result<Opened<'a>, Reason> {
        let parts = Parts::read(bytes, self.limit)?;
        let payload = match (&self.keys, parts.form.key, parts.nonce) {
            (None, None, _) => {
                let end = bytes.len() - SEAL;
                if checksum(key_text, &bytes[..end]) != *parts.seal {
                    return Err(Corrupt::Seal.into());
                }
                Cow::Borrowed(parts.payload)
            }
            (Some(keys), Some(id), Some(nonce)) => {
                let key = keys.by_id(id)?;
                let mut payload = parts.payload.to_vec();
                let covered = covered(key_text, parts.head);
                decrypt(key, nonce, &covered, &mut payload, parts.seal).ok_or(Corrupt::Seal)?;
                Cow::Owned(payload)
            }
            (Some(_), None, _) => return Err(Reason::Unencrypted),
            (_, Some(_), _) => return Err(Reason::UnknownKey),
        };
        Ok(Opened { header: parts.header(), form: parts.form, payload })
    }

    fn compress(&self, payload: &[u8]) -> Option<Vec<u8>> {
        if payload.len() < self.compress_threshold {
            return None;
        }
        let compressed = match self.compression {
            Compression::None => return None,
            Compression::Lz4 => lz4_flex::block::compress(payload),
            #[cfg(feature = "zstd")]
            Compression::Zstd => zstd::bulk::compress(payload, 0).ok()?,
            // Nobody can ask for it.
            #[cfg(not(feature = "zstd"))]
            Compression::Zstd => return None,
        };
        (compressed.len() < payload.len()).then_some(compressed)
    }
}

impl Opened<'_> {
    /// What wrote the payload.
    pub(crate) fn codec(&self) -> Result<CodecId, Reason> {
        CodecId::read(self.form.codec).ok_or(Reason::Codec)
    }

    /// Reads the payload, as the codec wrote it. No more is allocated than the header says, which is no more than the limit.
    pub(crate) fn read_payload<R>(&self, read: impl FnOnce(&[u8]) -> R) -> Result<R, Reason> {
        let plain = self.form.plain;
        match Compression::read(self.form.compression).ok_or(Reason::Codec)? {
            Compression::None if self.payload.len() == plain => Ok(read(&self.payload)),
            Compression::None => Err(Corrupt::Compression.into()),
            // A byte of it stands for 255 at most: what says more is found out without making room for it.
            Compression::Lz4 if plain / 256 > self.payload.len() => Err(Corrupt::Compression.into()),
            Compression::Lz4 => unpack(&self.payload, plain, lz4_flex::block::decompress_into, read),
            #[cfg(feature = "zstd")]
            Compression::Zstd => unpack(&self.payload, plain, zstd::bulk::decompress_to_buffer, read),
            #[cfg(not(feature = "zstd"))]
            Compression::Zstd => Err(Reason::Codec),
        }
    }
}

/// So many bytes of room for what is decompressed does a thread keep.
const ROOM: usize = 64 << 10;

thread_local! {
    /// Made once, for to make room costs as much as to decompress a kilobyte.
    static UNPACKED: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Decompresses to as many bytes, neither more nor fewer, and reads them.
fn unpack<E, R>(
    packed: &[u8],
    plain: usize,
    into: impl FnOnce(&[u8], &mut [u8]) -> Result<usize, E>,
    read: impl FnOnce(&[u8]) -> R,
) -> Result<R, Reason> {
    // None on a thread that ends, nor where who reads has come here again.
    let mut room = UNPACKED.try_with(Cell::take).unwrap_or_default();
    if room.len() < plain {
        room.resize(plain, 0);
    }
    let unpacked = into(packed, &mut room[..plain]);
    let read = match unpacked {
        Ok(length) if length == plain => Ok(read(&room[..plain])),
        _ => Err(Corrupt::Compression.into()),
    };
    if room.len() <= ROOM {
        let _ = UNPACKED.try_with(|kept| kept.set(room));
    }
    read
}

/// What is authenticated beside the payload: the key's text, which can't run over into the head, and the head.
fn covered(key_text: &str, head: &[u8]) -> Vec<u8> {
    let length = (key_text.len() as u64).to_le_bytes();
    [&length, key_text.as_bytes(), head].concat()
}

/// XXH3, of 128 bits. A cryptographic hash would keep nobody out either, for it has no secret, and takes a hit ten times as
/// long.
pub(super) fn checksum(key_text: &str, bytes: &[u8]) -> [u8; SEAL] {
    xxh3_128_with_seed(bytes, xxh3_64(key_text.as_bytes())).to_le_bytes()
}

fn encrypt(key: &Key, nonce: &[u8; NONCE], covered: &[u8], payload: &mut [u8]) -> Option<[u8; SEAL]> {
    let cipher = XChaCha20Poly1305::new((&**key).into());
    let seal = cipher.encrypt_inout_detached(nonce.into(), covered, payload.into()).ok()?;
    Some(seal.into())
}

fn decrypt(
    key: &Key,
    nonce: &[u8; NONCE],
    covered: &[u8],
    payload: &mut [u8],
    seal: &[u8; SEAL],
) -> Option<()> {
    let cipher = XChaCha20Poly1305::new((&**key).into());
    cipher.decrypt_inout_detached(nonce.into(), covered, payload.into(), seal.into()).ok()
}
