//! Others: one TTL for a whole cache.

use std::time::Duration;

use cache_core::{Alias, cached, testing};

#[derive(Alias)]
#[alias(name = "an_hour", ttl = "1h", max_ttl = "2h")]
struct AnHour;

#[cached(alias = AnHour)]
fn by_alias() -> u64 {
    1
}

#[cached(alias = AnHour, ttl = "1m")]
fn shorter() -> u64 {
    1
}

#[cached(alias = AnHour, ttl = "3h")]
fn longer_than_allowed() -> u64 {
    1
}

#[cached]
fn by_default() -> u64 {
    1
}

fn stored() -> [bool; 4] {
    [
        by_alias::entry().get(),
        shorter::entry().get(),
        longer_than_allowed::entry().get(),
        by_default::entry().get(),
    ]
    .map(|value| value.is_some())
}

#[cache_core::test]
fn each_function_has_its_own() {
    let _ = (by_alias(), shorter(), longer_than_allowed(), by_default());
    testing::advance(Duration::from_secs(59));
    assert_eq!(stored(), [true, true, true, true]);
    testing::advance(Duration::from_secs(1));
    assert_eq!(stored(), [true, false, true, true], "a minute");
    testing::advance(Duration::from_secs(4 * 60));
    assert_eq!(stored(), [true, false, true, false], "five minutes");
    testing::advance(Duration::from_secs(55 * 60));
    assert_eq!(stored(), [false, false, true, false], "an hour");
    testing::advance(Duration::from_secs(60 * 60));
    assert_eq!(stored(), [false, false, false, false], "two: the alias's `max_ttl`");
}

#[cached(alias = AnHour)]
fn around_shorter() -> u64 {
    shorter()
}

#[cached(alias = AnHour)]
fn around_an_error() -> u64 {
    fails().unwrap_or_default()
}

#[cached(ttl = "1m")]
fn fails() -> Result<u64, String> {
    Err("not stored, but asked for".into())
}

#[cache_core::test]
fn a_caller_lives_no_longer_than_its_nested_calls() {
    shorter();
    testing::advance(Duration::from_secs(30));
    let _ = (around_shorter(), around_an_error());
    testing::advance(Duration::from_secs(30));
    assert_eq!(around_shorter::entry().get(), None);
    assert_eq!(around_an_error::entry().get(), Some(0));
    testing::advance(Duration::from_secs(30));
    assert_eq!(around_an_error::entry().get(), None);
}

#[cached(alias = AnHour)]
fn around_none() -> u64 {
    none().unwrap_or_default()
}

#[cached(ttl = "10m", none_ttl = "1m")]
fn none() -> Option<u64> {
    None
}

#[cached(alias = AnHour, none_ttl = "3h", err_ttl = "3h")]
fn none_for_long(fails: bool) -> Result<Option<u64>, String> {
    if fails { Err("no".into()) } else { Ok(None) }
}

#[cache_core::test]
fn a_caller_lives_no_longer_than_a_short_lived_none() {
    around_none();
    testing::advance(Duration::from_secs(59));
    assert_eq!(around_none::entry().get(), Some(0));
    testing::advance(Duration::from_secs(1));
    assert_eq!(around_none::entry().get(), None);
}

#[cache_core::test]
fn max_ttl_caps_none_and_errors_too() {
    let _ = (none_for_long(false), none_for_long(true));
    testing::advance(Duration::from_secs(2 * 3600 - 1));
    assert!(none_for_long::entry(false).get().is_some() && none_for_long::entry(true).get().is_some());
    testing::advance(Duration::from_secs(1));
    assert!(none_for_long::entry(false).get().is_none() && none_for_long::entry(true).get().is_none());
}
