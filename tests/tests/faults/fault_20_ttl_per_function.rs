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
    [by_alias::entry().get(), shorter::entry().get(), longer_than_allowed::entry().get(), by_default::entry().get()]
        .map(|value| value.is_some())
}

#[cache_core::test]
fn each_function_has_its_own() {
    (by_alias(), shorter(), longer_than_allowed(), by_default());
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
