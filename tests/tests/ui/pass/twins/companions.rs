//! What stands beside a function, by its name or another.

use cache_core::{NoKey, cached};

#[derive(NoKey)]
struct Db;

/// A type of the function's name.
#[allow(non_camel_case_types)]
pub struct price(pub u64);

#[cached(companion = prices)]
fn price_of(db: &Db, id: u64) -> price_value {
    let _ = db;
    id
}

#[allow(non_camel_case_types)]
type price_value = u64;

#[cached(companion = none)]
fn rate(id: u64) -> u64 {
    id
}

#[cached]
fn tax(db: &Db, id: u64, name: &str) -> u64 {
    let _ = (db, name);
    id
}

pub(crate) fn main() {
    assert_eq!((price_of(&Db, 5), prices::entry(5).get(), rate(5), price(5).0), (5, Some(5), 5, 5));
    assert_eq!((tax(&Db, 5, "a"), tax::entry(5, "a").get(), tax::refresh(&Db, 5, "a")), (5, Some(5), 5));
    assert_eq!((tax::uncached(&Db, 5, "a"), prices::uncached(&Db, 5)), (5, 5));
    tax::invalidate_all();
    assert_eq!(tax::entry(5, "a").get(), None);
}
