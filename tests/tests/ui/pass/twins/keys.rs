//! What takes the place of what is no key.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::marker::PhantomData;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use cache_core::{CacheKey, KeyName, Model, NoKey, cached};

/// A type of one's own.
#[derive(CacheKey)]
struct Filter {
    page: u64,
    /// In place of a float: a whole number of a smaller unit.
    cents: Option<i64>,
}

/// An id that is told from those of other types.
#[derive(CacheKey)]
struct Id<T>(u64, PhantomData<T>);

#[derive(NoKey)]
struct Pool;

/// Of another crate, say.
struct Foreign;

#[derive(Model)]
#[model(name = "keys.product", id = u64)]
struct Product;

#[cached]
fn derived(filter: &Filter, filters: Vec<Filter>) -> u64 {
    filter.page + filters.len() as u64 + filter.cents.is_some() as u64
}

#[cached]
fn of_a_type(id: Id<Pool>) -> u64 {
    id.0
}

#[cached]
fn sorted(prices: BTreeMap<u64, u64>, ids: &BTreeSet<u64>) -> u64 {
    (prices.len() + ids.len()) as u64
}

#[cached]
fn left_out_by_its_type(db: Arc<Pool>, id: u64) -> u64 {
    let _ = db;
    id
}

#[cached(skip(foreign, since, prices, limit))]
fn left_out_by_name(
    foreign: &Foreign,
    since: Instant,
    prices: HashMap<u64, u64>,
    limit: f64,
    id: u64,
) -> u64 {
    let _ = (foreign, since, prices, limit);
    id
}

/// What it takes of them is part of the key.
#[cached(key = (count.borrow().clone(), (limit * 100.0) as u64))]
fn replaced(count: &RefCell<u64>, limit: f64) -> u64 {
    *count.borrow() + limit as u64
}

#[cached(skip(with, F))]
fn with_a_closure<F: Fn(u64) -> u64>(with: F, id: u64) -> u64 {
    with(id)
}

#[cached]
fn with_bounds<T: KeyName + CacheKey>(value: T) -> u64 {
    drop(value);
    1
}

#[cached(skip(U))]
fn named<T: KeyName, U>(id: u64) -> u64 {
    id
}

#[cached]
fn file(path: &Path) -> usize {
    path.components().count()
}

pub(crate) fn main() {
    let filter = || Filter { page: 1, cents: Some(5) };
    assert_eq!(
        (derived(&filter(), vec![filter()]), derived::entry(&filter(), vec![filter()]).get()),
        (3, Some(3))
    );
    assert_eq!(sorted(BTreeMap::new(), &BTreeSet::from([5])), 1);
    assert_eq!((left_out_by_its_type(Arc::new(Pool), 5), left_out_by_its_type::entry(5).get()), (5, Some(5)));
    assert_eq!(left_out_by_name(&Foreign, Instant::now(), HashMap::new(), 0.5, 5), 5);
    assert_eq!(left_out_by_name::entry(5).get(), Some(5));
    assert_eq!(replaced(&RefCell::new(5), 0.5), 5);
    assert_eq!((with_a_closure(|id| id + 1, 5), with_a_closure(|id| id + 2, 5)), (6, 6));
    assert_eq!((with_bounds("x"), named::<Product, Foreign>(5)), (1, 5));
    assert_eq!((file(Path::new("/etc//hosts")), file::entry(Path::new("/etc/hosts")).get()), (3, Some(3)));
}
