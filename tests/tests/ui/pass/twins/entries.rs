//! Entries by hand, with what their types ask for.

use cache_core::{Alias, Cache, Model, target};
use serde::{Deserialize, Serialize};

use crate::Org;

#[derive(Alias)]
#[alias(name = "entries.rates")]
struct Rates;

#[derive(Model)]
#[model(name = "entries.article", id = u64)]
struct Article;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct Price(u64);

pub(crate) fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let cache = Cache::current();
        let entry = cache.entry::<Rates, Price>(150_u64).global();
        entry.set(Price(7)).await;
        assert_eq!(entry.get().await, Some(Price(7)));

        let of_a_tenant = cache.entry::<Rates, Price>("EUR").tenant(Org(1));
        assert_eq!(of_a_tenant.get_or_set(|| async { Price(8) }).await, Price(8));

        let dependent = cache.entry::<Rates, Price>("USD").global().depends_on(target::row::<Article>(&5));
        assert_eq!(dependent.get_or_set(|| async { Price(9) }).await, Price(9));
        cache.invalidate(target::row::<Article>(&5)).await;
        assert_eq!(dependent.get().await, None);

        let many = cache.entries::<Rates, Price, _>(&[150_u64]).global();
        assert_eq!(many.get_many().await, [Some(Price(7))]);
    });
}
