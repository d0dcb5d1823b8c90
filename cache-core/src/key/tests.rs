//! Different values never give equal bytes or equal text (I7): values of every form, drawn from small alphabets, so
//! that near misses are common.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;

use super::text::Parts;
use super::{CacheKey, KeyWriter};

/// Any value that a key can hold.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Value {
    Bool(bool),
    Int(i128),
    Uint(u128),
    Text(String),
    Bytes(Vec<u8>),
    Option(Option<Box<Value>>),
    Sequence(Vec<Value>),
    Tuple(Vec<Value>),
    Map(BTreeMap<Value, Value>),
    Record(Vec<(String, Value)>),
    Variant(String, Vec<Value>),
    /// What an implementation by hand may do: write several values, or none.
    Several(Vec<Value>),
}

impl CacheKey for Value {
    fn write_key(&self, key: &mut KeyWriter) {
        match self {
            Value::Bool(value) => value.write_key(key),
            Value::Int(value) => value.write_key(key),
            Value::Uint(value) => value.write_key(key),
            Value::Text(value) => value.write_key(key),
            Value::Bytes(value) => key.bytes(value),
            Value::Option(value) => value.write_key(key),
            Value::Sequence(values) => values.write_key(key),
            Value::Tuple(values) => key.tuple(|items| {
                for value in values {
                    items.item(value);
                }
            }),
            Value::Map(map) => map.write_key(key),
            Value::Record(values) => key.record(|fields| {
                for (name, value) in values {
                    fields.field(name, value);
                }
            }),
            Value::Variant(name, content) => key.variant(name, |key| {
                for value in content {
                    value.write_key(key);
                }
            }),
            Value::Several(values) => {
                for value in values {
                    value.write_key(key);
                }
            }
        }
    }
}

impl Value {
    /// Integers are written by value, and several values within several are one list: the same value in both forms.
    fn normal(self) -> Vec<Value> {
        let one = match self {
            Value::Int(value) => u128::try_from(value).map_or(Value::Int(value), Value::Uint),
            Value::Option(Some(value)) => Value::Option(Some(Box::new(Value::Several(value.normal())))),
            Value::Sequence(values) => Value::Sequence(each(values)),
            Value::Tuple(values) => Value::Tuple(each(values)),
            Value::Map(map) => {
                let pairs = map.into_iter();
                Value::Map(
                    pairs.map(|(k, v)| (Value::Several(k.normal()), Value::Several(v.normal()))).collect(),
                )
            }
            Value::Record(fields) => Value::Record(
                fields.into_iter().map(|(name, v)| (name, Value::Several(v.normal()))).collect(),
            ),
            Value::Variant(name, content) => {
                Value::Variant(name, content.into_iter().flat_map(Value::normal).collect())
            }
            Value::Several(values) => return values.into_iter().flat_map(Value::normal).collect(),
            other => other,
        };
        vec![one]
    }
}

fn each(values: Vec<Value>) -> Vec<Value> {
    values.into_iter().map(|value| Value::Several(value.normal())).collect()
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "", "a", "b", "1", "-1", "true", "None", "Some", "0x00", "a,b", "(a)", "[", "'a", "*"
        ])
        .prop_map(str::to_owned),
        "[a1:%='~.(){}+<*é]{0,4}",
    ]
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        (-2_i128..3).prop_map(Value::Int),
        prop::sample::select(vec![i128::MIN, i128::from(i64::MIN), i128::from(i64::MIN) - 1, -256])
            .prop_map(Value::Int),
        (0_u128..3).prop_map(Value::Uint),
        prop::sample::select(vec![u128::MAX, u128::from(u64::MAX), u128::from(u64::MAX) + 1])
            .prop_map(Value::Uint),
        text().prop_map(Value::Text),
        prop::collection::vec(0_u8..3, 0..3).prop_map(Value::Bytes),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(3, 12, 3, |inner| {
        let few = || prop::collection::vec(inner.clone(), 0..3);
        prop_oneof![
            prop::option::of(inner.clone()).prop_map(|value| Value::Option(value.map(Box::new))),
            few().prop_map(Value::Sequence),
            few().prop_map(Value::Tuple),
            prop::collection::btree_map(inner.clone(), inner.clone(), 0..3).prop_map(Value::Map),
            prop::collection::vec((text(), inner.clone()), 0..3).prop_map(Value::Record),
            (text(), few()).prop_map(|(name, content)| Value::Variant(name, content)),
            few().prop_map(Value::Several),
        ]
    })
}

/// Arguments, as a call writes them, and both renderings.
fn key_of(argument: &(impl CacheKey + ?Sized)) -> (Box<[u8]>, String) {
    key(&[argument])
}

fn key(arguments: &[impl CacheKey]) -> (Box<[u8]>, String) {
    let mut writer = KeyWriter::new();
    for (position, argument) in (0..).zip(arguments) {
        writer.argument(position);
        argument.write_key(&mut writer);
    }
    let bytes = writer.finish();
    let text = render("f", &bytes);
    (bytes, text)
}

/// Of the same, in this process.
fn hash(arguments: &[impl CacheKey]) -> u64 {
    let mut writer = KeyWriter::new();
    for (position, argument) in (0..).zip(arguments) {
        writer.argument(position);
        argument.write_key(&mut writer);
    }
    writer.seal().hash
}

pub(crate) fn render(function: &str, key: &[u8]) -> String {
    let arguments = &["a", "b", "c", "d"];
    Parts { namespace: "test", alias: "default", function, version: 0, fingerprint: 0, arguments, key }
        .render()
}

/// As many as `PROPTEST_CASES` says, times a weight; a handful under miri, which is some hundred times slower.
pub(crate) fn cases(weight: f64) -> ProptestConfig {
    let all = f64::from(ProptestConfig::default().cases) * weight;
    let cases = if cfg!(miri) { 4 } else { all.ceil() as u32 };
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(16.0))]

    /// Two lists of arguments have equal bytes if and only if they have equal text, if and only if they are equal.
    #[test]
    fn keys_are_injective(a in prop::collection::vec(value(), 0..4), b in prop::collection::vec(value(), 0..4)) {
        let (bytes_a, text_a) = key(&a);
        let (bytes_b, text_b) = key(&b);
        // A function has as many in each of its keys.
        let same_hash = (a.len() == b.len()).then(|| hash(&a) == hash(&b));
        let equal = each(a) == each(b);
        prop_assert_eq!(bytes_a == bytes_b, equal, "{} {}", text_a, text_b);
        prop_assert_eq!(text_a == text_b, equal, "{}", text_a);
        prop_assert_eq!(same_hash.unwrap_or(equal), equal, "{} {}", text_a, text_b);
    }

    /// Text is short, has no brace, and nothing but what a key may hold.
    #[test]
    fn text_is_bounded_and_clean(arguments in prop::collection::vec(value(), 0..4)) {
        let (_, text) = key(&arguments);
        prop_assert!(text.len() <= 200, "{}", text);
        let allowed = |c: char| c.is_ascii_graphic() && !"{}\"\\".contains(c);
        prop_assert!(text.chars().all(allowed), "{}", text);
    }

    /// Any bytes render, and shortly: what is read back from elsewhere need not be a key.
    #[test]
    fn any_bytes_render(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(render("f", &bytes).len() <= 200);
    }

    #[test]
    fn durations_and_addresses_differ(a in any::<(Duration, u32, u128)>(), b in any::<(Duration, u32, u128)>()) {
        let parts = |(duration, v4, v6): (Duration, u32, u128)| {
            let mut writer = KeyWriter::new();
            (duration, std::net::IpAddr::from(v4.to_be_bytes()), std::net::IpAddr::from(v6.to_be_bytes()))
                .write_key(&mut writer);
            writer.finish()
        };
        prop_assert_eq!(parts(a) == parts(b), a == b);
    }
}

proptest! {
    #![proptest_config(cases(0.5))]

    /// The same for whole samples: each of a hundred values against each.
    #[test]
    fn keys_of_many_values_are_injective(values in prop::collection::vec(value(), if cfg!(miri) { 10 } else { 100 })) {
        let mut by_bytes = HashMap::new();
        let mut by_text = HashMap::new();
        for value in values {
            let (bytes, text) = key(std::slice::from_ref(&value));
            let normal = value.normal();
            prop_assert_eq!(by_bytes.entry(bytes).or_insert_with(|| normal.clone()), &normal);
            prop_assert_eq!(by_text.entry(text).or_insert_with(|| normal.clone()), &normal);
        }
    }
}

/// Pairs that a careless rendering confuses: each differs from each.
#[test]
fn near_misses_differ() {
    let text = |text: &str| Value::Text(text.into());
    let a = || text("a");
    let values = [
        text("a,b"),
        text("a=b"),
        text("[a,b]"),
        text("(a=b)"),
        text("Some(a)"),
        text(".a"),
        text("a+b"),
        text("a%2Cb"),
        text("a:b=c"),
        text("5"),
        text("'5"),
        text("-5"),
        text("true"),
        text("None"),
        text("0x61"),
        text("*"),
        text(""),
        a(),
        Value::Bool(true),
        Value::Uint(5),
        Value::Int(-5),
        Value::Bytes(vec![]),
        Value::Bytes(b"a".to_vec()),
        Value::Option(None),
        Value::Option(Some(Box::new(Value::Option(None)))),
        Value::Option(Some(Box::new(a()))),
        Value::Option(Some(Box::new(Value::Several(vec![])))),
        Value::Sequence(vec![]),
        Value::Sequence(vec![Value::Several(vec![])]),
        Value::Sequence(vec![a(), text("b")]),
        Value::Sequence(vec![text("a,b")]),
        Value::Sequence(vec![text("a=b")]),
        Value::Sequence(vec![Value::Several(vec![a(), text("b")])]),
        Value::Sequence(vec![Value::Sequence(vec![a()]), text("b")]),
        Value::Sequence(vec![Value::Sequence(vec![a(), text("b")])]),
        Value::Tuple(vec![]),
        Value::Tuple(vec![a(), text("b")]),
        Value::Map(BTreeMap::new()),
        Value::Map([(a(), text("b"))].into()),
        Value::Map([(a(), text("b=c"))].into()),
        Value::Map([(text("a=b"), text("c"))].into()),
        Value::Record(vec![]),
        Value::Record(vec![("a".into(), text("b"))]),
        Value::Record(vec![("a".into(), text("b,c=d"))]),
        Value::Record(vec![("a".into(), text("b")), ("c".into(), text("d"))]),
        Value::Variant("a".into(), vec![]),
        Value::Variant("a".into(), vec![Value::Uint(5)]),
        Value::Variant("a5".into(), vec![]),
        Value::Variant("a".into(), vec![Value::Tuple(vec![Value::Uint(5)])]),
        Value::Variant("a".into(), vec![Value::Tuple(vec![Value::Uint(5)]), Value::Uint(5)]),
        Value::Variant("a".into(), vec![Value::Tuple(vec![])]),
        Value::Several(vec![]),
        Value::Several(vec![a(), text("b")]),
    ];
    let keys = values.clone().map(|value| key(&[value]));
    for (one, (bytes, text)) in values.iter().zip(&keys) {
        for (other, (other_bytes, other_text)) in values.iter().zip(&keys) {
            assert_eq!(bytes == other_bytes, one == other, "{one:?} {other:?}");
            assert_eq!(text == other_text, one == other, "{one:?} {other:?}: {text}");
        }
    }
}

#[test]
fn values_are_readable() {
    let text = |value: Value| key(&[value]).1["test:default:f:a=".len()..].to_owned();
    let shown = [
        (Value::Text("blue shoes".into()), "blue%20shoes"),
        (Value::Text("5".into()), "'5"),
        (Value::Text(String::new()), "'"),
        (Value::Uint(5), "5"),
        (Value::Int(-5), "-5"),
        (Value::Option(None), "None"),
        (Value::Option(Some(Box::new(Value::Uint(5)))), "Some(5)"),
        (Value::Bytes(vec![0xab, 1]), "0xab01"),
        (Value::Sequence(vec![Value::Uint(1), Value::Text("a".into())]), "[1,a]"),
        (Value::Tuple(vec![Value::Uint(1), Value::Bool(true)]), "(1,true)"),
        (Value::Map(BTreeMap::new()), "[=]"),
        (Value::Map([(Value::Uint(1), Value::Uint(2))].into()), "[1=2]"),
        (Value::Record(vec![("page".into(), Value::Uint(2))]), "(page=2)"),
        (Value::Variant("Price".into(), vec![]), ".Price"),
        (Value::Variant("v4".into(), vec![Value::Uint(1)]), ".v4<1>"),
    ];
    for (value, expected) in shown {
        assert_eq!(text(value), expected);
    }
}

#[test]
fn a_part_of_any_size_is_bounded() {
    const MIB: usize = if cfg!(miri) { 1 << 10 } else { 1 << 20 };
    let large = "x".repeat(10 * MIB);
    let (bytes, text) = key(&[Value::Text(large.clone())]);
    assert!(bytes.len() < 400, "{} bytes", bytes.len());
    assert!(text.starts_with("test:default:f:a=xxxx") && text.len() == 200, "{text}");
    let (other, other_text) = key(&[Value::Text(format!("{large}y"))]);
    assert_ne!(bytes, other);
    assert_ne!(text, other_text);

    let wide = Value::Sequence(vec![Value::Uint(7); MIB]);
    let (bytes, text) = key(&[wide]);
    assert!(bytes.len() < 400, "{} bytes", bytes.len());
    assert!(text.len() <= 200, "{text}");
}

#[test]
fn parts_in_another_order_have_another_hash() {
    let hashes: HashSet<_> =
        [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]].map(|parts| hash(&parts)).into();
    assert_eq!(hashes.len(), 6);
    let hashes: HashSet<_> = [["a", "b"], ["b", "a"]].map(|parts| hash(&parts)).into();
    assert_eq!(hashes.len(), 2);
}

/// What follows each other, and what differs in a few places alone, goes to buckets of its own.
#[test]
fn hashes_are_spread_over_their_low_bits() {
    let spread = |name: &str, hashes: &mut dyn Iterator<Item = u64>| {
        let mut buckets = vec![0_u32; 256];
        hashes.for_each(|hash| buckets[hash as usize % 256] += 1);
        // With each key in its bucket, of 16,384: 65 if chance put them there. What is multiplied by a secret is spread more evenly by
        // most secrets, and a few times worse by some.
        let shared: u64 = buckets.iter().map(|keys| u64::from(*keys).pow(2)).sum();
        let with_each = shared / u64::from(buckets.iter().sum::<u32>());
        assert!(with_each < 30 * 65, "{name}: {with_each}");
    };
    let numbers = || 0..16_384_u64;
    spread("numbers", &mut numbers().map(|number| hash(&[number])));
    spread("far apart", &mut numbers().map(|number| hash(&[number << 40])));
    spread("names", &mut numbers().map(|number| hash(&[format!("product-{number:06}")])));
    spread("long names", &mut numbers().map(|number| hash(&[format!("{number:>40}")])));
    spread("pairs", &mut numbers().map(|number| hash(&[number % 128, number / 128])));
    let bits = |number: u64| (0..14).map(|bit| number >> bit & 1 == 1).collect::<Vec<_>>();
    spread("truths", &mut numbers().map(|number| hash(&bits(number))));
}

#[test]
fn a_key_of_usual_size_is_on_the_stack() {
    let mut writer = KeyWriter::new();
    (5_u64, "details", Option::<u8>::None).write_key(&mut writer);
    assert!(writer.inline_length().is_some());
}

/// The same bytes on the stack, on the heap and around the borders between them; digested beyond.
#[test]
fn borders_between_stack_heap_and_digest_lose_nothing() {
    let mut seen = HashMap::new();
    for length in (1..300).chain(900..1_200) {
        let text = "x".repeat(length);
        let (bytes, _) = key(&[Value::Text(text.clone()), Value::Uint(7)]);
        if bytes[0] != super::bytes::code::DIGESTED {
            assert!(
                bytes.windows(length).any(|part| part == text.as_bytes())
                    && bytes.ends_with(&7_u64.to_le_bytes())
            );
        }
        assert!(bytes.len() <= 1_024);
        assert_eq!(seen.insert(bytes, length), None);
    }
}

#[test]
fn functions_and_versions_differ() {
    let (bytes, _) = key(&[Value::Uint(5)]);
    assert_ne!(render("f", &bytes), render("g", &bytes));
    let version = |version| {
        Parts {
            namespace: "n",
            alias: "a",
            function: "f",
            version,
            fingerprint: 0,
            arguments: &["a"],
            key: &bytes,
        }
        .render()
    };
    assert_eq!(version(0), "n:a:f:a=5");
    assert_eq!(version(2), "n:a:f@v2:a=5");
}

/// A long name is no other name: neither another long one nor its digest, written out.
#[test]
fn long_names_equal_no_other() {
    let long = |last: char| format!("{}{last}", "x".repeat(300));
    let digest = blake3::hash(long('a').as_bytes()).to_hex().to_string();
    let names =
        [long('a'), long('b'), digest.clone(), format!("!{digest}"), "x".repeat(254), "x".repeat(255)];
    for wrap in [
        |name: String| Value::Record(vec![(name, Value::Uint(5))]),
        |name: String| Value::Variant(name, vec![Value::Uint(5)]),
    ] {
        let keys: Vec<_> = names.iter().map(|name| key(&[wrap(name.clone())])).collect();
        for (at, (bytes, text)) in keys.iter().enumerate() {
            assert!(keys[..at].iter().all(|(other, shown)| other != bytes && shown != text), "{text}");
        }
    }
}

/// Paths are one if they compare equal, which goes by components.
#[test]
fn paths_are_told_apart_by_their_components() {
    let paths = ["", "a", "/a", "a/b", "a//b", "a/./b", "a/b/", "b/a", "../a", "./a", "a b", "/", "a\u{0}b"];
    for one in paths.map(Path::new) {
        for other in paths.map(Path::new) {
            assert_eq!(key_of(one) == key_of(other), one == other, "{one:?} {other:?}");
        }
    }
    assert_eq!(key_of(Path::new("/etc/hosts")).1, "test:default:f:a=['%2F,etc,hosts]");
}

#[cfg(unix)]
#[test]
fn paths_that_are_no_text_are_told_apart() {
    use std::os::unix::ffi::OsStrExt;
    let path = |bytes: &'static [u8]| Path::new(std::ffi::OsStr::from_bytes(bytes));
    let keys = [path(b"a\xff"), path(b"a\xfe"), path("a\u{fffd}".as_bytes())].map(key_of);
    assert!(keys[0].0 != keys[1].0 && keys[1].0 != keys[2].0 && keys[0].0 != keys[2].0);
    assert!(keys[0].1 != keys[1].1 && keys[1].1 != keys[2].1 && keys[0].1 != keys[2].1);
}

/// Two keys of one length that differ only beyond what is kept of their head.
#[test]
fn long_keys_differ_by_their_digest() {
    let long = |last: char| key(&[Value::Text(format!("{}{last}", "x".repeat(5_000)))]);
    assert_ne!(long('a').0, long('b').0);
    assert_ne!(long('a').1, long('b').1);
}

#[test]
fn tags_of_two_namespaces_differ() {
    use super::tag::{Buckets, ModelTags, Tag};
    let tags = |namespace| {
        let model = ModelTags { namespace, model: "m" };
        let mut tags = vec![
            Tag::namespace(namespace),
            Tag::alias(namespace, "a"),
            Tag::function(namespace, "f"),
            Tag::tenant(namespace, b"t"),
            Tag::tenant_alias(namespace, b"t", "a"),
            Tag::tenant_function(namespace, b"t", "f"),
            Tag::user(namespace, b"t", b"u"),
            Buckets::of(namespace, "f").tag(b"k"),
        ];
        tags.extend(model.read_row(b"t", b"5"));
        tags.extend(model.read(b"t"));
        tags.extend(model.read_across());
        tags
    };
    let (one, other) = (tags("one"), tags("other"));
    assert!(one.iter().all(|tag| !other.contains(tag)));
    let each: std::collections::HashSet<_> = one.iter().collect();
    assert_eq!(each.len(), one.len() - 2, "`all` everywhere is in three of them");
}
