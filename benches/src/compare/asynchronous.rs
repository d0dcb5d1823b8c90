//! Hits of async functions, awaited one after the other on a runtime of one thread.

use super::hit::{Hits, each_awaited};
use super::keys::Key;
use super::{ours, peers};
use crate::interleave::{Effort, Pass};
use crate::row::Row;

pub(super) fn rows(keys: &[Key], effort: Effort, report: &mut dyn FnMut(Row)) {
    let runtime =
        &tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
    let ours =
        || each_awaited(runtime, keys, async |key| ours::async_by_id_and_name(key.id, &key.name).await);
    let ttl = || each_awaited(runtime, keys, async |key| peers::async_ttl(key.id, &key.name).await);
    let by_key = || each_awaited(runtime, keys, async |key| peers::async_by_key(key.id, &key.name).await);
    let hitbox = || each_awaited(runtime, keys, async |key| peers::through_hitbox(key.id, &key.name).await);

    let mut hits = |case, theirs_name, theirs: Pass<'_>, lacks| {
        report(Hits { case, threads: 1, ours: &ours, theirs_name, theirs, lacks }.run(effort));
    };
    hits(
        "async-ttl",
        "cached: concurrent_cached(ttl_secs)",
        &ttl,
        "a bound, one load per key, invalidation by what a value depends on",
    );
    hits(
        "async-by-key",
        "cached: cached(sync_writes = \"by_key\", ttl_secs)",
        &by_key,
        "a bound, invalidation by what a value depends on",
    );
    hits(
        "async-hitbox-moka",
        "hitbox with moka, bincode",
        &hitbox,
        "sharing the value (each hit decodes one), one load per key, invalidation",
    );
}
