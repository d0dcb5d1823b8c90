//! Attributes of the author's: what callers see, lints, and other macros'.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, missing_debug_implementations, unreachable_pub, clippy::all)]
#![deny(rust_2018_idioms, unused_qualifications, unused_lifetimes, single_use_lifetimes)]

//! A crate of its own.

use cache_core::{Alias, CacheKey, Model, NoKey, Tenant, cached, invalidates};

/// A tenant.
#[derive(Tenant, Clone, Copy, Debug)]
pub struct Org(pub i64);

/// A model.
#[derive(Model, Debug)]
#[model(name = "ui.attributes", per_tenant = Org, id = i64)]
pub struct Role;

/// An alias.
#[derive(Alias, Debug)]
#[alias(name = "ui.attributes", scope = tenant, ttl = "1h")]
pub struct Permissions;

/// A database.
#[derive(NoKey, Debug)]
pub struct Db;

/// A key.
#[derive(CacheKey, Debug)]
pub enum Key {
    /// One.
    One,
    /// Two.
    Two(u8),
}

/// Documented, and [`linked`](public) to.
#[cached(alias = Permissions, invalidate_on = [Role(id)], when = id > 0, store_if = |value| *value > 0)]
#[must_use]
pub async fn public(db: &Db, org: Org, id: i64, key: Key) -> Result<i64, String> {
    let _ = (db, key);
    Ok(org.0 + id)
}

/// Writes.
///
/// # Errors
///
/// Never.
#[invalidates(Role(id), on = |error| !error.is_empty())]
pub async fn write(db: &Db, org: Org, id: i64) -> Result<i64, String> {
    let _ = db;
    Ok(org.0 + id)
}

/// Old.
#[cached]
#[deprecated]
pub fn old(id: i64) -> i64 {
    id
}

#[cached]
#[inline]
#[expect(unused_variables)]
fn expects(id: i64) -> i64 {
    1
}

#[cached]
#[allow(clippy::too_many_arguments)]
fn many(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8) -> u8 {
    a + b + c + d + e + f + g + h
}

#[cached]
#[allow(dead_code)]
fn never_called(id: i64) -> i64 {
    id
}

/// Runs.
pub fn main() {
    #[allow(deprecated)]
    let old = old(1);
    assert_eq!((old, expects(1), many(1, 1, 1, 1, 1, 1, 1, 1)), (1, 1, 8));
    let _ = (public(&Db, Org(1), 1, Key::One), write(&Db, Org(1), 1), Key::Two(1), Permissions, Role);
    let _ = public::entry(Org(1), 1, Key::One);
}
