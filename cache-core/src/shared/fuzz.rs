//! What is done with bytes of any kind, by the fuzzer and by the test that replays what it has found.

use std::collections::HashMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::codec::Codecs;
use super::entry::CodecId;
use super::keys::EncryptionKeys;
use super::seal::{Sealer, checksum};
use crate::declare;

/// A bit of everything that serde knows.
#[derive(Serialize, Deserialize)]
struct Rich {
    numbers: (u8, i16, u32, i64, u128, f32, f64),
    text: Option<String>,
    letter: char,
    nested: Vec<Kind>,
    map: HashMap<String, Vec<u8>>,
    next: Option<Box<Rich>>,
    nothing: Vec<()>,
}

#[derive(Serialize, Deserialize)]
enum Kind {
    Unit,
    One(bool),
    Two(u8, String),
    Named { result: Result<(), u64> },
    Within(Box<Kind>),
}

/// What `bincode` can't read, and must not try to.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Any {
    Number(u64),
    Text(String),
    Many(Vec<Any>),
    Map(HashMap<String, Any>),
}

const KEY: &str = "app:default:fuzz";
/// Small, so that what is larger is soon found.
const LIMIT: usize = 1 << 16;

/// Reads bytes as an entry, as one whose seal is right, and as a payload. They may be a value or a miss; nothing else.
pub(crate) fn read(bytes: &[u8]) {
    let Some((&first, rest)) = bytes.split_first() else { return };
    let sealer = Sealer { limit: LIMIT, ..Sealer::default() };
    match first % 4 {
        0 => open(&sealer, rest),
        1 => open(&Sealer { keys: Some(EncryptionKeys::new(1, [1; 32])), ..sealer }, rest),
        // As if the fuzzer could find the checksum.
        2 => open(&sealer, &[rest, &checksum(KEY, rest)].concat()),
        _ => [CodecId::Bincode, CodecId::MessagePack].into_iter().for_each(|codec| decode_all(codec, rest)),
    }
}

fn open(sealer: &Sealer, bytes: &[u8]) {
    let Ok(opened) = sealer.open(KEY, bytes) else { return };
    let (Ok(codec), Ok(payload)) = (opened.codec(), opened.read_payload(<[u8]>::to_vec)) else { return };
    assert!(payload.len() <= LIMIT);
    decode_all(codec, &payload);
}

fn decode_all(codec: CodecId, payload: &[u8]) {
    decode::<Rich>(codec, payload);
    decode::<Any>(codec, payload);
    decode::<Vec<Vec<()>>>(codec, payload);
}

/// What is read can be written, and read again.
fn decode<T: Serialize + DeserializeOwned + 'static>(codec: CodecId, payload: &[u8]) {
    let codecs = Codecs::of::<T>(declare::Codec::Bincode);
    let Ok(value) = codecs.decode::<T>(codec, payload) else { return };
    if let Ok((codec, payload)) = codecs.encode(&value) {
        assert!(codecs.decode::<T>(codec, &payload).is_ok());
    }
}
