//! `reads`: in tests, what a load reads must be among what it depends on.

use std::panic::{AssertUnwindSafe, catch_unwind};

use cache_core::{Cache, cached, depends_on_sync, reads, reads_of, target, testing, unit_of_work_sync};
use serde::{Deserialize, Serialize};
use tests::{Article, Client, Org, Role};

/// A data layer.
fn article(id: u64) -> u64 {
    reads::<Article>(id);
    id
}

fn role(id: i64) -> i64 {
    reads::<Role>(&id);
    id
}

fn articles() -> u64 {
    reads_of(target::model::<Article>());
    5
}

/// What the test fails with, if it does.
fn failure<T>(test: impl FnOnce() -> T) -> String {
    let failed = catch_unwind(AssertUnwindSafe(|| testing::run_sync(test)));
    failed.err().map_or_else(String::new, |failed| *failed.downcast().unwrap())
}

#[cached]
fn undeclared(id: u64) -> u64 {
    article(id)
}

#[cached(invalidate_on = [Article(6)])]
fn another(id: u64) -> u64 {
    article(id)
}

#[cached]
async fn undeclared_async(id: u64) -> u64 {
    tokio::task::yield_now().await;
    article(id)
}

#[test]
fn a_row_that_is_not_declared_fails_the_test_with_both_names() {
    assert_eq!(
        failure(|| undeclared(5)),
        "`options::reads::undeclared` read `tests.article` 5 and doesn't depend on it: add `Article(..)` to its \
         `invalidate_on`, or say `depends_on` before the read"
    );
    assert!(failure(|| another(5)).contains("`options::reads::another` read `tests.article` 5"));
    assert_eq!(failure(|| another(6)), "");
    let failed = catch_unwind(|| testing::run(0, undeclared_async(5))).unwrap_err();
    assert!(failed.downcast::<String>().unwrap().contains("undeclared_async` read `tests.article` 5"));
}

#[test]
fn each_once() {
    let failure = failure(|| {
        undeclared(5);
        undeclared::refresh(5);
        undeclared(6);
    });
    assert_eq!(failure.lines().count(), 2, "{failure}");
}

#[derive(Clone, Serialize, Deserialize)]
struct Named {
    id: u64,
}

#[cached(invalidate_on = [Article(id)])]
fn by_argument(id: u64) -> u64 {
    article(id)
}

#[cached(invalidate_on = [Article])]
fn by_model(id: u64) -> u64 {
    article(id) + articles()
}

#[cached(invalidate_on = [Article(ret.id)])]
fn by_result(id: u64) -> Option<Named> {
    Some(Named { id: article(id) }).filter(|_| id > 0)
}

#[cached]
fn while_it_runs(id: u64) -> u64 {
    depends_on_sync(target::row::<Article>(&id));
    article(id)
}

#[cached]
fn by_a_nested_call(id: u64) -> u64 {
    by_argument(id) + article(id)
}

#[cached(invalidate_on = [Article(each ids)])]
fn by_list(ids: &[u64]) -> Vec<u64> {
    ids.iter().map(|id| article(*id)).collect()
}

#[test]
fn what_is_declared_in_whatever_way_may_be_read() {
    let failure = failure(|| {
        by_argument(5);
        by_model(5);
        by_result(5);
        by_result(0);
        while_it_runs(5);
        by_a_nested_call(6);
        by_list(&[1, 2]);
        assert!(by_argument::entry(7).begin().store(article(7)));
    });
    assert_eq!(failure, "");
}

#[cached]
fn around_undeclared(id: u64) -> u64 {
    undeclared(id)
}

#[cached(invalidate_on = [Article(id)])]
fn around_and_declared(id: u64) -> u64 {
    undeclared(id)
}

#[cached]
fn around_uncached(id: u64, declared: bool) -> u64 {
    if declared { by_argument::uncached(id) } else { undeclared::uncached(id) }
}

#[test]
fn nested_calls_answer_for_themselves() {
    for failure in [failure(|| around_undeclared(5)), failure(|| around_and_declared(5))] {
        assert_eq!(failure.lines().count(), 1, "{failure}");
        assert!(failure.starts_with("`options::reads::undeclared` read"), "{failure}");
    }
    assert_eq!(failure(|| around_uncached(5, true)), "");
    assert!(failure(|| around_uncached(5, false)).starts_with("`options::reads::undeclared` read"));
}

#[cached(invalidate_on = [Article(5)])]
fn whole_model(id: u64) -> u64 {
    articles() + id
}

#[test]
fn a_row_does_not_cover_its_model() {
    assert!(
        failure(|| whole_model(5))
            .contains("read `tests.article` and doesn't depend on it: add `Article` to")
    );
}

#[cached(per_tenant, invalidate_on = [Role(id)])]
fn in_tenant(client: Client, id: i64) -> i64 {
    client.client + role(id)
}

#[cached(per_tenant, invalidate_on = [Role(id)])]
fn in_another(org: Org, id: i64) -> i64 {
    reads_of(target::row::<Role>(&id).of(Org(org.0 + 1)));
    id
}

#[cached]
fn in_none(id: i64) -> i64 {
    role(id)
}

#[cached(invalidate_on = [across(Role)])]
fn across_all(id: i64) -> i64 {
    role(id)
}

#[cached]
fn of_the_row(id: i64) -> i64 {
    depends_on_sync(target::row::<Role>(&id).of(Org(1)));
    reads_of(target::row::<Role>(&id).of(Org(1)));
    id
}

#[test]
fn rows_are_in_the_tenant_of_the_load() {
    let client = Client { org: Org(1), client: 7 };
    assert_eq!(failure(|| in_tenant(client, 5)), "");
    assert!(failure(|| in_another(Org(1), 5)).contains("`options::reads::in_another` read `tests.role` 5"));
    assert!(failure(|| in_none(5)).contains(
        "`tests.role` of a tenant that its key lacks and doesn't depend on it: add `across(Role)`"
    ));
    assert_eq!(failure(|| across_all(5)), "");
    assert_eq!(failure(|| of_the_row(5)), "");
}

#[cache_core::test]
fn outside_of_loads_nothing_is_checked() {
    article(5);
    undeclared::uncached(5);
    unit_of_work_sync(|| undeclared(5));
    assert_eq!(Cache::current().stats().total().loads, 0);
}

#[cached(local)]
fn untested(id: u64) -> u64 {
    article(id)
}

#[test]
fn nor_is_it_outside_of_tests() {
    assert_eq!(untested(5), 5);
    assert_eq!(untested::entry(5).get(), Some(5));
}
