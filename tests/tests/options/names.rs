//! `name` and `version`.

use cache_core::cached;

#[cached(name = "catalog:product:details", version = 2)]
fn details(id: u64, r#type: &str) -> u64 {
    id + r#type.len() as u64
}

#[cached]
fn r#match(r#in: u64) -> u64 {
    r#in
}

#[cache_core::test]
fn they_are_in_the_key() {
    assert_eq!(details(1, "a"), 2);
    assert_eq!(details::entry(1, "a").key(), "test:default:catalog:product:details@v2@2a2b7e06:id=1:type=a");
}

#[cache_core::test]
fn raw_names_are_shown_plainly() {
    assert_eq!(r#match(1), 1);
    assert_eq!(r#match::entry(1).key(), "test:default:options::names::match@2a2b7e06:in=1");
}
