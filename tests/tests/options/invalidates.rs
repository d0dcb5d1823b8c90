//! `ret`, `each`, `on`, `per_tenant` of writers.

use std::collections::HashSet;

use cache_core::{cached, invalidates, with_tenant_sync};
use tests::{Article, Org, Role};

#[cached(invalidate_on = [Article(id)])]
fn article(id: u64) -> u64 {
    id
}

#[cached(per_tenant, invalidate_on = [Role(id)])]
fn role(org: Org, id: i64) -> i64 {
    org.0 + id
}

fn gone(write: impl FnOnce()) -> Vec<u64> {
    let watches: Vec<_> = (0..8).map(|id| (id, article::entry(id).watch())).collect();
    write();
    watches.into_iter().filter(|(_, watch)| watch.is_gone()).map(|(id, _)| id).collect()
}

struct Created {
    id: u64,
    related: Vec<u64>,
}

#[invalidates(Article(ret.id), Article(each ret.related))]
fn create(id: u64) -> Result<Created, String> {
    if id > 5 { Err("no".into()) } else { Ok(Created { id, related: vec![id + 1, id + 2] }) }
}

#[invalidates(Article(ret))]
fn plain(id: u64) -> u64 {
    id
}

#[invalidates(Article(ret.0))]
async fn panics(id: u64) -> (u64, u64) {
    assert!(id < 3, "before it returned");
    (id, 0)
}

#[cache_core::test]
fn ret_is_what_was_returned() {
    assert_eq!(gone(|| drop(create(3))), [3, 4, 5]);
    assert_eq!(gone(|| _ = plain(6)), [6]);
}

#[cache_core::test]
async fn without_a_result_it_is_the_whole_model() {
    assert_eq!(gone(|| drop(create(6))).len(), 8);
    let watch = article::entry(1).watch();
    tokio::spawn(panics(3)).await.unwrap_err();
    watch.assert_gone();
    let (one, two) = (article::entry(1).watch(), article::entry(2).watch());
    panics(2).await;
    assert_eq!([one.is_gone(), two.is_gone()], [false, true]);
}

#[invalidates(Article(each ids))]
fn many(ids: Vec<u64>) {
    drop(ids);
}

#[invalidates(Article(each ids))]
fn slice(ids: &[u64]) {
    let _ = ids;
}

#[invalidates(Article(each ids))]
fn set(ids: &HashSet<u64>) {
    let _ = ids;
}

#[invalidates(Article(each ids.iter().map(|id| id + 1)))]
fn mapped(ids: [u64; 2]) {
    let _ = ids;
}

#[invalidates(Article(each 2..4))]
fn range() {}

#[cache_core::test]
fn each_takes_whatever_can_be_iterated() {
    assert_eq!(gone(|| many(vec![1, 3])), [1, 3]);
    assert_eq!(gone(|| slice(&[1, 3])), [1, 3]);
    assert_eq!(gone(|| set(&HashSet::from([1, 3]))), [1, 3]);
    assert_eq!(gone(|| mapped([1, 3])), [2, 4]);
    assert_eq!(gone(range), [2, 3]);
    assert_eq!(gone(|| many(vec![])), [0; 0]);
}

#[invalidates(Article(id))]
fn by_default(id: u64, result: Result<(), u8>) -> Result<(), u8> {
    let _ = id;
    result
}

#[invalidates(Article(id), on = ok)]
fn on_ok(id: u64, result: Result<(), u8>) -> Result<(), u8> {
    let _ = id;
    result
}

#[invalidates(on = |error| *error > 100, Article(id))]
async fn on_some(id: u64, result: Result<(), u8>) -> Result<(), u8> {
    let _ = id;
    result
}

#[cache_core::test]
async fn on_says_which_errors_have_written() {
    assert_eq!(gone(|| _ = by_default(1, Err(0))), [1]);
    assert_eq!(gone(|| _ = on_ok(1, Err(0))), [0; 0]);
    assert_eq!(gone(|| _ = on_ok(1, Ok(()))), [1]);
    for (result, expected) in [(Ok(()), true), (Err(101), true), (Err(100), false)] {
        let watch = article::entry(1).watch();
        let _ = on_some(1, result).await;
        assert_eq!(watch.is_gone(), expected, "{result:?}");
    }
}

#[invalidates(Role(id), per_tenant = ambient)]
fn in_ambient(id: i64) {
    let _ = id;
}

#[invalidates(Role(id), per_tenant = Org(number))]
fn in_given(number: i64, id: i64) {
    let _ = (number, id);
}

#[cache_core::test]
fn the_tenant_may_be_ambient_or_given() {
    let watch = || [1, 2].map(|org| role::entry(Org(org), 5).watch());
    let gone = |watches: [cache_core::testing::Watch; 2]| watches.map(|watch| watch.is_gone());
    let watches = watch();
    with_tenant_sync(Org(1), || in_ambient(5));
    assert_eq!(gone(watches), [true, false]);
    let watches = watch();
    in_given(2, 5);
    assert_eq!(gone(watches), [false, true]);
    let watches = watch();
    in_ambient(5);
    assert_eq!(gone(watches), [true, true], "without a tenant: all");
}
