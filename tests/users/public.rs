//! What other crates see.

use core::convert::Infallible;
use core::future::ready;
use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::Arc;

use cache_core::{
    Alias, Cache, CacheKey, Everywhere, KeyName, Model, NoKey, OpenTransaction, Outcome, Tenant, User,
    cached, invalidates, register,
};
use serde::{Deserialize, Serialize};

/// A tenant.
#[derive(Tenant, Clone, Copy, Debug)]
#[tenant(name = "organisation", allow(duplicate_name))]
#[non_exhaustive]
pub struct Org(pub i64);

/// A tenant within another.
#[derive(Tenant, Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Client {
    /// Whose.
    #[tenant(parent)]
    pub org: Org,
    /// Which.
    pub client: i64,
}

/// A user.
#[derive(User, Clone, Copy, Debug)]
#[user(name = "who", allow(duplicate_name))]
#[non_exhaustive]
pub struct Person {
    /// Which.
    pub id: i64,
}

/// A model on a row.
#[derive(Model, Clone, Serialize, Deserialize, Debug)]
#[model(name = "user.role", per_tenant = Org)]
#[non_exhaustive]
pub struct Role {
    /// Which.
    #[model(id)]
    pub id: i64,
    /// What it is called.
    #[model(id)]
    pub name: String,
}

/// A model on a marker.
#[derive(Model, Clone, Copy, Debug)]
#[model(name = "user.article", id = String)]
#[non_exhaustive]
pub struct Article;

/// A model without rows.
#[derive(Model, Clone, Copy, Debug)]
#[model(name = "user.settings", allow(dependency_never_invalidated, invalidation_of_nothing))]
#[non_exhaustive]
pub struct Settings;

/// An alias, with all that can be set.
#[derive(Alias, Clone, Copy, Debug)]
#[alias(
    name = "everything",
    scope = [tenant, user],
    ttl = "1h",
    max_ttl = "2h",
    jitter = 0.2,
    max_entries = 1_000,
    max_loads = 10,
    load_wait = "1s",
    verify_rate = 0.01,
    mode = on,
    allow(ttl_over_max),
    crate = cache_core,
)]
#[non_exhaustive]
pub struct Everything;

/// An alias that is bounded otherwise.
#[derive(Alias, Clone, Copy, Debug)]
#[alias(name = "bytes", max_bytes = "64MiB", allow(unused_alias), crate = cache_core)]
#[non_exhaustive]
pub struct Bytes;

/// A database.
#[derive(NoKey, Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Db;

/// A key with fields.
#[derive(CacheKey, Clone, Debug)]
#[non_exhaustive]
pub struct Search<'a, T: Clone> {
    /// Borrowed.
    pub text: Option<&'a str>,
    /// Of any type.
    pub more: Vec<T>,
}

/// A key with variants.
#[derive(CacheKey, Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Order {
    /// Nothing.
    Price,
    /// Named.
    Name {
        /// How.
        descending: bool,
    },
    /// Unnamed.
    Both(bool, u8),
}

/// A wrapper.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Sent<T>(pub T);

impl<T> Outcome for Sent<T> {
    type Error = Infallible;
    type Value = T;

    #[inline]
    fn as_result(&self) -> Result<&T, &Infallible> {
        Ok(&self.0)
    }

    #[inline]
    fn from_result(result: Result<T, Infallible>) -> Self {
        match result {
            Ok(value) => Self(value),
            Err(never) => match never {},
        }
    }
}

/// In the default alias; see [`everything`] and [`rename`].
#[cached]
#[inline]
#[must_use]
pub fn plain(id: i64) -> i64 {
    id
}

/// With what is for every day.
///
/// # Errors
///
/// Never.
#[cached(
    alias = Everything,
    ttl = "15m",
    version = 2,
    name = "user:everything",
    invalidate_on = [Role(id, text), Article(text), across(Settings)],
    skip(trace),
    when = id > 0 && !text.is_empty(),
    store_if = |value| value.is_some(),
    none_ttl = "off",
    err_ttl = "1s",
    stale_if_error = "1h",
    stale_while_revalidate = "30s",
    load_timeout = "300ms",
    early = 1.0,
)]
#[inline]
#[expect(clippy::too_many_arguments, reason = "all kinds")]
pub async fn everything(
    db: &Db,
    org: Org,
    person: Person,
    id: i64,
    text: &str,
    search: &Search<'_, i64>,
    order: Order,
    trace: f64,
) -> Result<Option<Arc<Role>>, Arc<str>> {
    let _: (&Db, Org, Person, Order, f64) = (db, org, person, order, trace);
    let name = search.text.unwrap_or(text).to_owned();
    ready(Ok(Some(Arc::new(Role { id, name })))).await
}

/// Whose load goes on behind its caller's back.
#[cached(
    ttl = "15m",
    stale_while_revalidate = "30s",
    load_timeout = "300ms",
    early = 0.5,
    verify_rate = 0.001
)]
pub async fn left_behind(id: i64, text: String) -> String {
    ready(format!("{id} {text}")).await
}

/// With what is rare; patterns and lifetimes.
#[cached(
    per_tenant = Client { org: *org, client: *client },
    per_user = ambient,
    local,
    expires_in = |value| Duration::from_secs(u64::from(value.is_some())),
)]
#[inline]
#[must_use]
pub fn rare<'a>(
    Client { org, client }: Client,
    (mut first, _): (u8, u8),
    words: &'a [&'a str],
) -> Sent<Option<BTreeMap<String, i64>>> {
    first = first.saturating_add(1);
    let word = words.first().map_or("", |word| *word);
    Sent(Some(BTreeMap::from([(word.to_owned(), org.0), (first.to_string(), client)])))
}

/// By rows that its result names, or its argument lists.
#[cached(per_tenant, invalidate_on = [Role(ret.id, &ret.name), Article(each names), Article(each ret.name.lines())])]
#[inline]
#[must_use]
pub fn learned(org: Org, names: &[&str]) -> Option<Role> {
    names.first().map(|name| Role { id: org.0, name: (*name).to_owned() })
}

/// From its arguments alone.
#[cached(pure, allow(ttl_over_max))]
#[inline]
#[must_use]
pub fn lower(title: &str) -> String {
    title.to_lowercase()
}

/// For as long as it goes.
#[cached(ttl = "forever", allow_stale, per_tenant, per_user = Person { id: 1 })]
#[inline]
#[must_use]
pub fn lasting(org: Org) -> i64 {
    org.0
}

/// For nobody.
#[cached(alias = Everything, global, invalidate_on = [Settings])]
#[inline]
#[must_use]
pub fn nobodys() -> i64 {
    1
}

/// By another name, in the future.
#[deprecated = "by another name"]
#[cached]
#[inline]
#[must_use]
pub fn old(id: i64) -> i64 {
    id
}

/// Writes a row, and more.
///
/// # Errors
///
/// Never.
#[invalidates(
    Role(ret.id, &*ret.name),
    Role(org.0, name),
    Article(each names),
    across(Settings),
    per_tenant = org,
    on = |error| !error.is_empty(),
)]
#[inline]
pub async fn rename(db: &Db, org: Org, name: &str, names: &[String]) -> Result<Role, String> {
    let _: (&Db, &[String]) = (db, names);
    ready(Ok(Role { id: org.0, name: name.to_owned() })).await
}

/// Writes, in a moment.
///
/// # Errors
///
/// Never.
#[invalidates(Article(name), on = ok)]
#[inline]
#[deprecated = "by another name"]
pub fn write((name, _): (&str, bool)) -> Result<usize, String> {
    Ok(name.len())
}

/// Owned and exclusive, as it is asked for.
///
/// # Errors
///
/// Never.
#[cached(invalidate_on = [Article(&name)], skip(count))]
#[inline]
pub fn owned(
    db: Db,
    name: String,
    large: [u64; 64],
    count: &mut u64,
    some: &Option<u8>,
    twice: Option<Option<bool>>,
) -> Result<u64, String> {
    let _: (Db, [u64; 64], &Option<u8>, Option<Option<bool>>) = (db, large, some, twice);
    Ok(u64::from(name.is_empty()).wrapping_add(*count))
}

/// Likewise.
///
/// # Errors
///
/// Never.
#[invalidates(Article(name))]
#[inline]
pub fn write_owned(
    db: Db,
    name: String,
    large: [u64; 64],
    count: &mut u64,
    some: &Option<u8>,
    twice: Option<Option<bool>>,
) -> Result<u64, String> {
    let _: (Db, [u64; 64], &Option<u8>, Option<Option<bool>>) = (db, large, some, twice);
    Ok(u64::from(name.is_empty()).wrapping_add(*count))
}

/// With a key of its own, beside a type of its name.
#[cached(key = (id.unsigned_abs(), text), skip(trace), companion = keyed_cache)]
#[inline]
#[must_use]
pub fn keyed(id: i64, text: &str, trace: f64) -> usize {
    let _: (i64, f64) = (id, trace);
    text.len()
}

/// Alone, in a cache that it is given, of a crate by another name.
#[cached(companion = none, cache = app.cache, skip(app), crate = cache_core)]
#[inline]
#[must_use]
pub fn alone(app: &App, id: i64) -> i64 {
    let _: &App = app;
    id
}

/// What has a cache of its own.
#[derive(Debug)]
#[non_exhaustive]
pub struct App {
    /// A handle.
    pub cache: Cache,
}

/// Of any model.
#[cached(invalidate_on = [T])]
#[inline]
#[must_use]
pub fn count<T: KeyName + Model<Scope = Everywhere>, const YEAR: u16>(more: u64) -> u64 {
    u64::from(YEAR).wrapping_add(more)
}

register!(fn count<Article, 2026>);

/// Of any model.
#[invalidates(T, cache = app.cache)]
#[inline]
pub fn clear<T: Model<Scope = Everywhere>>(app: &App) {
    let _: &App = app;
}

/// Many at once.
#[cached(each = ids, invalidate_on = [Settings], store_if = |name| !name.is_empty())]
#[inline]
pub async fn names(prefix: &str, ids: &[i64]) -> Result<BTreeMap<i64, String>, String> {
    ready(Ok(ids.iter().map(|id| (*id, format!("{prefix}{id}"))).collect())).await
}

/// A transaction of the author's own.
#[derive(NoKey, Debug)]
#[non_exhaustive]
pub struct Transaction;

impl OpenTransaction for Transaction {
    #[inline]
    fn is_open(&self) -> bool {
        true
    }
}

/// Within a transaction.
#[cached]
#[inline]
pub fn read_within(transaction: &mut Transaction, id: i64) -> i64 {
    let _: &mut Transaction = transaction;
    id
}

/// Within a transaction.
#[invalidates(Settings, before_commit)]
#[inline]
pub fn write_within(transaction: &mut Transaction) {
    let _: &mut Transaction = transaction;
}

/// Writes everywhere.
#[invalidates(Settings, on = always, per_tenant = ambient, allow(writer_without_tenant))]
#[inline]
pub fn settings() {}
