//! Setting a cache up, before it is used.

use cache_core::{Cache, Error, cached};

#[cached]
fn read(id: u64) -> u64 {
    id
}

/// One test: there is one cache in a process.
#[test]
fn a_cache_is_installed_once() {
    for bad in ["", "a b", "a:b", "{a}", &"a".repeat(41)] {
        let error = Cache::builder().namespace(bad).install().unwrap_err();
        assert_eq!(error, Error::Namespace(bad.to_owned()));
        assert!(error.to_string().contains("letters, digits"), "{error}");
    }
    Cache::builder().namespace("erp").install().unwrap();
    assert_eq!(Cache::builder().install().unwrap_err(), Error::AlreadyInstalled);
    assert_eq!(read(5), 5);
    assert_eq!(read::entry(5).key(), "erp:default:install::read@2a2b7e06:id=5");
    assert_eq!(Cache::builder().install().unwrap_err(), Error::AlreadyInstalled);
    assert_eq!(Cache::current().stats().total().loads, 1);
}
