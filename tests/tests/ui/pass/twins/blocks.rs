//! Methods, in blocks that say what they stand in.

use cache_core::{CacheKey, KeyName, Model, NoKey, cached, invalidates};
use serde::{Deserialize, Serialize};

#[derive(Model)]
#[model(name = "blocks.product", id = u64)]
struct Product;

#[derive(NoKey)]
struct Catalog;

/// Its `self` is a part of the key.
#[derive(CacheKey, Clone, Serialize, Deserialize)]
struct Filter(u64);

#[cache_core::methods]
impl Catalog {
    const TAX: u64 = 20;

    #[cached(invalidate_on = [Product(id)])]
    fn price(&self, id: u64) -> u64 {
        id
    }

    #[cached]
    async fn tax(id: u64) -> u64 {
        id * Self::TAX
    }

    /// Beside it stands a method that is called like the companion's.
    #[cached(companion = rates)]
    fn rate(&self, id: u64) -> u64 {
        id
    }

    fn rate_entry(&self, id: u64) -> u64 {
        id
    }

    #[cfg(all())]
    #[cached]
    fn configured(&self, id: u64) -> u64 {
        id
    }

    #[cfg(any())]
    fn configured(&self, id: u64) -> u64 {
        id
    }

    #[invalidates(Product(id))]
    fn save(&mut self, id: u64) {
        let _ = id;
    }
}

#[cache_core::methods]
impl Filter {
    #[cached]
    fn next(&self) -> Self {
        Filter(self.0 + 1)
    }

    #[cached(skip(self))]
    fn count(&self, id: u64) -> u64 {
        id
    }
}

trait Length {
    fn length(&self, unit: u64) -> u64;
}

/// A type of another crate has no room for what stands beside.
#[cache_core::methods]
impl Length for String {
    #[cached(companion = none)]
    fn length(&self, unit: u64) -> u64 {
        self.len() as u64 / unit
    }
}

#[cache_core::methods]
trait Source: KeyName + CacheKey {
    #[cached]
    fn source(&self) -> String {
        "here".into()
    }
}

impl Source for Filter {}

struct Repo<T>(std::marker::PhantomData<T>);

impl<T> NoKey for Repo<T> {}

#[cache_core::methods]
impl<T: KeyName> Repo<T> {
    #[cached]
    fn first(&self) -> u64 {
        1
    }
}

#[cache_core::methods(part = 2)]
impl<T: KeyName> Repo<T> {
    #[cached]
    fn last(&self) -> u64 {
        2
    }
}

#[cached]
fn count<T: KeyName>(id: u64) -> u64 {
    id
}

cache_core::register!(Repo<Product>);
cache_core::register!(fn count<Product>);

pub(crate) fn main() {
    let mut catalog = Catalog;
    assert_eq!((catalog.price(5), catalog.price_entry(5).get()), (5, Some(5)));
    catalog.save(5);
    assert_eq!((catalog.price_entry(5).get(), catalog.configured(5)), (None, 5));
    assert_eq!((catalog.rate(5), catalog.rates_entry(5).get(), catalog.rate_entry(5)), (5, Some(5), 5));
    assert_eq!((Filter(5).next().0, Filter(5).count(5), Filter::count_entry(5).get()), (6, 5, Some(5)));
    assert_eq!(("abc".to_owned().length(1), Filter(5).source()), (3, "here".into()));
    let repo = Repo::<Product>(std::marker::PhantomData);
    assert_eq!((repo.first(), repo.last(), count::<Product>(5)), (1, 2, 5));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(runtime.block_on(Catalog::tax(5)), 100);
}
