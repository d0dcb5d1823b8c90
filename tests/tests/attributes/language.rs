//! Attributes of the language: functions that are there or not, and what is expected of the compiler.

use cache_core::{cached, graph, invalidates};
use tests::Article;

#[cfg(not(test))]
#[cached]
fn over(id: u64) -> u64 {
    id
}

#[cached]
#[cfg(not(test))]
fn under(id: u64) -> u64 {
    id
}

#[invalidates(Article)]
#[cfg(not(test))]
fn write() {}

#[cfg(test)]
#[cached]
fn over(id: u64) -> String {
    id.to_string()
}

#[cached]
#[cfg(test)]
#[cfg_attr(test, cfg(test), must_use)]
fn under(id: u64) -> String {
    id.to_string()
}

#[invalidates(Article)]
#[cfg(test)]
fn write() -> u64 {
    1
}

#[cache_core::test]
fn what_is_configured_away_is_not_there() {
    assert_eq!((over(1), under(1), write()), ("1".into(), "1".into(), 1));
    assert_eq!((over::entry(1).get(), under::entry(1).get()), (Some("1".into()), Some("1".into())));
    for name in ["over", "under"] {
        let name = format!("attributes::language::{name}");
        assert_eq!(graph().functions.iter().filter(|function| function.name == name).count(), 1, "{name}");
    }
    let writers = graph().writers.into_iter().filter(|writer| writer.name == "attributes::language::write");
    assert_eq!(writers.count(), 1);
}

#[cached]
#[track_caller]
#[cold]
#[doc(hidden)]
fn inert(id: u64) -> u64 {
    id
}

/// An attribute of the whole that stands inside.
#[cached]
fn inside(id: u64) -> u64 {
    #![allow(unused_variables)]
    let unused = id;
    id
}

#[cache_core::test]
fn others_are_left_in_place() {
    assert_eq!((inert(1), inert::entry(1).get()), (1, Some(1)));
    assert_eq!((inside(1), inside::entry(1).get()), (1, Some(1)));
}
