//! `f::entry`, `f::refresh`, `f::uncached`, `f::invalidate_all`.

use cache_core::cached;
use tests::Source;

mod shop {
    use tests::Source;

    /// Whose companion travels with it.
    #[cache_core::cached]
    pub(super) async fn price(source: &Source, article: u64) -> Result<u64, String> {
        let _ = article;
        Ok(source.read().await)
    }
}

use shop::price as cost;

#[cached]
fn price_sync(source: &Source, article: u64) -> u64 {
    let _ = article;
    source.read_sync()
}

#[cache_core::test]
async fn all_of_it_async() {
    let source = Source::new(1);
    let entry = cost::entry(5);
    assert_eq!(entry.get().await, None);
    assert_eq!(cost(&source, 5).await, Ok(1));
    assert_eq!(entry.get().await, Some(Ok(1)));

    source.write(2);
    assert_eq!(cost(&source, 5).await, Ok(1));
    assert_eq!(cost::uncached(&source, 5).await, Ok(2));
    assert_eq!(entry.get().await, Some(Ok(1)), "left alone");
    assert_eq!(cost::refresh(&source, 5).await, Ok(2));
    assert_eq!(entry.get().await, Some(Ok(2)));

    entry.invalidate().await;
    assert_eq!(entry.get().await, None);
    cost(&source, 5).await.unwrap();
    cost(&source, 6).await.unwrap();
    cost::invalidate_all().await;
    assert_eq!((entry.get().await, cost::entry(6).get().await), (None, None));

    assert!(cost::entry(7).begin().await.store(Ok(7)));
    assert!(!cost::entry(8).begin().await.store(Err("not stored".to_owned())));
    assert_eq!(cost(&source, 7).await, Ok(7));
}

#[cache_core::test]
fn all_of_it_sync() {
    let source = Source::new(1);
    let entry = price_sync::entry(5);
    assert_eq!(entry.get(), None);
    assert_eq!(price_sync(&source, 5), 1);
    source.write(2);
    assert_eq!(price_sync::uncached(&source, 5), 2);
    assert_eq!(entry.get(), Some(1));
    assert_eq!(price_sync::refresh(&source, 5), 2);
    assert_eq!(entry.get(), Some(2));
    entry.invalidate();
    assert_eq!(entry.get(), None);
    assert!(price_sync::entry(5).begin().store(9));
    assert_eq!(price_sync(&source, 5), 9);
    price_sync::invalidate_all();
    assert_eq!(price_sync::entry(5).get(), None);
}

/// An abandoned fill leaves nothing behind.
#[cache_core::test]
async fn a_fill_that_is_dropped_stores_nothing() {
    drop(cost::entry(5).begin().await);
    assert_eq!(cost::entry(5).get().await, None);
}

mod renamed {
    use cache_core::cached;

    /// A type of the function's name is there already.
    #[derive(PartialEq, Debug)]
    #[expect(non_camel_case_types)]
    pub(super) struct price(pub(super) u64);

    #[cached(companion = prices)]
    pub(super) async fn get_price(id: u64) -> u64 {
        id * 3
    }

    #[cached(companion = none)]
    pub(super) fn tax(id: u64) -> u64 {
        id + 1
    }

    #[expect(non_camel_case_types)]
    pub(super) struct tax {}
}

#[cache_core::test]
async fn it_may_be_called_otherwise_or_not_be_there() {
    use renamed::{get_price, prices};
    assert_eq!(get_price(5).await, 15);
    assert_eq!(prices::entry(5).get().await, Some(15));
    assert_eq!(prices::refresh(5).await, 15);
    assert_eq!(renamed::price(5), renamed::price(5));
    let _ = renamed::tax {};
    assert_eq!((renamed::tax(5), renamed::tax(5)), (6, 6));
    assert_eq!(cache_core::Cache::current().stats().function("tax").hits, 1);
}
