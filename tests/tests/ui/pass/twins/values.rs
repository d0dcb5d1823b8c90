//! What can be stored, and when it is.

use std::borrow::Cow;
use std::sync::Arc;

use cache_core::cached;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize)]
struct Price(u64);

/// Not of serde.
#[derive(Clone)]
struct Here(u64);

/// Neither of serde nor `Clone`.
struct Connection;

#[cached]
fn derived(id: u64) -> Result<Vec<Price>, String> {
    Ok(vec![Price(id)])
}

#[cached(local)]
fn stays(id: u64) -> Here {
    Here(id)
}

#[cached(local)]
fn shared(id: u64) -> Arc<Connection> {
    let _ = id;
    Arc::new(Connection)
}

/// In place of what stays in its thread.
#[cached(local)]
fn called(id: u64) -> Arc<dyn Fn() -> u64 + Send + Sync> {
    Arc::new(move || id)
}

/// In place of what is borrowed.
#[cached]
fn owned(text: &str) -> String {
    text.to_owned()
}

#[cached]
fn perhaps_owned(text: &str) -> Cow<'static, str> {
    Cow::Owned(text.to_owned())
}

#[cached(local)]
fn constant(id: u64) -> &'static str {
    if id > 0 { "some" } else { "none" }
}

/// Of an error nothing is stored, unless `err_ttl` says so.
#[cached]
fn with_a_constant_error(id: u64) -> Result<u64, &'static str> {
    if id > 0 { Ok(id) } else { Err("none") }
}

/// In place of `impl Iterator`.
#[cached]
fn listed(id: u64) -> Vec<u64> {
    (0..id).collect()
}

/// In place of nothing: what was found out.
#[cached]
fn checked(id: u64) -> Result<(), String> {
    if id > 0 { Ok(()) } else { Err("none".into()) }
}

#[cached(store_if = |price| price.is_some_and(|price| price > 5), none_ttl = "30s")]
fn some(id: u64) -> Option<u64> {
    Some(id)
}

#[cached(store_if = |price| *price > 5)]
fn large(id: u64) -> u64 {
    id
}

pub(crate) fn main() {
    assert!(derived(5).is_ok_and(|prices| prices[0].0 == 5));
    let _: Arc<Connection> = shared(5);
    assert_eq!((stays(5).0, called(5)(), owned("a"), perhaps_owned("a")), (5, 5, "a".into(), "a".into()));
    assert_eq!(
        (constant(5), with_a_constant_error(5), listed(2), checked(5)),
        ("some", Ok(5), vec![0, 1], Ok(()))
    );
    assert_eq!((large(5), large::entry(5).get(), large(6), large::entry(6).get()), (5, None, 6, Some(6)));
    assert_eq!(some(6), Some(6));
}
