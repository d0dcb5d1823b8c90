//! What is cached: a page of a kilobyte, by its number.

use std::sync::Arc;
use std::sync::OnceLock;

use cache_core::{Alias, Cache, Model, cached};
use cached::AsyncRedisCache;
use cached::macros::concurrent_cached;
use cached::time::Duration;
use serde::{Deserialize, Serialize};

pub(super) const BODY: usize = 1024;

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Page {
    id: u64,
    body: String,
}

/// What each page depends on.
#[derive(Model)]
#[model(name = "item", id = u64)]
pub(super) struct Item;

/// There is room for one in a hundred [pages](super::hits): all but that many calls look into the shared tier, and each makes room
/// for what it found, as in a process that is as full as it may be.
#[derive(Alias)]
#[alias(name = "elsewhere", ttl = "1h", max_entries = 100)]
struct Elsewhere;

#[derive(Alias)]
#[alias(name = "near", ttl = "1h")]
struct Near;

#[cached(alias = Elsewhere, invalidate_on = [Item(id)])]
pub(super) async fn page(id: u64) -> Arc<Page> {
    Arc::new(Page::new(id))
}

/// [`page`], of a cache that is given.
#[cached(alias = Elsewhere, cache = cache, skip(cache), invalidate_on = [Item(id)])]
pub(super) async fn elsewhere(cache: &Cache, id: u64) -> Arc<Page> {
    let _ = cache;
    Arc::new(Page::new(id))
}

#[cached(alias = Near, cache = cache, skip(cache), invalidate_on = [Item(id)])]
pub(super) async fn near(cache: &Cache, id: u64) -> Arc<Page> {
    let _ = cache;
    Arc::new(Page::new(id))
}

/// Where `theirs` looks for its server.
pub(super) static SERVER: OnceLock<String> = OnceLock::new();

#[derive(Clone, Debug)]
pub(super) struct NoServer;

#[concurrent_cached(
    map_error = "|_| NoServer",
    ty = "AsyncRedisCache<u64, Page>",
    create = r##"{
        AsyncRedisCache::builder("theirs")
            .ttl(Duration::from_secs(3600))
            .connection_string(SERVER.get().expect("it is set before the first call"))
            .build()
            .await
            .expect("the server is there")
    }"##
)]
pub(super) async fn theirs(id: u64) -> Result<Page, NoServer> {
    Ok(Page::new(id))
}

impl Page {
    pub(super) fn new(id: u64) -> Page {
        // Text that doesn't become smaller by compression.
        let mut random = fastrand::Rng::with_seed(id);
        Page { id, body: std::iter::repeat_with(|| random.alphanumeric()).take(BODY).collect() }
    }
}
