//! The keys that entries are encrypted by.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::reason::Reason;
use crate::error::Error;

const LENGTH: usize = 32;

pub(crate) type Key = Zeroizing<[u8; LENGTH]>;

/// The keys that entries in the shared tier are encrypted by: one that seals, and others that open what they once sealed.
///
/// A key is 32 random bytes (`openssl rand -hex 32`) and has a number. With keys, only encrypted entries are read.
///
/// To change the key without losing what is stored, let all processes know the new one first, then let it seal, then
/// retire the old one when its entries have expired:
///
/// ```text
/// CACHE_ENCRYPTION_KEYS=1:<key>,2:<new key>
/// CACHE_ENCRYPTION_KEYS=2:<new key>,1:<key>
/// CACHE_ENCRYPTION_KEYS=2:<new key>,1:retired
/// ```
///
/// ```
/// use cache_core::EncryptionKeys;
///
/// # fn main() -> Result<(), cache_core::Error> {
/// # let (old, new) = ([7; 32], [8; 32]);
/// let keys = EncryptionKeys::new(2, new).opening(1, old)?;
/// assert_eq!(format!("{keys:?}"), "EncryptionKeys { seals: 2, opens: [2, 1], retired: [] }");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct EncryptionKeys {
    /// The first seals.
    keys: Arc<Vec<(u32, Option<Key>)>>,
}

impl EncryptionKeys {
    /// One key, by its number: it seals and opens.
    pub fn new(id: u32, key: [u8; 32]) -> Self {
        EncryptionKeys { keys: Arc::new(vec![(id, Some(Key::new(key)))]) }
    }

    /// Another key, which opens what it has sealed before.
    ///
    /// # Errors
    ///
    /// [`Error::EncryptionKeys`] if there is one of that number.
    pub fn opening(self, id: u32, key: [u8; 32]) -> Result<Self, Error> {
        self.with(id, Some(Key::new(key)))
    }

    /// A key that is no longer used. What it has sealed is a miss, as it is without this, and counted apart from that of keys
    /// that were never known.
    ///
    /// # Errors
    ///
    /// [`Error::EncryptionKeys`] if there is one of that number.
    pub fn retired(self, id: u32) -> Result<Self, Error> {
        self.with(id, None)
    }

    /// Keys from text: `number:key`, several joined by commas, the one that seals first; `number:retired`. A key is 64
    /// hexadecimal digits, or the same in Base64 (either alphabet, with or without `=`).
    ///
    /// # Errors
    ///
    /// [`Error::EncryptionKeys`], which says which of them is wrong and never shows any.
    pub fn from_text(text: &str) -> Result<Self, Error> {
        let mut keys: Option<EncryptionKeys> = None;
        for (number, part) in (1..).zip(text.split(',')) {
            let fail = |fault| Error::EncryptionKeys(format!("encryption key no. {number} {fault}; {FORM}"));
            let (id, key) = part.trim().split_once(':').ok_or_else(|| fail("has no number"))?;
            let id = id.trim().parse().map_err(|_| fail("has a number that is none"))?;
            let key = match key.trim() {
                "retired" => None,
                key => Some(read_key(key).ok_or_else(|| fail("is not 32 bytes in hexadecimal or Base64"))?),
            };
            keys = Some(match (keys, key) {
                (Some(keys), key) => keys.with(id, key)?,
                (None, Some(key)) => EncryptionKeys { keys: Arc::new(vec![(id, Some(key))]) },
                (None, None) => return Err(fail("is retired, and the first one seals")),
            });
        }
        keys.ok_or_else(|| Error::EncryptionKeys(format!("there is no encryption key; {FORM}")))
    }

    /// Keys from a variable of the environment, in the form of [`from_text`](Self::from_text).
    ///
    /// # Errors
    ///
    /// [`Error::EncryptionKeys`]; also if there is no such variable.
    pub fn from_env(variable: &str) -> Result<Self, Error> {
        let text = std::env::var(variable).map_err(|error| {
            let fault = match error {
                std::env::VarError::NotPresent => "is not set",
                std::env::VarError::NotUnicode(_) => "is no text",
            };
            Error::EncryptionKeys(format!("{variable} {fault}; {FORM}"))
        })?;
        EncryptionKeys::from_text(&Zeroizing::new(text)).map_err(|error| match error {
            Error::EncryptionKeys(fault) => Error::EncryptionKeys(format!("{variable}: {fault}")),
            other => other,
        })
    }

    fn with(mut self, id: u32, key: Option<Key>) -> Result<Self, Error> {
        if self.keys.iter().any(|(other, _)| *other == id) {
            return Err(Error::EncryptionKeys(format!(
                "two encryption keys have the number {id}; give each a number of its own, also when it is retired"
            )));
        }
        Arc::make_mut(&mut self.keys).push((id, key));
        Ok(self)
    }

    /// The key that seals.
    pub(crate) fn sealing(&self) -> (u32, &Key) {
        let (id, key) = &self.keys[0];
        (*id, key.as_ref().expect("the first key is never retired"))
    }

    /// The key that opens what it has sealed.
    pub(crate) fn by_id(&self, id: u32) -> Result<&Key, Reason> {
        let (_, key) = self.keys.iter().find(|(other, _)| *other == id).ok_or(Reason::UnknownKey)?;
        key.as_ref().ok_or(Reason::RetiredKey)
    }

    fn ids(&self, retired: bool) -> Vec<u32> {
        self.keys.iter().filter(|(_, key)| key.is_none() == retired).map(|(id, _)| *id).collect()
    }
}

/// Says which keys there are, never what they are.
impl fmt::Debug for EncryptionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptionKeys")
            .field("seals", &self.keys[0].0)
            .field("opens", &self.ids(false))
            .field("retired", &self.ids(true))
            .finish()
    }
}

const FORM: &str = "keys are given as `number:key`, joined by commas, the one that seals first, such as `2:<64 hexadecimal \
                    digits>,1:retired`";

fn read_key(text: &str) -> Option<Key> {
    let mut key = Key::new([0; LENGTH]);
    let bits = if text.len() == 2 * LENGTH { 4 } else { 6 };
    let digits = if bits == 4 { text } else { text.strip_suffix('=').unwrap_or(text) };
    // 43 digits of Base64 are 258 bits: the last two are none of the key's.
    if digits.len() != (8 * LENGTH).div_ceil(bits) {
        return None;
    }
    let (mut held, mut count, mut at) = (0_u32, 0, 0);
    for digit in digits.bytes() {
        held = held << bits | if bits == 4 { hexadecimal(digit)? } else { base64(digit)? };
        count += bits;
        if count >= 8 {
            count -= 8;
            *key.get_mut(at)? = u8::try_from(held >> count & 0xff).ok()?;
            at += 1;
        }
        held &= (1 << count) - 1;
    }
    (held == 0 && at == LENGTH).then_some(key)
}

fn hexadecimal(digit: u8) -> Option<u32> {
    char::from(digit).to_digit(16)
}

fn base64(digit: u8) -> Option<u32> {
    Some(u32::from(match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    }))
}
