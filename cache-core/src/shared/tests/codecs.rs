//! Codecs: round trips, which one a type gets, and hostile payloads.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use allocation_counter::measure;
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::declare;
use crate::shared::codec::{Bincode, Codec, Codecs, MessagePack, Unencodable, Unstorable};
use crate::shared::entry::CodecId;
use crate::shared::reason::Reason;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct Rich {
    id: u64,
    wide: (i128, u128),
    name: Option<String>,
    lines: Vec<Line>,
    by_name: BTreeMap<String, i32>,
    unit: (),
    letter: char,
    nested: Option<Box<Rich>>,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
enum Line {
    Empty,
    One(f64),
    Two(i8, Vec<u8>),
    Named { text: String, result: Result<bool, i64> },
}

fn line() -> impl Strategy<Value = Line> {
    prop_oneof![
        Just(Line::Empty),
        prop::num::f64::NORMAL.prop_map(Line::One),
        any::<(i8, Vec<u8>)>().prop_map(|(number, bytes)| Line::Two(number, bytes)),
        any::<(String, Result<bool, i64>)>().prop_map(|(text, result)| Line::Named { text, result }),
    ]
}

fn rich() -> impl Strategy<Value = Rich> {
    let lines = prop::collection::vec(line(), 0..4);
    let parts = (any::<(u64, (i128, u128), Option<String>, char)>(), lines, any::<BTreeMap<String, i32>>());
    let leaf = parts.prop_map(|((id, wide, name, letter), lines, by_name)| Rich {
        id,
        wide,
        name,
        lines,
        by_name,
        unit: (),
        letter,
        nested: None,
    });
    let leaf = leaf.boxed();
    (leaf.clone(), prop::option::of(leaf))
        .prop_map(|(outer, nested)| Rich { nested: nested.map(Box::new), ..outer })
}

proptest! {
    #[test]
    fn what_is_encoded_is_decoded(value in rich()) {
        let codecs = Codecs::of::<Rich>(declare::Codec::Bincode);
        let (codec, payload) = codecs.encode(&value).unwrap();
        prop_assert_eq!(codec, CodecId::Bincode);
        prop_assert_eq!(codecs.decode::<Rich>(codec, &payload), Ok(value.clone()));
        let payload = MessagePack::encode(&value).unwrap();
        prop_assert_eq!(codecs.decode::<Rich>(CodecId::MessagePack, &payload), Ok(value));
    }

    #[test]
    fn foreign_payloads_are_a_miss_or_a_value(bytes: Vec<u8>, cut in any::<prop::sample::Index>(), value in rich()) {
        let codecs = Codecs::of::<Rich>(declare::Codec::Bincode);
        for codec in [CodecId::Bincode, CodecId::MessagePack] {
            let _ = codecs.decode::<Rich>(codec, &bytes);
            let _ = codecs.decode::<Vec<HashMap<String, Line>>>(codec, &bytes);
        }
        for payload in [Bincode::encode(&value).unwrap(), MessagePack::encode(&value).unwrap()] {
            let cut = &payload[..cut.index(payload.len())];
            prop_assert!(Bincode::decode::<Rich>(cut).is_err());
            prop_assert!(MessagePack::decode::<Rich>(cut).is_err());
        }
    }
}

#[test]
fn nothing_may_be_left_over() {
    for codec in [CodecId::Bincode, CodecId::MessagePack] {
        let codecs = Codecs::of::<u8>(declare::Codec::Bincode);
        assert_eq!(codecs.decode::<u8>(codec, &[5]), Ok(5));
        assert_eq!(codecs.decode::<u8>(codec, &[5, 5]), Err(Reason::Codec));
        assert_eq!(codecs.decode::<u8>(codec, &[]), Err(Reason::Codec));
    }
}

/// Counts warnings, and keeps the last.
#[derive(Clone, Default)]
struct Warnings(Arc<(AtomicUsize, Mutex<String>)>);

impl tracing::Subscriber for Warnings {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        *metadata.level() == tracing::Level::WARN
    }
    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }
    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        struct Message<'a>(&'a Mutex<String>);
        impl tracing::field::Visit for Message<'_> {
            fn record_debug(&mut self, _: &tracing::field::Field, value: &dyn std::fmt::Debug) {
                *self.0.lock().unwrap() = format!("{value:?}");
            }
        }
        self.0.0.fetch_add(1, Ordering::Relaxed);
        event.record(&mut Message(&self.0.1));
    }
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

/// Stores values one after the other: which codec each gets, how often was warned, and the last warning.
fn stored<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug + 'static>(
    values: &[T],
) -> (Vec<Result<CodecId, Unstorable>>, usize, String) {
    let warnings = Warnings::default();
    let codecs = Codecs::of::<T>(declare::Codec::Bincode);
    let found = tracing::subscriber::with_default(warnings.clone(), || {
        let encoded = values.iter().map(|value| {
            let (codec, payload) = codecs.encode(value)?;
            assert_eq!(codecs.decode::<T>(codec, &payload).as_ref(), Ok(value));
            Ok(codec)
        });
        encoded.collect()
    });
    let last = warnings.0.1.lock().unwrap().clone();
    (found, warnings.0.0.load(Ordering::Relaxed), last)
}

const BINCODE: Result<CodecId, Unstorable> = Ok(CodecId::Bincode);
const MESSAGE_PACK: Result<CodecId, Unstorable> = Ok(CodecId::MessagePack);

#[derive(PartialEq, Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(u8),
    Text(String),
}

#[derive(PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", content = "of")]
enum Adjacent {
    One { id: u8 },
    Two(String),
}

#[derive(PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Internal {
    One { id: u8 },
}

#[derive(PartialEq, Debug, Serialize, Deserialize)]
struct Flat {
    id: u8,
    #[serde(flatten)]
    more: BTreeMap<String, u8>,
}

#[derive(PartialEq, Debug, Serialize, Deserialize)]
struct Skipping {
    #[serde(skip_serializing_if = "is_zero", default)]
    number: u8,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    some: Vec<u8>,
    all: Vec<u8>,
}

fn is_zero(number: &u8) -> bool {
    *number == 0
}

#[derive(PartialEq, Debug, Deserialize)]
struct Lopsided(u8);

impl Serialize for Lopsided {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.0.wrapping_add(1))
    }
}

#[test]
fn plain_types_are_stored_by_bincode() {
    assert_eq!(stored(&[1_u64, 2]), (vec![BINCODE, BINCODE], 0, String::new()));
    let map: HashMap<u32, String> = (0..100).map(|number| (number, number.to_string())).collect();
    let set: HashSet<u32> = map.keys().copied().collect();
    // In another order whenever it is read.
    assert_eq!(stored(&[(map, set)]), (vec![BINCODE], 0, String::new()));
}

#[test]
fn others_fall_back_with_one_warning() {
    let numbers = [Untagged::Number(1), Untagged::Text("one".to_owned())];
    let (found, warnings, last) = stored(&numbers);
    assert_eq!((found, warnings), (vec![MESSAGE_PACK; 2], 1));
    assert_eq!(
        last,
        "`cache_core::shared::tests::codecs::Untagged` is stored as MessagePack, which takes more room and time than bincode: \
         it has parts that don't say beforehand what they are"
    );
    let adjacent = [Adjacent::One { id: 1 }, Adjacent::Two(String::new())];
    assert_eq!(stored(&adjacent).0, vec![MESSAGE_PACK; 2]);
    assert_eq!(stored(&[Internal::One { id: 1 }]).0, vec![MESSAGE_PACK]);
    let flat = Flat { id: 1, more: BTreeMap::from([("two".to_owned(), 2)]) };
    assert_eq!(stored(&[flat]).0, vec![MESSAGE_PACK]);
    let value = serde_json::json!({ "list": [1, -2.5, null, "text"], "nested": { "true": true } });
    assert_eq!(stored(&[value]).0, vec![MESSAGE_PACK]);
}

/// By its place alone, `some` would be read as `number`, and no error would tell.
#[test]
fn a_field_that_is_left_out_moves_no_other() {
    let whole = || Skipping { number: 1, some: vec![1], all: vec![2] };
    let skipping = || Skipping { number: 0, some: vec![0], all: vec![] };
    let (found, warnings, last) = stored(&[whole(), skipping(), whole()]);
    assert_eq!((found, warnings), (vec![BINCODE, MESSAGE_PACK, MESSAGE_PACK], 1));
    assert!(last.ends_with("a field is left out (`skip_serializing_if`)"), "{last}");
    assert_eq!(stored(&[skipping()]).0, vec![MESSAGE_PACK]);
}

/// `MessagePack` writes `Some` as what it holds.
#[test]
fn some_of_nothing_is_not_read_as_none() {
    assert_eq!(stored(&[Some(Some(1)), Some(None), None]).0, vec![BINCODE; 3]);
    assert_eq!(stored(&[Some(()), None]).0, vec![BINCODE; 2]);
    let of_any = |inner: Option<Option<u8>>| (Untagged::Number(1), inner);
    let refused = Err(Unstorable::Value(Unencodable::SomeNothing));
    assert_eq!(
        stored(&[of_any(Some(None)), of_any(Some(Some(1))), of_any(None), of_any(Some(None))]).0,
        vec![refused.clone(), MESSAGE_PACK, MESSAGE_PACK, refused]
    );
}

#[test]
fn what_no_codec_reads_back_is_not_stored() {
    let (found, warnings, last) = stored(&[Lopsided(1), Lopsided(2)]);
    assert_eq!((found, warnings), (vec![Err(Unstorable::Type); 2], 1));
    assert_eq!(
        last,
        "`cache_core::shared::tests::codecs::Lopsided` isn't stored in the shared tier, for what is written of it isn't what \
         is read: it comes back as something else; make its `Serialize` and `Deserialize` agree, or say `local`"
    );
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct List {
    value: u8,
    next: Option<Box<List>>,
}

#[derive(PartialEq, Debug, Serialize, Deserialize)]
struct Tree(Vec<Tree>);

fn list(length: usize) -> List {
    (1..length).fold(List { value: 0, next: None }, |next, _| List { value: 1, next: Some(Box::new(next)) })
}

#[test]
fn depth_is_bounded() {
    assert_eq!(stored(&[list(1), list(128)]), (vec![BINCODE; 2], 0, String::new()));
    // One value too deep says nothing against the type.
    let too_deep = Err(Unstorable::Value(Unencodable::TooDeep));
    assert_eq!(stored(&[list(1000), list(1), list(1000)]).0, vec![too_deep.clone(), BINCODE, too_deep]);

    // Hostile: each of these would need more stack than there is.
    let lists = [1, 1].repeat(1 << 20);
    assert!(Bincode::decode::<List>(&lists).is_err());
    assert!(Bincode::decode::<Tree>(&[1].repeat(1 << 20)).is_err());
    let arrays = [0x91].repeat(1 << 20);
    assert!(MessagePack::decode::<Tree>(&arrays).is_err());
    assert!(MessagePack::decode::<serde_json::Value>(&arrays).is_err());
    assert!(MessagePack::decode::<Untagged>(&arrays).is_err());
    // And nothing is read by the codec that can't.
    assert_eq!(
        Codecs::of::<Untagged>(declare::Codec::Bincode).decode::<Untagged>(CodecId::Bincode, &[1, 1]),
        Err(Reason::Codec)
    );
}

#[test]
fn elements_that_take_no_bytes_are_not_repeated_for_ever() {
    let most = [&[253][..], &[255; 8]].concat();
    assert!(Bincode::decode::<Vec<()>>(&most).is_err());
    assert!(Bincode::decode::<HashMap<(), ()>>(&most).is_err());
    // Many of them, each as large as all is.
    let length = 1_000_u16;
    let many = [&[251, 232, 3][..], &[251, 232, 3].repeat(usize::from(length))].concat();
    assert!(Bincode::decode::<Vec<Vec<()>>>(&many).is_err());
    assert_eq!(Bincode::decode::<Vec<()>>(&[0]), Ok(vec![]));
}

#[test]
fn hostile_lengths_allocate_little() {
    fn peak<C: Codec, T: DeserializeOwned>(bytes: &[u8]) -> u64 {
        let mut failed = false;
        let allocations = measure(|| failed = C::decode::<T>(bytes).is_err());
        assert!(failed, "{}: {bytes:?}", std::any::type_name::<T>());
        allocations.bytes_max
    }
    // Lengths of half a gigabyte up to the largest there are.
    for length in [&[252, 0, 0, 0, 32][..], &[253, 255, 255, 255, 255, 255, 255, 255, 255]] {
        let bytes = [length, b"text"].concat();
        for peak in [
            peak::<Bincode, String>(&bytes),
            peak::<Bincode, Box<str>>(&bytes),
            peak::<Bincode, Vec<u64>>(&bytes),
            peak::<Bincode, Vec<String>>(&bytes),
            peak::<Bincode, HashMap<u64, u64>>(&bytes),
            peak::<Bincode, Vec<Vec<Vec<u64>>>>(&bytes),
        ] {
            assert!(peak < 1 << 12, "{peak}");
        }
    }
    let array = [0xdd, 255, 255, 255, 255, 1];
    let text = [0xdb, 255, 255, 255, 255, b'a'];
    let binary = [0xc6, 255, 255, 255, 255, 1];
    let map = [0xdf, 255, 255, 255, 255, 1];
    for peak in [
        peak::<MessagePack, Vec<u64>>(&array),
        peak::<MessagePack, Vec<Vec<u64>>>(&array),
        peak::<MessagePack, String>(&text),
        peak::<MessagePack, Vec<u8>>(&binary),
        peak::<MessagePack, HashMap<u64, u64>>(&map),
        peak::<MessagePack, serde_json::Value>(&map),
    ] {
        assert!(peak < 1 << 12, "{peak}");
    }
}
