//! I12: near stores, cells, flights and watches have bounds that hold under attack by ever-new keys.

use cache_core::{Alias, Cache, cached};
use tests::Article;

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
