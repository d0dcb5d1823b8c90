//! The peers, each in its best comparable form: `cached` 4.1 and hitbox 0.2.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use cached::macros::{cached, concurrent_cached};
use compact_str::CompactString;
use hitbox::concurrency::NoopConcurrencyManager;
use hitbox::policy::PolicyConfig;
use hitbox_backend::format::BincodeFormat;
use hitbox_core::DisabledOffload;
use hitbox_moka::MokaBackend;

use super::payload::{Payload, load, shared};

/// The same bound and TTL as ours; loads aren't shared.
#[concurrent_cached(max_size = 10_000, ttl_secs = 3600)]
pub(super) fn lru_ttl(id: u64, name: &str) -> Arc<Payload> {
    shared(id, name)
}

/// With a key that allocates nothing for short text.
#[concurrent_cached(
    max_size = 10_000,
    ttl_secs = 3600,
    key = "(u64, CompactString)",
    convert = { (id, CompactString::new(name)) }
)]
pub(super) fn lru_ttl_compact(id: u64, name: &str) -> Arc<Payload> {
    shared(id, name)
}

#[concurrent_cached(max_size = 10_000, ttl_secs = 3600)]
pub(super) fn lru_ttl_u64(id: u64) -> Arc<Payload> {
    shared(id, "")
}

/// The fastest: no bound, no TTL.
#[cached]
pub(super) fn fastest(id: u64, name: &str) -> Arc<Payload> {
    shared(id, name)
}

/// One load per key.
#[cached(sync_writes = "by_key", ttl_secs = 3600, max_size = 10_000)]
pub(super) fn by_key(id: u64, name: &str) -> Arc<Payload> {
    shared(id, name)
}

#[concurrent_cached(ttl_secs = 3600)]
pub(super) async fn async_ttl(id: u64, name: &str) -> Arc<Payload> {
    shared(id, name)
}

#[cached(sync_writes = "by_key", ttl_secs = 3600)]
pub(super) async fn async_by_key(id: u64, name: &str) -> Arc<Payload> {
    shared(id, name)
}

type Hitbox = hitbox_fn::Cache<MokaBackend<BincodeFormat>, NoopConcurrencyManager, DisabledOffload>;

/// hitbox in front of moka, in the format that its documentation recommends.
pub(super) static HITBOX: LazyLock<Hitbox> = LazyLock::new(|| {
    hitbox_fn::Cache::builder()
        .backend(MokaBackend::builder().max_entries(10_000).value_format(BincodeFormat).build())
        .policy(PolicyConfig::builder().ttl(Duration::from_secs(3600)).build())
        .build()
});

/// It stores bytes: there is no `Arc` to share, each hit decodes a value.
#[hitbox_fn::cached]
pub(super) async fn hitbox_text(id: u64, name: String) -> Payload {
    load(id, &name)
}

/// Its functions own their arguments: a borrowed one must be `'static`.
pub(super) async fn through_hitbox(id: u64, name: &str) -> Payload {
    hitbox_text(id, name.to_owned()).cache(&*HITBOX).await
}
