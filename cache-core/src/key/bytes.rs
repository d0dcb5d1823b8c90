//! Canonical bytes: every value is self-delimiting, so no sequence of values can be read in two ways.

use super::hash::{KeyBytes, Secrets, ends, secrets};

/// How many bytes of a key live on the stack: a hit on a key up to this size allocates nothing.
const INLINE: usize = 120;
/// Keys longer than this are replaced by their digest, however large the arguments are (I12).
const LIMIT: usize = 1024;
/// How much of a digested key is kept for its readable head.
const HEAD: usize = 256;

/// What a byte of a key announces. The codes are part of the format.
pub(crate) mod code {
    pub(crate) const FALSE: u8 = 0x01;
    pub(crate) const TRUE: u8 = 0x02;
    pub(crate) const NONE: u8 = 0x03;
    pub(crate) const SOME: u8 = 0x04;
    /// An integer from 0 to `u64::MAX`: 8 bytes, little-endian.
    pub(crate) const UINT: u8 = 0x05;
    /// An integer from `i64::MIN` to -1: 8 bytes, little-endian, two's complement.
    pub(crate) const NEGATIVE: u8 = 0x06;
    /// An integer above `u64::MAX`: 16 bytes.
    pub(crate) const UINT_WIDE: u8 = 0x07;
    /// An integer below `i64::MIN`: 16 bytes.
    pub(crate) const NEGATIVE_WIDE: u8 = 0x08;
    /// Text of up to 255 bytes: one length byte, then UTF-8.
    pub(crate) const TEXT: u8 = 0x09;
    /// Longer text: 8 length bytes, then UTF-8.
    pub(crate) const TEXT_LONG: u8 = 0x0a;
    /// Bytes: 8 length bytes, then the bytes.
    pub(crate) const BYTES: u8 = 0x0b;
    pub(crate) const SEQUENCE: u8 = 0x0c;
    pub(crate) const TUPLE: u8 = 0x0d;
    pub(crate) const MAP: u8 = 0x0e;
    pub(crate) const RECORD: u8 = 0x0f;
    /// An enum's variant: one length byte and its name, then its fields up to `END`.
    pub(crate) const VARIANT: u8 = 0x10;
    /// Before each element of a sequence or tuple, and each key of a map.
    pub(crate) const ITEM: u8 = 0x11;
    /// Before each value of a map.
    pub(crate) const VALUE: u8 = 0x12;
    /// Before each field of a record: one length byte and its name.
    pub(crate) const FIELD: u8 = 0x13;
    pub(crate) const END: u8 = 0x14;
    /// Before each argument of a function: its position.
    pub(crate) const ARGUMENT: u8 = 0x15;
    /// A level of a tenant: one length byte and its name, then its value up to `END`.
    pub(crate) const TENANT: u8 = 0x16;
    /// A user: one length byte and its name, then its value up to `END`.
    pub(crate) const USER: u8 = 0x17;
    /// In place of a level of a scope that is too long: its 32-byte digest. No value is written so.
    pub(crate) const DIGEST: u8 = 0x18;
    /// In place of the length of a name of more than 254 bytes: its 32-byte digest follows, in place of the name.
    pub(crate) const LONG_NAME: u8 = 0xff;
    /// The first byte of a key that was too long: a 32-byte digest of the whole, 8 bytes of its length, its head.
    pub(crate) const DIGESTED: u8 = 0xff;
}

/// Takes the parts of a key in canonical, injective form.
///
/// [`CacheKey`](crate::CacheKey) implementations write their value with it: either through the implementation of
/// a part (`self.id.write_key(key)`) or with a method below. A value of any size is accepted: what is longer than
/// a kilobyte is replaced by a digest while it is being written, so nothing large is ever held.
///
/// ```
/// use cache_core::{CacheKey, KeyWriter};
///
/// struct Page { number: u32, size: u32 }
///
/// impl CacheKey for Page {
///     fn write_key(&self, key: &mut KeyWriter) {
///         key.record(|fields| {
///             fields.field("number", &self.number);
///             fields.field("size", &self.size);
///         });
///     }
/// }
/// ```
#[derive(Debug)]
pub struct KeyWriter {
    inline: [u8; INLINE],
    /// How many bytes of `inline` are written; as if it were full once the key has spilled.
    length: usize,
    /// Of what is written, while that is on the stack.
    hash: u64,
    secrets: &'static Secrets,
    /// Whether a type was written whose name another type has too.
    ambiguous: bool,
    spilled: Option<Box<Spilled>>,
}

/// A key that is too long for the stack.
#[derive(Debug)]
struct Spilled {
    /// All of it; once it is too long for that too, its head.
    bytes: Vec<u8>,
    /// Then: the hash of all of it.
    hasher: Option<blake3::Hasher>,
    length: u64,
}

impl KeyWriter {
    #[inline]
    pub(crate) fn new() -> Self {
        let secrets = secrets();
        KeyWriter { inline: [0; INLINE], length: 0, hash: 0, secrets, ambiguous: false, spilled: None }
    }

    /// The canonical bytes: what was written, or its digest and its head. Nothing is written after this.
    #[inline]
    pub(crate) fn seal(&mut self) -> KeyBytes<'_> {
        match &mut self.spilled {
            None => KeyBytes { bytes: &self.inline[..self.length], hash: self.hash },
            Some(spilled) => {
                let bytes = spilled.seal();
                KeyBytes { bytes, hash: self.secrets.others(INLINE, bytes) }
            }
        }
    }

    /// The canonical bytes, owned.
    pub(crate) fn finish(mut self) -> Box<[u8]> {
        self.seal().bytes.into()
    }

    /// How many bytes are written, if they are on the stack.
    pub(crate) fn inline_length(&self) -> Option<usize> {
        self.spilled.is_none().then_some(self.length)
    }

    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        let end = self.length + bytes.len();
        match self.inline.get_mut(self.length..end) {
            Some(room) => {
                self.hash ^= copy(room, bytes, self.secrets, self.length);
                self.length = end;
            }
            _ => self.spill(bytes),
        }
    }

    #[cold]
    fn spill(&mut self, bytes: &[u8]) {
        let spilled = self.spilled.get_or_insert_with(|| {
            let bytes = self.inline[..self.length].to_vec();
            Box::new(Spilled { length: bytes.len() as u64, bytes, hasher: None })
        });
        self.length = INLINE;
        spilled.put(bytes);
    }

    /// Writes a code.
    #[inline]
    fn put_code(&mut self, code: u8) {
        self.put_packed::<1>(u64::from(code), 0);
    }

    /// Writes a code, and a byte.
    #[inline]
    fn put_pair(&mut self, code: u8, byte: u8) {
        self.put_packed::<2>(u64::from(code) | u64::from(byte) << 8, 0);
    }

    /// Writes a code, and a word.
    #[inline]
    fn put_word(&mut self, code: u8, word: u64) {
        self.put_packed::<9>(u64::from(code) | word << 8, word >> 56);
    }

    /// Writes the first `N` bytes of two words.
    #[inline]
    fn put_packed<const N: usize>(&mut self, low: u64, high: u64) {
        self.hash ^= self.secrets.words(self.length, low, high);
        self.put_unhashed::<N>(low, high);
    }

    /// Writes what all keys of a function have there. Both words are stored whole, where there is room: bytes that were put
    /// side by side in memory before would have to be waited for.
    #[inline]
    fn put_unhashed<const N: usize>(&mut self, low: u64, high: u64) {
        match self.inline.get_mut(self.length..self.length + 16) {
            Some(room) => {
                room[..8].copy_from_slice(&low.to_le_bytes());
                if N > 8 {
                    room[8..].copy_from_slice(&high.to_le_bytes());
                }
                self.length += N;
            }
            _ => self.put_at_the_end::<N>(low, high),
        }
    }

    #[cold]
    fn put_at_the_end<const N: usize>(&mut self, low: u64, high: u64) {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&low.to_le_bytes());
        bytes[8..].copy_from_slice(&high.to_le_bytes());
        self.put(&bytes[..N]);
    }

    fn put_wide(&mut self, code: u8, word: [u8; 16]) {
        let mut bytes = [code; 17];
        bytes[1..].copy_from_slice(&word);
        self.put(&bytes);
    }

    /// A name of a field, variant or level. Long ones are told apart by their digest, which equals no name.
    fn put_name(&mut self, code: u8, name: &str) {
        match u8::try_from(name.len()) {
            Ok(length) if length != code::LONG_NAME => {
                self.put_pair(code, length);
                self.put(name.as_bytes());
            }
            _ => {
                self.put(&[code, code::LONG_NAME]);
                self.put(blake3::hash(name.as_bytes()).as_bytes());
            }
        }
    }

    /// Writes a truth value.
    #[inline]
    pub fn bool(&mut self, value: bool) {
        self.put_code(if value { code::TRUE } else { code::FALSE });
    }

    /// Writes an unsigned integer. Integers are written by value: `5_u8` and `5_i64` are the same part.
    #[inline]
    pub fn uint(&mut self, value: u128) {
        match u64::try_from(value) {
            Ok(value) => self.put_word(code::UINT, value),
            Err(_) => self.put_wide(code::UINT_WIDE, value.to_le_bytes()),
        }
    }

    /// Writes a signed integer, by value as [`uint`](Self::uint) does.
    #[inline]
    pub fn int(&mut self, value: i128) {
        match (u128::try_from(value), i64::try_from(value)) {
            (Ok(value), _) => self.uint(value),
            (_, Ok(value)) => self.put_word(code::NEGATIVE, value.cast_unsigned()),
            _ => self.put_wide(code::NEGATIVE_WIDE, value.to_le_bytes()),
        }
    }

    /// Writes text.
    #[inline]
    pub fn text(&mut self, value: &str) {
        match u8::try_from(value.len()) {
            Ok(length) => self.put_pair(code::TEXT, length),
            Err(_) => self.put_word(code::TEXT_LONG, value.len() as u64),
        }
        self.put(value.as_bytes());
    }

    /// Writes bytes. Not the same part as a sequence of `u8`.
    pub fn bytes(&mut self, value: &[u8]) {
        self.put_word(code::BYTES, value.len() as u64);
        self.put(value);
    }

    /// Writes an optional value. `Some(x)` differs from `x`, `Some(None)` from `None`.
    #[inline]
    pub fn option<T: super::CacheKey + ?Sized>(&mut self, value: Option<&T>) {
        match value {
            None => self.put_code(code::NONE),
            Some(value) => {
                self.put_code(code::SOME);
                value.write_key(self);
                self.put_code(code::END);
            }
        }
    }

    /// Writes values in their order, however many there are.
    pub fn sequence<T: super::CacheKey>(&mut self, values: impl IntoIterator<Item = T>) {
        self.put_code(code::SEQUENCE);
        for value in values {
            self.put_code(code::ITEM);
            value.write_key(self);
        }
        self.put_code(code::END);
    }

    /// Writes pairs of keys and values. The caller gives them in an order that equal maps share.
    pub fn map<K: super::CacheKey, V: super::CacheKey>(&mut self, pairs: impl IntoIterator<Item = (K, V)>) {
        self.put_code(code::MAP);
        for (key, value) in pairs {
            self.put_code(code::ITEM);
            key.write_key(self);
            self.put_code(code::VALUE);
            value.write_key(self);
        }
        self.put_code(code::END);
    }

    /// Writes a tuple or a struct without field names.
    pub fn tuple(&mut self, items: impl FnOnce(&mut Items<'_>)) {
        self.put_code(code::TUPLE);
        items(&mut Items(self));
        self.put_code(code::END);
    }

    /// Writes a struct with field names.
    pub fn record(&mut self, fields: impl FnOnce(&mut Fields<'_>)) {
        self.put_code(code::RECORD);
        fields(&mut Fields(self));
        self.put_code(code::END);
    }

    /// Writes a variant of an enum by its name; `content` writes what it holds, as a tuple or a record, if anything.
    pub fn variant(&mut self, name: &str, content: impl FnOnce(&mut KeyWriter)) {
        self.put_name(code::VARIANT, name);
        content(self);
        self.put_code(code::END);
    }

    #[inline]
    pub(crate) fn argument(&mut self, position: u8) {
        self.put_unhashed::<2>(u64::from(code::ARGUMENT) | u64::from(position) << 8, 0);
    }

    #[inline]
    pub(crate) fn tenant_level<T: super::CacheKey + ?Sized>(&mut self, name: &str, value: &T) {
        self.put_name(code::TENANT, name);
        value.write_key(self);
        self.put_code(code::END);
    }

    #[inline]
    pub(crate) fn user<T: super::CacheKey + ?Sized>(&mut self, name: &str, value: &T) {
        self.put_name(code::USER, name);
        value.write_key(self);
        self.put_code(code::END);
    }

    /// Writes a digest, which equals no value.
    pub(crate) fn digest(&mut self, digest: &[u8; 32]) {
        self.put_code(code::DIGEST);
        self.put(digest);
    }

    /// Takes the value that another writer gave, or its digest if it was too long for that one.
    pub(crate) fn written(&mut self, value: &[u8]) {
        match value {
            [code::DIGESTED, rest @ ..] => self.digest(rest.first_chunk().expect("a digest has 32 bytes")),
            value => self.put(value),
        }
    }

    /// What was written doesn't tell two types apart.
    pub(crate) fn mark_ambiguous(&mut self) {
        self.ambiguous = true;
    }

    pub(crate) fn is_ambiguous(&self) -> bool {
        self.ambiguous
    }

    /// Takes what another writer gave, as it is. For scopes that were written before.
    #[inline]
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.put(bytes);
    }
}

/// Copies to as many bytes, and hashes them. Most parts have a few words: a call would cost as much as copying their ends,
/// which overlap.
#[inline]
fn copy(room: &mut [u8], bytes: &[u8], secrets: &Secrets, place: usize) -> u64 {
    #[inline]
    fn copy_ends<const N: usize>(room: &mut [u8], bytes: &[u8]) {
        if let Some((first, last)) = ends::<N>(bytes) {
            room.first_chunk_mut().into_iter().for_each(|room| *room = *first);
            room.last_chunk_mut().into_iter().for_each(|room| *room = *last);
        }
    }
    match bytes.len() {
        4..=7 => copy_ends::<4>(room, bytes),
        8..=16 => copy_ends::<8>(room, bytes),
        17..=32 => copy_ends::<16>(room, bytes),
        _ => room.copy_from_slice(bytes),
    }
    secrets.bytes(place, bytes)
}

impl Spilled {
    fn put(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        if self.hasher.is_none() && self.bytes.len() + bytes.len() <= LIMIT {
            self.bytes.extend_from_slice(bytes);
            return;
        }
        let hasher = self.hasher.get_or_insert_with(|| {
            let mut hasher = blake3::Hasher::new();
            hasher.update(&self.bytes);
            hasher
        });
        hasher.update(bytes);
        let room = HEAD.saturating_sub(self.bytes.len());
        self.bytes.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.bytes.truncate(HEAD);
    }

    fn seal(&mut self) -> &[u8] {
        if let Some(hasher) = self.hasher.take() {
            let mut digested = Vec::with_capacity(1 + 32 + 8 + HEAD);
            digested.push(code::DIGESTED);
            digested.extend_from_slice(hasher.finalize().as_bytes());
            digested.extend_from_slice(&self.length.to_le_bytes());
            digested.append(&mut self.bytes);
            self.bytes = digested;
        }
        &self.bytes
    }
}

/// The items of a tuple.
#[derive(Debug)]
pub struct Items<'a>(&'a mut KeyWriter);

impl Items<'_> {
    /// Writes the next item.
    pub fn item<T: super::CacheKey + ?Sized>(&mut self, value: &T) {
        self.0.put_code(code::ITEM);
        value.write_key(self.0);
    }
}

/// The fields of a record.
#[derive(Debug)]
pub struct Fields<'a>(&'a mut KeyWriter);

impl Fields<'_> {
    /// Writes a field.
    pub fn field<T: super::CacheKey + ?Sized>(&mut self, name: &str, value: &T) {
        self.0.put_name(code::FIELD, name);
        value.write_key(self.0);
    }
}
