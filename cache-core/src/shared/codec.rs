//! From a value to a payload and back: two codecs, and which of them a type is written with.

use std::any::type_name;
use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU8, Ordering};

use serde::Serialize;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer};

use super::entry::CodecId;
use super::fingerprint::traced;
use super::guard::Guard;
use super::reason::Reason;
use super::strict::{Fault, Rules, Strict};
use crate::declare;

/// What writes values and reads them again, whatever it is given to read: within the bounds of [`guard`](super::guard), and
/// nothing may be left over.
pub(crate) trait Codec {
    const ID: CodecId;

    fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, Unencodable>;

    fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Undecodable>;
}

/// Why a value can't be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Unencodable {
    /// It lies deeper than would be read.
    TooDeep,
    /// It holds a `Some` that would be read as `None`.
    SomeNothing,
    /// In the codec's words.
    Other(String),
}

/// Why bytes are no such value, in the codec's words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Undecodable(String);

/// The smaller and the quicker: fields by their place. For types that say what they are.
#[derive(Debug)]
pub(crate) struct Bincode;

/// `MessagePack`, with the names of fields: for all types that serde can read.
#[derive(Debug)]
pub(crate) struct MessagePack;

const BINCODE: bincode::config::Configuration<
    bincode::config::LittleEndian,
    bincode::config::Varint,
    bincode::config::Limit<{ 1 << 30 }>,
> = bincode::config::standard().with_limit();

impl Codec for Bincode {
    const ID: CodecId = CodecId::Bincode;

    fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, Unencodable> {
        let fault = Cell::new(None);
        let strict = Strict::new(value, Rules::ByPlace, &fault);
        bincode::serde::encode_to_vec(strict, BINCODE).map_err(|error| unencodable(&fault, &error))
    }

    fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Undecodable> {
        let elements = Cell::new(bytes.len());
        let seed = Guarded(&elements, PhantomData);
        match bincode::serde::seed_decode_from_slice(seed, bytes, BINCODE) {
            Ok((value, consumed)) if consumed == bytes.len() => Ok(value),
            Ok(_) => Err(Undecodable("bytes are left over".to_owned())),
            Err(error) => Err(Undecodable(error.to_string())),
        }
    }
}

impl Codec for MessagePack {
    const ID: CodecId = CodecId::MessagePack;

    fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, Unencodable> {
        let fault = Cell::new(None);
        let mut out = Vec::new();
        let mut serializer = rmp_serde::Serializer::new(&mut out).with_struct_map();
        let written = Strict::new(value, Rules::BareSome, &fault).serialize(&mut serializer);
        written.map(|()| out).map_err(|error| unencodable(&fault, &error))
    }

    fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Undecodable> {
        let elements = Cell::new(bytes.len());
        let mut deserializer = rmp_serde::Deserializer::new(bytes);
        let value = Guarded(&elements, PhantomData).deserialize(&mut deserializer);
        let value = value.map_err(|error| Undecodable(error.to_string()))?;
        if !deserializer.into_inner().is_empty() {
            return Err(Undecodable("bytes are left over".to_owned()));
        }
        Ok(value)
    }
}

fn unencodable(fault: &Cell<Option<Fault>>, error: &dyn fmt::Display) -> Unencodable {
    match fault.get() {
        Some(Fault::TooDeep) => Unencodable::TooDeep,
        Some(Fault::SomeNothing) => Unencodable::SomeNothing,
        Some(Fault::LeftOut) => Unencodable::Other("a field is left out (`skip_serializing_if`)".to_owned()),
        None => Unencodable::Other(error.to_string()),
    }
}

/// Reads a value within bounds.
struct Guarded<'b, T>(&'b Cell<usize>, PhantomData<T>);

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for Guarded<'_, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::deserialize(Guard::new(deserializer, self.0))
    }
}

/// What the values of a type are written with, found out with the first of them: it is read back, and must come to the same.
#[derive(Debug)]
pub(crate) struct Codecs {
    /// As the alias says.
    set: declare::Codec,
    /// Whether `bincode` may be used at all: whether the type says of all its parts what they are.
    plain: bool,
    choice: AtomicU8,
}

const UNTRIED: u8 = 0;
const USE_BINCODE: u8 = 1;
const USE_MESSAGE_PACK: u8 = 2;
const USE_NONE: u8 = 3;

/// Why a value stays out of the shared tier.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Unstorable {
    /// No codec reads what it writes of the type.
    Type,
    /// This value can't be written.
    Value(Unencodable),
}

impl Codecs {
    /// For a type. To be kept for all values of it.
    pub(crate) fn of<T: DeserializeOwned + 'static>(set: declare::Codec) -> Self {
        let plain = traced::<T>().is_ok_and(|traced| traced.plain);
        Codecs { set, plain, choice: AtomicU8::new(UNTRIED) }
    }

    /// The payload of a value, and what wrote it.
    pub(crate) fn encode<T: Serialize + DeserializeOwned>(
        &self,
        value: &T,
    ) -> Result<(CodecId, Vec<u8>), Unstorable> {
        match self.choice.load(Ordering::Relaxed) {
            USE_BINCODE => match Bincode::encode(value) {
                Ok(payload) => Ok((Bincode::ID, payload)),
                Err(fault) if fault.is_of_value() => Err(Unstorable::Value(fault)),
                Err(fault) => self.fall_back(value, &fault.to_string()),
            },
            USE_MESSAGE_PACK => match MessagePack::encode(value) {
                Ok(payload) => Ok((MessagePack::ID, payload)),
                Err(fault) => Err(Unstorable::Value(fault)),
            },
            USE_NONE => Err(Unstorable::Type),
            _ => self.first(value),
        }
    }

    /// The value of a payload.
    pub(crate) fn decode<T: DeserializeOwned>(&self, codec: CodecId, payload: &[u8]) -> Result<T, Reason> {
        let value = match codec {
            CodecId::Bincode if !self.plain => return Err(Reason::Codec),
            CodecId::Bincode => Bincode::decode(payload),
            CodecId::MessagePack => MessagePack::decode(payload),
        };
        value.map_err(|Undecodable(_)| Reason::Codec)
    }

    fn first<T: Serialize + DeserializeOwned>(&self, value: &T) -> Result<(CodecId, Vec<u8>), Unstorable> {
        if self.set == declare::Codec::Rmp {
            return self.write_as_message_pack(value, None);
        }
        if !self.plain {
            return self.fall_back(value, "it has parts that don't say beforehand what they are");
        }
        match read_back::<Bincode, T>(value) {
            Ok(payload) => {
                self.choose(UNTRIED, USE_BINCODE);
                Ok((Bincode::ID, payload))
            }
            Err(fault) if fault.is_of_value() => Err(Unstorable::Value(fault)),
            Err(fault) => self.fall_back(value, &fault.to_string()),
        }
    }

    fn fall_back<T: Serialize + DeserializeOwned>(
        &self,
        value: &T,
        why: &str,
    ) -> Result<(CodecId, Vec<u8>), Unstorable> {
        self.write_as_message_pack(value, Some(why))
    }

    /// From here on. `instead` is why it isn't bincode, where that was wanted.
    fn write_as_message_pack<T: Serialize + DeserializeOwned>(
        &self,
        value: &T,
        instead: Option<&str>,
    ) -> Result<(CodecId, Vec<u8>), Unstorable> {
        let chosen = self.choice.load(Ordering::Relaxed);
        match read_back::<MessagePack, T>(value) {
            Ok(payload) => {
                if self.choose(chosen, USE_MESSAGE_PACK)
                    && let Some(why) = instead
                {
                    tracing::warn!(
                        "`{}` is stored as MessagePack, which takes more room and time than bincode: {why}",
                        type_name::<T>()
                    );
                }
                Ok((MessagePack::ID, payload))
            }
            Err(fault) if fault.is_of_value() => Err(Unstorable::Value(fault)),
            Err(fault) => {
                if self.choose(chosen, USE_NONE) {
                    tracing::warn!(
                        "`{}` isn't stored in the shared tier, for what is written of it isn't what is read: {fault}; make \
                         its `Serialize` and `Deserialize` agree, or say `local`",
                        type_name::<T>()
                    );
                }
                Err(Unstorable::Type)
            }
        }
    }

    /// Whether nobody else has chosen meanwhile: whoever does so, says so.
    fn choose(&self, before: u8, choice: u8) -> bool {
        before != choice
            && self.choice.compare_exchange(before, choice, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

/// Writes a value, reads it, and writes it again: to the same bytes, or to the same in another order, for there are maps that
/// have none.
fn read_back<C: Codec, T: Serialize + DeserializeOwned>(value: &T) -> Result<Vec<u8>, Unencodable> {
    let written = C::encode(value)?;
    let read = C::decode::<T>(&written).map_err(|Undecodable(why)| Unencodable::Other(why))?;
    let again = C::encode(&read)?;
    if written != again && counts(&written) != counts(&again) {
        return Err(Unencodable::Other("it comes back as something else".to_owned()));
    }
    Ok(written)
}

/// How often each byte occurs.
fn counts(bytes: &[u8]) -> [usize; 256] {
    let mut counts = [0; 256];
    bytes.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
    counts
}

impl Unencodable {
    /// Whether it says nothing of other values of the type.
    fn is_of_value(&self) -> bool {
        !matches!(self, Unencodable::Other(_))
    }
}

impl fmt::Display for Unencodable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unencodable::TooDeep => f.write_str("it lies too deep"),
            Unencodable::SomeNothing => f.write_str("`Some` of nothing would be `None`"),
            Unencodable::Other(why) => f.write_str(why),
        }
    }
}
