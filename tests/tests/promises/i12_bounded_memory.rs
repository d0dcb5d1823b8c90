//! I12: near stores, cells, flights and watches have bounds that hold under attack by ever-new keys.

use std::sync::Arc;

use cache_core::{Alias, Cache, cached};
use tests::{Article, Source};

#[derive(Alias)]
#[alias(name = "bounded", max_entries = 1_000)]
struct Bounded;

#[cached(alias = Bounded, invalidate_on = [Article(id)])]
fn attacked(id: u64) -> u64 {
    id
}

/// Resident memory in KiB.
#[cfg(target_os = "linux")]
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[cfg(target_os = "linux")]
#[cache_core::test]
fn a_million_new_keys_and_tags_stay_within_bounds() {
    for id in 0..20_000 {
        attacked(id);
    }
    let before = resident();
    for id in 20_000..1_000_000 {
        attacked(id);
    }
    let after = resident();
    let stats = Cache::current().stats();
    println!(
        "a million keys and tags: {} entries, {} cells, {before} KiB after 20,000, {after} KiB after all",
        stats.aliases[0].entries, stats.tags
    );
    assert!(stats.aliases[0].entries <= 1_000, "{}", stats.aliases[0].entries);
    // Of each entry: its row, all rows, and at most its bucket; and what they share.
    assert!(stats.tags <= 1_000 + 1_024 + 8, "{}", stats.tags);
    assert!(after < before + 8 * 1024, "{before} KiB, then {after} KiB");
    assert_eq!(stats.total().loads, 1_000_000);
    assert_eq!(stats.aliases[0].loading, 0);
}

#[derive(Alias)]
#[alias(name = "bounded-by-bytes", max_bytes = "16MiB")]
struct BoundedByBytes;

#[cfg(target_os = "linux")]
#[cached(alias = BoundedByBytes)]
fn attacked_with(id: u64, length: usize) -> String {
    assert!(id < u64::MAX);
    "a".repeat(length)
}

/// What is counted is near to what the process takes.
#[cfg(target_os = "linux")]
fn a_bound_by_bytes_holds_what_it_says(lengths: &std::ops::Range<usize>, calls: u64) {
    const BOUND: u64 = 16 << 10;
    let before = resident();
    for id in 0..calls {
        attacked_with(id, spread_over(id, lengths));
    }
    let (alias, grown) = (Cache::current().stats().aliases.remove(0), resident() - before);
    println!("values of {lengths:?} bytes: {} entries, {:?} bytes, {grown} KiB", alias.entries, alias.bytes);
    assert!(alias.bytes.is_some_and(|bytes| bytes <= BOUND << 10 && bytes > (BOUND << 10) * 9 / 10));
    assert!(grown < BOUND * 2, "{grown} KiB");
}

#[cfg(target_os = "linux")]
#[cache_core::test]
fn a_bound_by_bytes_holds_of_many_small_entries() {
    a_bound_by_bytes_holds_what_it_says(&(0..10), 100_000);
}

#[cfg(target_os = "linux")]
#[cache_core::test]
fn a_bound_by_bytes_holds_of_entries_of_a_kilobyte() {
    a_bound_by_bytes_holds_what_it_says(&(0..2_000), 20_000);
}

#[cfg(target_os = "linux")]
#[cache_core::test]
fn a_bound_by_bytes_holds_of_large_entries() {
    a_bound_by_bytes_holds_what_it_says(&(10_000..50_000), 1_000);
}

/// Spread over a range, and the same each time.
#[cfg(target_os = "linux")]
fn spread_over(id: u64, lengths: &std::ops::Range<usize>) -> usize {
    let spread = (id as usize).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    lengths.start + spread % lengths.len()
}

/// A load that calls very many cached functions: what it depends on is not remembered without end.
#[cache_core::test]
fn a_load_that_depends_on_very_much_is_bounded_and_not_stored() {
    #[cached]
    fn all(number: u64) -> usize {
        (0..number).for_each(|id| _ = attacked(id));
        Cache::current().stats().tags
    }
    assert!(all(20_000) < 8_000, "{} tags while it loads", all(20_000));
    assert_eq!(all::entry(20_000).get(), None);
    assert!(Cache::current().stats().function("all").too_many_tags > 0);
}

/// Depends on more than is remembered.
#[cached]
async fn very_many(source: Arc<Source>, id: u64) -> u64 {
    (0..5_000).for_each(|id| _ = attacked(id));
    source.read().await + id
}

#[cached]
async fn around_very_many(source: Arc<Source>, id: u64) -> u64 {
    very_many(source, id).await
}

/// Not stored, but shared with those who came before it began: otherwise twenty callers would be twenty loads.
#[cache_core::test]
async fn a_load_that_depends_on_very_much_is_shared() {
    let source = Arc::new(Source::new(7));
    let mut hold = source.hold();
    let callers: Vec<_> = (0..20).map(|_| tokio::spawn(very_many(Arc::clone(&source), 0))).collect();
    hold.reached().await;
    let around = tokio::spawn(around_very_many(Arc::clone(&source), 0));
    tests::until(|| cache_core::testing::waiting() == 20).await;
    hold.release();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), 7);
    }
    assert_eq!(around.await.unwrap(), 7);
    assert_eq!(source.reads(), 1);
    let stats = Cache::current().stats();
    assert_eq!((stats.function("very_many").shared_loads, stats.function("very_many").stores), (20, 0));
    assert_eq!(around_very_many::entry(0).get().await, None, "nor is what is made of it");
    assert_eq!(stats.function("around_very_many").too_many_tags, 1);
}

/// What it depends on isn't known, so nobody who came after a write is given it.
#[cache_core::test]
async fn a_load_that_depends_on_very_much_is_not_shared_across_a_write() {
    let source = Arc::new(Source::new(7));
    let mut hold = source.hold();
    let leader = tokio::spawn(very_many(Arc::clone(&source), 0));
    hold.reached().await;
    source.write(8);
    Cache::current().invalidate(cache_core::target::row::<Article>(&3_u64)).await;
    let late = tokio::spawn(very_many(Arc::clone(&source), 0));
    tests::until(|| source.reads() == 2 || cache_core::testing::waiting() == 1).await;
    hold.release();
    assert_eq!((leader.await.unwrap(), late.await.unwrap()), (7, 8));
}
