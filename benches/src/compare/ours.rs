//! Ours, as its users write it: an alias with a bound and a TTL, and the attribute.

use std::sync::Arc;

use cache_core::{Alias, cached};

use super::payload::{Payload, shared};

#[derive(Alias)]
#[alias(name = "by-id", ttl = "1h", max_entries = 10_000)]
struct ById;

#[derive(Alias)]
#[alias(name = "by-id-and-name", ttl = "1h", max_entries = 10_000)]
struct ByIdAndName;

#[derive(Alias)]
#[alias(name = "async-by-id-and-name", ttl = "1h", max_entries = 10_000)]
struct AsyncByIdAndName;

#[cached(alias = ById)]
pub(super) fn by_id(id: u64) -> Arc<Payload> {
    shared(id, "")
}

#[cached(alias = ByIdAndName)]
pub(super) fn by_id_and_name(id: u64, name: &str) -> Arc<Payload> {
    shared(id, name)
}

#[cached(alias = AsyncByIdAndName)]
pub(super) async fn async_by_id_and_name(id: u64, name: &str) -> Arc<Payload> {
    shared(id, name)
}
