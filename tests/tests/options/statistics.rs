//! `stats()`.

use cache_core::{Cache, cached};
use tests::Source;

#[cached]
fn read(source: &Source, id: u64) -> Result<u64, String> {
    match source.read_sync() {
        0 => Err(format!("no {id}")),
        value => Ok(value),
    }
}

#[cache_core::test]
fn calls_are_counted() {
    let source = Source::new(1);
    for id in [1, 1, 2] {
        read(&source, id).unwrap();
    }
    source.write(0);
    read(&source, 3).unwrap_err();
    let stats = Cache::current().stats();
    let read = stats.function("statistics::read");
    assert_eq!((read.hits, read.misses, read.loads, read.errors, read.stores), (1, 3, 3, 1, 2));
    assert_eq!((read.name, read.alias), ("options::statistics::read", "default"));
    assert_eq!(stats.total().hits, 1);
    assert_eq!(stats.function("ead").hits, 0, "whole segments only");
    assert_eq!((stats.aliases[0].name, stats.aliases[0].entries), ("default", 2));
}

#[cached(ttl = "1s")]
fn short(source: &Source) -> u64 {
    // The load takes longer than the value lives.
    cache_core::testing::advance(std::time::Duration::from_secs(2));
    source.read_sync()
}

#[cache_core::test]
fn a_value_that_expires_while_it_is_loaded_is_counted() {
    let source = Source::new(1);
    short(&source);
    let stats = Cache::current().stats().total();
    assert_eq!((stats.loads, stats.stores, stats.expired_while_loading), (1, 0, 1));
}
