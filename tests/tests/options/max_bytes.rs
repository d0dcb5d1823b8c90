//! `max_bytes` of an alias: its entries are bounded by the bytes that they take.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use cache_core::{Alias, AliasStats, ByteSize, Cache, CacheBuilder, Error, Settings, cached};
use serde::{Deserialize, Serialize, Serializer};

const KIB: u64 = 1 << 10;

#[derive(Alias)]
#[alias(name = "of-bytes", max_bytes = "64KiB")]
struct OfBytes;

/// What an entry counts beyond its key and its value.
const ENTRY: u64 = 192;

#[cached(alias = OfBytes)]
fn text(id: u64, length: usize) -> String {
    assert!(id < 1_000_000);
    "a".repeat(length)
}

/// What an entry of `text` counts: in its key each number has 9 bytes, and 2 for its position.
fn bytes(length: usize) -> u64 {
    let value = (8 + length).max(size_of::<String>());
    ENTRY + 22 + value as u64
}

fn stats() -> AliasStats {
    let stats = Cache::current().stats();
    stats.aliases.into_iter().find(|alias| alias.name == "of-bytes").expect("it is in use")
}

fn used() -> u64 {
    stats().bytes.expect("it is bounded by bytes")
}

fn length_of(id: u64) -> usize {
    (id as usize * 37) % 2_000
}

#[cache_core::test]
fn the_bytes_of_all_entries_are_bounded() {
    for id in 0..3_000 {
        text(id, length_of(id));
        assert_eq!(text::entry(id, length_of(id)).get().map(|text| text.len()), Some(length_of(id)));
        assert!(used() <= 64 * KIB, "{} bytes", used());
    }
    let kept = (0..3_000).filter(|id| text::entry(*id, length_of(*id)).get().is_some());
    let kept: Vec<_> = kept.map(|id| bytes(length_of(id))).collect();
    let AliasStats { entries, bytes, max_entries, max_bytes, .. } = stats();
    assert_eq!((entries, bytes), (kept.len(), Some(kept.iter().sum())));
    assert_eq!((max_entries, max_bytes), (None, Some(64 * KIB)));
    assert!(used() > 60 * KIB, "no more goes than must: {} bytes", used());
}

#[cache_core::test]
fn what_is_larger_makes_more_others_go() {
    for id in 0..200 {
        text(id, 100);
    }
    let before = stats();
    assert_eq!((before.entries, before.bytes), (200, Some(200 * bytes(100))));
    text(200, 40_000);
    assert!(text::entry(200, 40_000).get().is_some());
    let after = stats();
    // As many as must, and no more.
    let room = 64 * KIB - bytes(40_000);
    assert_eq!(after.entries as u64, 1 + room / bytes(100));
    assert!(after.entries < 120, "{}", after.entries);
}

#[cache_core::test]
fn what_is_larger_than_the_whole_is_returned_and_not_stored() {
    text(1, 100);
    assert_eq!(text(2, 70_000).len(), 70_000);
    assert_eq!(text(2, 70_000).len(), 70_000);
    assert_eq!(text::entry(2, 70_000).get(), None);
    assert!(text::entry(1, 100).get().is_some(), "nothing goes for it");
    let function = Cache::current().stats().function("max_bytes::text");
    assert_eq!((function.loads, function.stores, function.too_large), (3, 1, 2));
    // To the byte.
    let most = 64 * KIB as usize - (bytes(100) as usize - 100);
    text(3, most + 1);
    assert_eq!((text::entry(3, most + 1).get(), stats().entries), (None, 1));
    text(3, most);
    assert!(text::entry(3, most).get().is_some());
    assert_eq!((stats().entries, used()), (1, 64 * KIB));
}

static GROWS: AtomicU64 = AtomicU64::new(10);

#[cached(alias = OfBytes)]
fn growing() -> String {
    "a".repeat(GROWS.load(Ordering::SeqCst) as usize)
}

#[cache_core::test]
fn what_has_grown_too_large_leaves_nothing_older_behind() {
    growing();
    assert_eq!(growing::entry().get().map(|text| text.len()), Some(10));
    GROWS.store(1_000, Ordering::SeqCst);
    growing::refresh();
    assert_eq!(growing::entry().get().map(|text| text.len()), Some(1_000), "and its bytes are counted anew");
    assert_eq!(used(), ENTRY + 1_008);
    GROWS.store(70_000, Ordering::SeqCst);
    growing::refresh();
    assert_eq!((growing::entry().get(), used()), (None, 0));
}

#[cache_core::test]
fn what_is_invalidated_or_swept_gives_its_bytes_back() {
    text(1, 1_000);
    text(2, 1_000);
    text::entry(1, 1_000).invalidate();
    assert_eq!(used(), bytes(1_000));
    text::invalidate_all();
    Cache::current().maintain();
    assert_eq!((stats().entries, used()), (0, 0));
}

#[cached(alias = OfBytes, each = ids)]
async fn many(ids: &[u64]) -> HashMap<u64, String> {
    ids.iter().map(|id| (*id, "a".repeat(1_000))).collect()
}

#[cache_core::test]
async fn entries_of_a_batch_and_those_made_by_hand_are_counted_too() {
    let ids: Vec<_> = (0..10).collect();
    assert_eq!(many(&ids).await.len(), 10);
    assert_eq!(used(), 10 * (ENTRY + 11 + 1_008));
    many::invalidate_all().await;
    Cache::current().maintain();

    let cache = Cache::current();
    let entry = |id: u64| cache.entry::<OfBytes, String>(id).global();
    assert_eq!(entry(1).get_or_set(|| async { "a".repeat(1_000) }).await.len(), 1_000);
    assert!(entry(2).set("a".repeat(2_000)).await);
    assert!(entry(3).begin().await.store("a".repeat(3_000)));
    assert!(!entry(4).set("a".repeat(70_000)).await, "larger than the whole");
    let entries = cache.entries::<OfBytes, String, _>([5, 6, 7]).global();
    assert_eq!(entries.set_many([(5, "a".repeat(5_000)), (6, "a".repeat(70_000))]).await, 1);
    let found = entries
        .get_or_set_many(|missing| async { missing.into_iter().map(|id| (id, "a".repeat(6_000))) })
        .await;
    assert_eq!(found.into_iter().flatten().map(|text| text.len()).collect::<Vec<_>>(), [5_000, 6_000, 6_000]);
    let lengths = [1_000, 2_000, 3_000, 5_000, 6_000, 6_000];
    assert_eq!(used(), lengths.iter().map(|length| ENTRY + 11 + 8 + length).sum::<u64>());
}

/// Counts how often it is serialized.
#[derive(Clone, Deserialize)]
struct Watched(u64);

static SERIALIZED: AtomicU64 = AtomicU64::new(0);

impl Serialize for Watched {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        SERIALIZED.fetch_add(1, Ordering::SeqCst);
        serializer.serialize_u64(self.0)
    }
}

#[derive(Alias)]
#[alias(name = "of-entries", max_entries = 100)]
struct OfEntries;

#[cached(alias = OfEntries)]
fn unmeasured(id: u64) -> Watched {
    Watched(id)
}

#[cached(alias = OfBytes, store_if = |value: &Watched| value.0 > 0)]
fn measured(id: u64) -> Watched {
    Watched(id)
}

#[cache_core::test]
fn values_are_measured_when_they_are_stored_where_bytes_count_and_only_then() {
    for _ in 0..3 {
        assert_eq!(unmeasured(5).0, 5);
    }
    assert_eq!(SERIALIZED.load(Ordering::SeqCst), 0, "by entries");
    let alias = &Cache::current().stats().aliases[0];
    assert_eq!(
        (alias.name, alias.max_entries, alias.bytes, alias.max_bytes),
        ("of-entries", Some(100), None, None)
    );
    for _ in 0..3 {
        assert_eq!((measured(5).0, measured(0).0), (5, 0));
    }
    assert_eq!(SERIALIZED.load(Ordering::SeqCst), 1, "once, when it is stored; not what isn't");
}

#[derive(Clone, Debug, PartialEq)]
struct NotSerde([u64; 15]);

#[cached(alias = OfBytes, err_ttl = "1m")]
fn failing(id: u64) -> Result<String, NotSerde> {
    Err(NotSerde([id; 15]))
}

#[cache_core::test]
fn an_error_counts_as_its_type() {
    failing(1).unwrap_err();
    assert_eq!(failing::entry(1).get(), Some(Err(NotSerde([1; 15]))));
    assert_eq!(used(), ENTRY + 11 + 120);
}

/// Can't be serialized while it is borrowed, which it is for ever.
#[derive(Clone, Deserialize)]
struct Unserializable(String);

impl Serialize for Unserializable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let cell = RefCell::new(&self.0);
        let _held = cell.borrow_mut();
        (&self.0, &cell).serialize(serializer)
    }
}

#[cached(alias = OfBytes)]
fn unserializable(length: usize) -> Unserializable {
    Unserializable("a".repeat(length))
}

#[cache_core::test]
fn what_cannot_be_serialized_is_stored_and_counted_as_far_as_that_came() {
    unserializable(500);
    assert_eq!(unserializable::entry(500).get().map(|value| value.0.len()), Some(500));
    assert_eq!(used(), ENTRY + 11 + 508);
}

/// Calls the cache while it is measured.
#[derive(Clone, Deserialize)]
struct CallsBack;

impl Serialize for CallsBack {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&text(7, 300))
    }
}

#[cached(alias = OfBytes)]
fn calling_back() -> CallsBack {
    CallsBack
}

#[cache_core::test]
fn what_is_measured_may_call_the_cache() {
    calling_back();
    assert!(calling_back::entry().get().is_some() && text::entry(7, 300).get().is_some());
    assert_eq!(used(), bytes(300) + ENTRY + 308);
}

#[derive(Alias)]
#[alias(name = "set-elsewhere", max_entries = 7)]
struct SetElsewhere;

#[derive(Alias)]
#[alias(name = "set-to-bytes", max_bytes = 4_096)]
struct SetToBytes;

/// The bounds of the two, by what these settings come to.
fn bounds(builder: CacheBuilder) -> [String; 2] {
    let cache = builder.build().unwrap();
    let of_entries = cache.settings::<SetElsewhere>().to_string();
    let of_bytes = cache.settings::<SetToBytes>().to_string();
    [of_entries, of_bytes].map(|settings| settings.split(", ").nth(3).expect("its bound").to_owned())
}

fn file(name: &str, text: &str) -> std::path::PathBuf {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn the_later_layer_says_how_it_is_bounded() {
    assert_eq!(bounds(Cache::builder()), ["max_entries = 7", "max_bytes = \"4KiB\""]);
    let path = file(
        "the_later_layer_says_how_it_is_bounded.toml",
        "[alias.set-elsewhere]\nmax_bytes = '64KiB'\n[alias.set-to-bytes]\nmax_entries = 8\n",
    );
    let from_file = Cache::builder().file(path).unwrap();
    assert_eq!(bounds(from_file.clone()), ["max_bytes = \"64KiB\"", "max_entries = 8"]);
    let in_code = from_file
        .alias::<SetElsewhere>(|settings| settings.max_entries(9))
        .alias::<SetToBytes>(|settings| settings.max_bytes(ByteSize::new(10_000_000)));
    assert_eq!(bounds(in_code.clone()), ["max_entries = 9", "max_bytes = \"10MB\""]);

    // And so it is.
    let cache =
        in_code.alias::<SetElsewhere>(|settings| settings.max_bytes(ByteSize::new(4 * KIB))).build().unwrap();
    for id in 0..100_u64 {
        cache.sync_entry::<SetElsewhere, String>(id).global().set("a".repeat(1_000));
    }
    let alias = &cache.stats().aliases[0];
    assert_eq!(
        (alias.entries, alias.bytes, alias.max_bytes),
        (3, Some(3 * (ENTRY + 11 + 1_008)), Some(4 * KIB))
    );
}

/// Runs itself once more, in an environment of its own: that of a process is shared by its threads.
#[test]
fn variables_say_it_too() {
    const WITHIN: &str = "TESTS_MAX_BYTES_WITHIN";
    if std::env::var_os(WITHIN).is_some() {
        println!("{:?}", Cache::from_env().map(bounds));
        return;
    }
    let printed = |bytes: &str, entries: &str| {
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "max_bytes::variables_say_it_too", "--nocapture"])
            .env(WITHIN, "1")
            .env("CACHE_SET_ELSEWHERE_MAX_BYTES", bytes)
            .env("CACHE_SET_TO_BYTES_MAX_ENTRIES", entries)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let said = printed("1MiB", "8");
    assert!(said.contains(r#"Ok(["max_bytes = \"1MiB\"", "max_entries = 8"])"#), "{said}");
    let said = printed("1M", "8");
    let refused = "Err(`CACHE_SET_ELSEWHERE_MAX_BYTES` can't be `1M`; allowed are whole numbers of bytes, or of `KB`, `MB`, \
                   `GB`, `KiB`, `MiB`, `GiB`, from `1KiB` on, such as `64MiB`)";
    assert!(said.contains(refused), "{said}");
}

#[derive(Alias)]
#[alias(name = "of-locals")]
struct OfLocals;

#[cached(alias = OfLocals, local)]
fn compiled(id: u64) -> u64 {
    id
}

#[cached(alias = OfLocals, pure)]
fn squared(id: u64) -> u64 {
    id * id
}

#[test]
fn a_setting_that_bounds_local_functions_by_bytes_is_refused() {
    let by_bytes = |settings: Settings| settings.max_bytes(ByteSize::new(1 << 20));
    let Err(Error::Settings(refused)) = Cache::builder().alias::<OfLocals>(by_bytes).build() else {
        panic!("they can't be measured");
    };
    let place = "`max_bytes` of alias `of-locals`, set in code, can't be `1MiB`: `options::max_bytes::";
    let mut stays: Vec<_> =
        refused.iter().map(|refused| refused.strip_prefix(place).expect(refused)).collect();
    stays.sort_unstable();
    let [compiled, squared] = stays[..] else { panic!("{refused:#?}") };
    assert!(compiled.starts_with("compiled` at tests/tests/options/max_bytes.rs:"), "{compiled}");
    assert!(compiled.ends_with(
        "is `local`, so that nothing tells how large its values are; set `max_entries`, or give the function another \
         alias, or leave out `local`"
    ));
    assert!(squared.contains("is `pure`,") && squared.ends_with("leave out `pure`"), "{squared}");
    assert!(Cache::builder().alias::<OfLocals>(|settings| settings.max_entries(5)).build().is_ok());
}

#[test]
fn text_is_read_as_in_a_settings_file() {
    assert_eq!("64KiB".parse(), Ok(ByteSize::new(64 * KIB)));
    let error = "64K".parse::<ByteSize>().unwrap_err().to_string();
    assert!(
        error.starts_with("`64K` can't be a bound; allowed are whole numbers of bytes, or of `KB`,"),
        "{error}"
    );
}
