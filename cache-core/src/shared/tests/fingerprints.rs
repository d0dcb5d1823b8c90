//! Shapes and fingerprints of types: pinned, and as different as what is stored of them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::num::NonZeroU32;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::shared::fingerprint::{Untraceable, fingerprint, traced};
use crate::shared::trace::Why;

/// The shape of a type.
fn shape<T: serde::de::DeserializeOwned + 'static>() -> String {
    traced::<T>().map(|traced| traced.shape.clone()).unwrap_or_else(|error| error.to_string())
}

fn untraceable<T: serde::de::DeserializeOwned + 'static>() -> Untraceable {
    traced::<T>().expect_err("it can't be traced")
}

macro_rules! shapes {
    ($($type:ty => $shape:literal;)*) => {$(
        assert_eq!(shape::<$type>(), $shape, "{}", stringify!($type));
    )*};
}

#[derive(Deserialize)]
struct Unit;

#[derive(Deserialize)]
struct Empty {}

#[derive(Deserialize)]
struct UserId(#[expect(dead_code)] u64);

#[derive(Deserialize)]
struct Pair(#[expect(dead_code)] u8, #[expect(dead_code)] String);

#[derive(Deserialize)]
#[expect(dead_code)]
struct Order {
    id: u64,
    #[serde(rename = "a name")]
    name: Option<String>,
    lines: Vec<Line>,
    first: Line,
}

#[derive(Deserialize)]
#[expect(dead_code)]
struct Line {
    price: f64,
    kind: Kind,
}

#[derive(Deserialize)]
#[expect(dead_code)]
enum Kind {
    Plain,
    Numbered(u32),
    Both(u8, u8),
    Named { of: UserId },
    Nested(Result<bool, Inner>),
}

#[derive(Deserialize)]
#[expect(dead_code)]
enum Inner {
    One(char),
    Two,
}

#[test]
fn shapes_of_plain_types() {
    shapes! {
        bool => "bool";
        i8 => "i8";
        u128 => "u128";
        f32 => "f32";
        char => "char";
        String => "str";
        Box<str> => "str";
        Arc<String> => "str";
        std::borrow::Cow<'static, str> => "str";
        std::path::PathBuf => "str";
        () => "unit";
        Unit => "unit";
        Empty => "{}";
        UserId => "{u64}";
        Pair => "{u8,str}";
        NonZeroU32 => "u32";
        Vec<u8> => "[u8]";
        BTreeSet<i64> => "[i64]";
        HashSet<String> => "[str]";
        BTreeMap<String, Vec<u8>> => "[str=[u8]]";
        HashMap<u32, ()> => "[u32=unit]";
        Option<Option<u8>> => "??u8";
        (u8, u8, String, [u8; 4]) => "(u8x2,str,(u8x4))";
        Result<u8, String> => "<Ok(u8)|Err(str)>";
        std::time::Duration => "{secs:u64,nanos:u32}";
        std::net::Ipv4Addr => "(u8x4)";
        std::net::IpAddr => "<V4((u8x4))|V6((u8x16))>";
        std::ops::Range<u8> => "{start:u8,end:u8}";
    }
}

#[test]
fn shapes_of_nested_types() {
    shapes! {
        Line => "{price:f64,kind:<Plain|Numbered(u32)|Both(u8x2,)|Named{of:{u64}}|Nested(<Ok(bool)|Err(<One(char)|Two>)>)>}";
        Order => "{id:u64,a%20name:?str,lines:[{price:f64,kind:<Plain|Numbered(u32)|Both(u8x2,)|Named{of:{u64}}|\
                  Nested(<Ok(bool)|Err(<One(char)|Two>)>)>}],first:^1}";
        Vec<Option<Inner>> => "[?<One(char)|Two>]";
    }
}

#[derive(Deserialize)]
#[expect(dead_code)]
struct List {
    value: u8,
    next: Option<Box<List>>,
}

#[derive(Deserialize)]
struct Tree(#[expect(dead_code)] Vec<Tree>);

#[derive(Deserialize)]
#[expect(dead_code)]
enum Expression {
    Sum(Box<Expression>, Box<Expression>),
    Call { function: String, arguments: Vec<Expression> },
    Negative(Box<Expression>),
    Block(Box<Statement>),
    Number(i64),
}

#[derive(Deserialize)]
#[expect(dead_code)]
enum Statement {
    If(Expression, Box<Statement>),
    Do(Expression),
}

/// Comes to an end through an empty sequence alone.
#[derive(Deserialize)]
#[expect(dead_code)]
enum Forest {
    Grafted(Box<Forest>),
    Trees(Vec<Forest>),
}

#[derive(Deserialize)]
struct Endless(#[expect(dead_code)] Box<Endless>);

#[derive(Deserialize)]
#[expect(dead_code)]
enum AlsoEndless {
    One(Box<AlsoEndless>),
    Other(Box<Endless>),
}

#[test]
fn types_within_themselves() {
    shapes! {
        List => "{value:u8,next:?^0}";
        Tree => "{[^0]}";
        Expression => "<Sum(^0x2,)|Call{function:str,arguments:[^0]}|Negative(^0)|Block(<If(^0,^1,)|Do(^0)>)|Number(i64)>";
        Statement => "<If(<Sum(^1x2,)|Call{function:str,arguments:[^1]}|Negative(^1)|Block(^0)|Number(i64)>,^0,)|Do(^1)>";
        Forest => "<Grafted(^0)|Trees([^0])>";
    }
    assert_eq!(untraceable::<Endless>().why, Why::Endless);
    assert_eq!(untraceable::<AlsoEndless>().why, Why::Endless);
}

/// Each layer names the next three times: what is looked at once only is quick.
#[test]
fn wide_types_are_read_in_passing() {
    macro_rules! layers {
        ($($layer:ident $next:ident;)*) => {$(
            #[derive(Deserialize)]
            #[expect(dead_code)]
            enum $layer {
                Boxed(Box<$next>),
                Many(Vec<$next>),
                Perhaps(Option<Box<$next>>),
                Back { back: Option<Box<A>> },
            }
        )*};
    }
    layers! { A B; B C; C D; D E; E F; F G; G H; H I; I J; J K; K L; L M; M N; N Inner; }
    let shape = shape::<A>();
    assert_eq!(shape.matches("back:?^0").count(), 14, "{shape}");
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Date;

impl TryFrom<String> for Date {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text == "2000-01-01" { Ok(Date) } else { Err("no date") }
    }
}

#[derive(Deserialize)]
#[serde(try_from = "u8")]
struct Even;

impl TryFrom<u8> for Even {
    type Error = &'static str;
    fn try_from(number: u8) -> Result<Self, Self::Error> {
        if number > 1 && number.is_multiple_of(2) { Ok(Even) } else { Err("not even") }
    }
}

#[derive(Deserialize)]
#[serde(try_from = "Vec<Even>")]
struct Three;

impl TryFrom<Vec<Even>> for Three {
    type Error = &'static str;
    fn try_from(items: Vec<Even>) -> Result<Self, Self::Error> {
        if items.len() == 3 { Ok(Three) } else { Err("not three") }
    }
}

#[derive(Deserialize)]
#[serde(try_from = "(u8, u8)")]
struct Ascending;

impl TryFrom<(u8, u8)> for Ascending {
    type Error = &'static str;
    fn try_from((from, to): (u8, u8)) -> Result<Self, Self::Error> {
        if from < to { Ok(Ascending) } else { Err("not ascending") }
    }
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Never;

impl TryFrom<String> for Never {
    type Error = &'static str;
    fn try_from(_: String) -> Result<Self, Self::Error> {
        Err("never")
    }
}

#[derive(Deserialize)]
#[expect(dead_code)]
struct Checked {
    date: Date,
    even: Option<Even>,
    three: Three,
    dates: Vec<Date>,
}

#[derive(Deserialize)]
#[expect(dead_code)]
struct WithNever {
    id: u8,
    never: Never,
}

#[test]
fn types_that_check_what_they_are_made_of() {
    shapes! {
        Date => "str";
        Even => "u8";
        Three => "[u8]";
        Ascending => "(u8x2)";
        Checked => "{date:str,even:?u8,three:[u8],dates:[str]}";
    }
    let error = untraceable::<WithNever>();
    assert!(error.part.ends_with("Never"), "{error}");
    assert_eq!(error.why, Why::Refused("never".to_owned()));
}

#[derive(Deserialize)]
#[serde(untagged)]
#[expect(dead_code)]
enum Untagged {
    Number(u8),
    Text(String),
}

#[derive(Deserialize)]
#[serde(tag = "kind")]
#[expect(dead_code)]
enum Tagged {
    One { id: u8 },
}

#[derive(Deserialize)]
#[serde(tag = "kind", content = "of")]
#[expect(dead_code)]
enum Adjacent {
    One { id: u8 },
    Two(String),
}

#[derive(Deserialize)]
#[expect(dead_code)]
struct Flat {
    id: u8,
    #[serde(flatten)]
    more: HashMap<String, u8>,
}

#[derive(Deserialize)]
#[expect(dead_code)]
struct WithFlat {
    id: u8,
    flat: Option<Flat>,
}

/// Takes whatever comes, by itself.
struct Whatever;

impl<'de> Deserialize<'de> for Whatever {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Whatever;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a text of one letter")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Whatever, E> {
                if text.len() == 1 { Ok(Whatever) } else { Err(E::custom("no letter")) }
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

#[derive(Deserialize)]
#[expect(dead_code)]
struct WithWhatever {
    id: u8,
    whatever: Whatever,
}

struct Panics;

impl<'de> Deserialize<'de> for Panics {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        std::panic::panic_any("as it says")
    }
}

#[test]
fn what_cannot_be_seen() {
    let hidden = [
        untraceable::<Untagged>(),
        untraceable::<Tagged>(),
        untraceable::<Adjacent>(),
        untraceable::<Flat>(),
    ];
    for error in hidden {
        assert_eq!(error.why, Why::Hidden, "{error}");
    }
    assert_eq!(
        untraceable::<WithFlat>().to_string(),
        "`cache_core::shared::tests::fingerprints::WithFlat` has no fingerprint: in it, \
         `core::option::Option<cache_core::shared::tests::fingerprints::Flat>` is read by what it finds (`untagged`, `tag`, \
         `flatten`), so what it may find can't be seen; say `version = 1` in the attribute, and the next number whenever the \
         type changes, or `local`"
    );
    assert_eq!(untraceable::<Panics>().why, Why::Panicked);
}

#[test]
fn what_decides_by_what_it_finds() {
    assert_eq!(shape::<WithWhatever>(), "{id:u8,whatever:*}");
    assert!(!traced::<WithWhatever>().unwrap().plain);
    assert!(traced::<Order>().unwrap().plain);
    assert!(traced::<List>().unwrap().plain);
    assert_eq!(shape::<serde::de::IgnoredAny>(), "*");
}

#[test]
fn types_of_other_crates() {
    shapes! {
        chrono::NaiveDate => "str";
        chrono::NaiveDateTime => "str";
        chrono::NaiveTime => "str";
        chrono::DateTime<chrono::Utc> => "str";
        chrono::DateTime<chrono::FixedOffset> => "str";
        Vec<(uuid::Uuid, Option<chrono::NaiveDate>)> => "[(bytes,?str)]";
        time::Date => "(i32,u16)";
        time::OffsetDateTime => "(i32,u16,u8x3,u32,i8x3)";
        std::net::SocketAddr => "<V4(((u8x4),u16))|V6(((u8x16),u16))>";
        std::time::SystemTime => "{secs_since_epoch:u64,nanos_since_epoch:u32}";
        rust_decimal::Decimal => "*";
        serde_json::Value => "*";
        serde_json::Map<String, serde_json::Value> => "[str=*]";
        HashMap<String, serde_json::Value> => "[str=*]";
    }
    // A variant that can't be read here.
    #[cfg(unix)]
    shapes! { std::ffi::OsString => "<Unix([u8])|Windows!>"; }
}

/// Pinned: what changes one of these makes all processes forget what is stored.
#[test]
fn fingerprints_are_the_same_everywhere() {
    let fingerprints = [
        fingerprint::<u8>(),
        fingerprint::<String>(),
        fingerprint::<Order>(),
        fingerprint::<Expression>(),
        fingerprint::<HashMap<String, Vec<Option<Kind>>>>(),
    ]
    .map(|fingerprint| fingerprint.unwrap().to_string());
    assert_eq!(fingerprints, ["5bc0d0ec", "43f1bd8f", "5dbd235f", "ba0c65ba", "26b2256d"]);
}

/// What a deploy may change, each beside what it was. PEERS.md, fault 18.
mod deploys {
    use super::*;

    macro_rules! version {
        ($($name:ident: $item:item)*) => {$(
            pub(super) mod $name {
                use super::*;
                #[derive(Deserialize, Serialize)]
                $item
            }
        )*};
    }

    version! {
        before: pub(crate) struct Stored { id: u64, name: String, state: State }
        again: pub(crate) struct Stored { id: u64, name: String, state: State }
        added: pub(crate) struct Stored { id: u64, name: String, state: State, more: Option<u8> }
        removed: pub(crate) struct Stored { id: u64, name: String }
        renamed: pub(crate) struct Stored { id: u64, title: String, state: State }
        reordered: pub(crate) struct Stored { name: String, id: u64, state: State }
        retyped: pub(crate) struct Stored { id: i64, name: String, state: State }
        optional: pub(crate) struct Stored { id: u64, name: Option<String>, state: State }
        deeper: pub(crate) struct Stored { id: u64, name: String, state: MoreState }
        swapped: pub(crate) struct Stored { id: u64, name: String, state: OtherState }
        wrapped: pub(crate) struct Stored { id: UserId2, name: String, state: State }
    }

    #[derive(Deserialize, Serialize)]
    pub(super) enum State {
        Open,
        Closed,
    }

    #[derive(Deserialize, Serialize)]
    pub(super) enum MoreState {
        Open,
        Closed,
        Gone,
    }

    #[derive(Deserialize, Serialize)]
    pub(super) enum OtherState {
        Closed,
        Open,
    }

    #[derive(Deserialize, Serialize)]
    pub(super) struct UserId2(u64);
}

#[test]
fn each_change_of_a_deploy_is_seen() {
    use deploys::*;
    let before = fingerprint::<before::Stored>();
    assert_eq!(before, fingerprint::<again::Stored>());
    let changed = [
        fingerprint::<added::Stored>(),
        fingerprint::<removed::Stored>(),
        fingerprint::<renamed::Stored>(),
        fingerprint::<reordered::Stored>(),
        fingerprint::<retyped::Stored>(),
        fingerprint::<optional::Stored>(),
        fingerprint::<deeper::Stored>(),
        fingerprint::<swapped::Stored>(),
        fingerprint::<wrapped::Stored>(),
    ];
    let distinct: HashSet<_> = changed.iter().chain([&before]).map(|found| found.clone().unwrap()).collect();
    assert_eq!(distinct.len(), 10);
}
