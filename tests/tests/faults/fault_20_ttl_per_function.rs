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
