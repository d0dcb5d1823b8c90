//! Hits of sync functions.

use std::sync::Arc;

use quick_cache::Equivalent;
use quick_cache::sync::Cache;

use super::hit::{Hits, each};
use super::keys::Key;
use super::payload::{Payload, shared};
use super::{ours, peers};
use crate::interleave::{Effort, Pass};
use crate::row::Row;

const LRU_TTL: &str = "cached: concurrent_cached(max_size, ttl_secs)";
const LRU_TTL_LACKS: &str = "one load per key, invalidation by what a value depends on";
const FASTEST: &str = "cached: cached, its fastest";
const FASTEST_LACKS: &str = "a bound, a TTL, one load per key, invalidation";
const FLOOR: &str = "quick_cache, prebuilt key";
const FLOOR_LACKS: &str = "making the key, a TTL, one load per key, invalidation";

pub(super) fn rows(keys: &[Key], effort: Effort, report: &mut dyn FnMut(Row)) {
    let ours = || each(keys, |key| ours::by_id_and_name(key.id, &key.name));
    let ours_u64 = || each(keys, |key| ours::by_id(key.id));
    let lru_ttl = || each(keys, |key| peers::lru_ttl(key.id, &key.name));
    let compact = || each(keys, |key| peers::lru_ttl_compact(key.id, &key.name));
    let lru_ttl_u64 = || each(keys, |key| peers::lru_ttl_u64(key.id));
    let fastest = || each(keys, |key| peers::fastest(key.id, &key.name));
    let by_key = || each(keys, |key| peers::by_key(key.id, &key.name));
    let map = bare_map(keys);
    let floor = || each(keys, |key| map.get(&Borrowed(key.id, &key.name)));

    let mut hits = |case, threads, ours: Pass<'_>, theirs_name, theirs: Pass<'_>, lacks| {
        report(Hits { case, threads, ours, theirs_name, theirs, lacks }.run(effort));
    };
    hits("sync-lru-ttl", 1, &ours, LRU_TTL, &lru_ttl, LRU_TTL_LACKS);
    hits("sync-lru-ttl-compact", 1, &ours, "the same with a CompactString key", &compact, LRU_TTL_LACKS);
    hits("sync-fastest", 1, &ours, FASTEST, &fastest, FASTEST_LACKS);
    hits("sync-u64", 1, &ours_u64, LRU_TTL, &lru_ttl_u64, LRU_TTL_LACKS);
    hits(
        "sync-by-key",
        1,
        &ours,
        "cached: cached(sync_writes = \"by_key\", ..)",
        &by_key,
        "invalidation by what a value depends on",
    );
    hits("sync-floor", 1, &ours, FLOOR, &floor, FLOOR_LACKS);
    hits("sync-2t", 2, &ours, LRU_TTL, &lru_ttl, LRU_TTL_LACKS);
    hits("sync-2t-fastest", 2, &ours, FASTEST, &fastest, FASTEST_LACKS);
    hits("sync-2t-floor", 2, &ours, FLOOR, &floor, FLOOR_LACKS);
}

/// The map alone, full of the same entries.
fn bare_map(keys: &[Key]) -> Cache<(u64, String), Arc<Payload>> {
    let map = Cache::new(10_000);
    for Key { id, name } in keys {
        map.insert((*id, name.clone()), shared(*id, name));
    }
    map
}

/// A key that is looked up without being owned.
#[derive(Hash)]
struct Borrowed<'a>(u64, &'a str);

impl Equivalent<(u64, String)> for Borrowed<'_> {
    fn equivalent(&self, (id, name): &(u64, String)) -> bool {
        self.0 == *id && self.1 == name
    }
}
