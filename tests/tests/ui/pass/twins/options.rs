//! Options as they are written, each of them, in any order.

use std::time::Duration;

use cache_core::{Alias, Cache, NoKey, cached};

use crate::{Org, UserId};

#[derive(Alias)]
#[alias(name = "options.options")]
struct Prices;

#[derive(NoKey)]
struct App {
    cache: Cache,
}

#[cached(alias = Prices, ttl = "15m", name = "ui:price", version = 2, when = id > 0, store_if = |value| *value > 0,)]
fn price(id: u64) -> u64 {
    id
}

/// In place of `result`, `option`, `sync_writes`: what is stored is told by the type, and one of equal calls runs.
#[cached(none_ttl = "off", err_ttl = "2s")]
fn found(id: u64) -> Result<Option<u64>, String> {
    Ok(Some(id))
}

#[cached(expires_in = |value| Duration::from_secs(*value), local)]
fn token(id: u64) -> u64 {
    id
}

#[cached(pure, companion = slugs)]
fn slug(text: &str) -> String {
    text.to_lowercase()
}

#[cached(per_tenant = org, per_user, skip(trace))]
fn inbox(org: Org, user: UserId, trace: f64) -> i64 {
    let _ = trace;
    org.0 + user.0
}

#[cached(key = (page.min(10)), cache = app.cache, crate = ::cache_core)]
fn list(app: &App, page: u64) -> u64 {
    let _ = app;
    page
}

/// A name that has a type or a module beside it already.
#[cached(companion = none)]
fn alone(id: u64) -> u64 {
    id
}

pub(crate) fn main() {
    assert!(price::entry(5).key().ends_with(":ui:price@v2@2a2b7e06:id=5"));
    assert_eq!((price(5), found(5), token(5), slug("A"), alone(5)), (5, Ok(Some(5)), 5, "a".into(), 5));
    assert_eq!(slugs::entry("A").get().as_deref(), Some("a"));
    assert_eq!((inbox(Org(1), UserId(2), 0.5), inbox::entry(Org(1), UserId(2)).get()), (3, Some(3)));
    let app = App { cache: Cache::current() };
    assert_eq!((list(&app, 50), list::entry(&app, 10).get()), (50, Some(50)));
}
