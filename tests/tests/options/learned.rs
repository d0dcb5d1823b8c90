//! `invalidate_on` with rows that only the result names, or many.

use std::collections::BTreeMap;
use std::sync::Arc;

use cache_core::{Alias, CacheKey, Model, cached, graph, invalidates};
use serde::{Deserialize, Serialize};
use tests::{Article, Client, Invoice, Org, Role, Source};

#[derive(Clone, Serialize, Deserialize, PartialEq, Debug)]
struct Found {
    id: u64,
    others: Vec<u64>,
}

#[invalidates(Article(each ids))]
async fn write(ids: &[u64]) {
    let _ = ids;
}

#[invalidates(Article)]
async fn write_all() {}

#[invalidates(Role(id))]
async fn write_role(org: Org, id: i64) {
    let _ = (org, id);
}

fn found(id: u64) -> Found {
    Found { id, others: vec![id + 1, id + 2] }
}

#[cached(invalidate_on = [Article(ret.id)])]
async fn by_name(name: &str) -> Result<Option<Found>, String> {
    match name {
        "" => Err("no name".to_owned()),
        name => Ok(name.parse().ok().map(found)),
    }
}

#[cached(invalidate_on = [Article(ret.id)])]
fn by_name_sync(name: &str) -> Arc<Found> {
    Arc::new(found(name.parse().unwrap()))
}

#[cache_core::test]
async fn the_row_that_a_result_names() {
    by_name("5").await.unwrap();
    by_name_sync("5");
    let (entry, sync) = (by_name::entry("5").watch(), by_name_sync::entry("5").watch());
    write(&[4, 6]).await;
    entry.assert_kept();
    sync.assert_kept();
    assert!(by_name::entry("5").get().await.is_some());
    write(&[5]).await;
    entry.assert_gone();
    sync.assert_gone();

    by_name("5").await.unwrap();
    write_all().await;
    assert_eq!(by_name::entry("5").get().await, None);
}

#[cache_core::test]
async fn a_watch_from_before_the_load_follows_it() {
    let watch = by_name::entry("5").watch();
    by_name("5").await.unwrap();
    write(&[6]).await;
    watch.assert_kept();
    write(&[5]).await;
    watch.assert_gone();
}

#[cache_core::test]
async fn what_was_not_found_is_seen_when_it_is_made() {
    assert_eq!(by_name("five").await, Ok(None));
    assert_eq!(by_name::entry("five").get().await, Some(Ok(None)));
    write(&[5]).await;
    assert_eq!(by_name::entry("five").get().await, None);
}

#[cached(err_ttl = "1m", invalidate_on = [Article(ret.id)])]
async fn or_error(name: &str) -> Result<Found, String> {
    name.parse().map(found).map_err(|_| name.to_owned())
}

#[cache_core::test]
async fn an_error_depends_on_the_model() {
    or_error("five").await.unwrap_err();
    assert!(or_error::entry("five").get().await.is_some());
    write(&[5]).await;
    assert_eq!(or_error::entry("five").get().await, None);
}

#[cached(invalidate_on = [Article(ret.id), Article(each &ret.others)])]
async fn with_others(id: u64, others: Vec<u64>) -> Found {
    Found { id, others }
}

#[cache_core::test]
async fn each_row_that_a_result_names() {
    with_others(5, vec![7, 8]).await;
    let watch = with_others::entry(5, vec![7, 8]).watch();
    write(&[6]).await;
    watch.assert_kept();
    write(&[8]).await;
    watch.assert_gone();

    with_others(5, vec![]).await;
    let watch = with_others::entry(5, vec![]).watch();
    write(&[6]).await;
    watch.assert_gone();
}

/// Whether a load is kept that names so many rows of which none is written.
async fn is_kept(others: Vec<u64>) -> bool {
    with_others(5, others.clone()).await;
    let watch = with_others::entry(5, others).watch();
    write(&[1000]).await;
    !watch.is_gone()
}

#[cache_core::test]
async fn beyond_64_rows_it_is_the_model() {
    assert!(is_kept((0..64).collect()).await);
    assert!(is_kept((0..64).chain(0..64).collect()).await, "each counts once");
    assert!(!is_kept((0..65).collect()).await);
}

#[cached(skip(source), invalidate_on = [Article(each ids)])]
async fn names(source: &Source, ids: &[u64]) -> u64 {
    let _ = ids;
    source.read().await
}

#[cache_core::test]
async fn each_row_of_an_argument() {
    let source = Source::new(1);
    let many: Vec<_> = (0..65).collect();
    names(&source, &[5, 6]).await;
    names(&source, &[]).await;
    names(&source, &many).await;
    names(&source, &many[..64]).await;
    let few = names::entry(&[5, 6]).watch();
    let none = names::entry(&[]).watch();
    let all = names::entry(&many).watch();
    let most = names::entry(&many[..64]).watch();
    write(&[1000]).await;
    few.assert_kept();
    most.assert_kept();
    none.assert_gone();
    all.assert_gone();
    write(&[6]).await;
    few.assert_gone();
    most.assert_gone();
}

#[derive(Clone, Serialize, Deserialize)]
struct Member {
    role: i64,
    invoices: Vec<i64>,
}

#[derive(Alias)]
#[alias(name = "learned", scope = tenant)]
struct Learned;

#[cached(alias = Learned, invalidate_on = [Role(ret.role), Invoice(each ret.invoices.iter().filter(|id| **id > 0))])]
async fn member(client: Client, name: &str) -> Member {
    let role = name.parse().unwrap();
    Member { role, invoices: vec![role, -role, client.client] }
}

#[invalidates(Invoice(id))]
async fn write_invoice(client: Client, id: i64) {
    let _ = (client, id);
}

#[cache_core::test]
async fn rows_are_in_the_tenant_at_their_models_level() {
    let client = |org, client| Client { org: Org(org), client };
    member(client(1, 7), "5").await;
    let watch = member::entry(client(1, 7), "5").watch();
    write_role(Org(2), 5).await;
    write_role(Org(1), 7).await;
    write_invoice(client(1, 8), 5).await;
    write_invoice(client(1, 7), -5).await;
    watch.assert_kept();
    write_role(Org(1), 5).await;
    watch.assert_gone();

    member(client(1, 7), "5").await;
    let watch = member::entry(client(1, 7), "5").watch();
    write_invoice(client(1, 7), 7).await;
    watch.assert_gone();
}

#[derive(CacheKey, Clone, Serialize, Deserialize)]
struct Slot {
    day: u32,
    hour: u32,
}

#[derive(Model)]
#[model(name = "learned.slot", id = (u32, u32))]
struct Slots;

#[invalidates(Slots(day, hour))]
async fn book(day: u32, hour: u32) {
    let _ = (day, hour);
}

#[cached(invalidate_on = [Slots(ret.day, ret.hour)])]
async fn next_slot(after: u32) -> Slot {
    Slot { day: after, hour: 9 }
}

#[cache_core::test]
async fn ids_of_several_parts() {
    next_slot(3).await;
    let watch = next_slot::entry(3).watch();
    book(9, 3).await;
    book(3, 10).await;
    watch.assert_kept();
    book(3, 9).await;
    watch.assert_gone();
}

#[cached(invalidate_on = [Article(*ret)])]
fn plain(text: &str) -> u64 {
    text.parse().unwrap()
}

#[cached(store_if = |found| found.is_none(), invalidate_on = [Article(ret.id)])]
async fn around_unstored(name: &str) -> Option<Found> {
    by_name(name).await.unwrap()
}

#[cache_core::test]
async fn plain_values_and_fills() {
    plain("5");
    let filled = by_name::entry("7").begin().await;
    assert!(filled.store(Ok(Some(found(7)))));
    let (plain, filled) = (plain::entry("5").watch(), by_name::entry("7").watch());
    write(&[6]).await;
    plain.assert_kept();
    filled.assert_kept();
    write(&[5]).await;
    plain.assert_gone();
    filled.assert_kept();
    write(&[7]).await;
    filled.assert_gone();
}

#[cached]
async fn outer(name: &str, how: u8) -> Option<Found> {
    match how {
        0 => by_name(name).await.unwrap(),
        1 => around_unstored(name).await,
        2 => by_name::refresh(name).await.unwrap(),
        3 => by_name::uncached(name).await.unwrap(),
        4 => by_name::entry(name).get().await.and_then(Result::unwrap),
        _ => {
            let fill = by_name::entry(name).begin().await;
            let value = Some(found(name.parse().unwrap()));
            fill.store(Ok(value.clone()));
            value
        }
    }
}

#[cache_core::test]
async fn a_load_around_it_depends_on_the_row() {
    for (how, narrow) in [(0, true), (1, true), (2, true), (3, false), (4, false), (5, true)] {
        outer("5", how).await;
        let watch = outer::entry("5", how).watch();
        write(&[6]).await;
        assert_eq!(!watch.is_gone(), narrow, "{how}");
        by_name::invalidate_all().await;
        outer("5", how).await;
        let watch = outer::entry("5", how).watch();
        write(&[5]).await;
        assert!(watch.is_gone(), "{how}");
    }
}

#[cache_core::test]
async fn a_load_around_nothing_found_depends_on_the_model() {
    outer("five", 0).await;
    let watch = outer::entry("five", 0).watch();
    write(&[5]).await;
    watch.assert_gone();
}

#[cached(each = numbers, invalidate_on = [Article(ret.id)])]
async fn batch(numbers: &[u64]) -> BTreeMap<u64, Found> {
    numbers.iter().filter(|number| **number < 10).map(|number| (*number, found(*number + 100))).collect()
}

#[cached]
async fn around_batch(numbers: Vec<u64>) -> usize {
    batch(&numbers).await.len()
}

#[cache_core::test]
async fn each_value_of_a_batch_names_its_own() {
    around_batch(vec![5, 6]).await;
    around_batch(vec![5, 50]).await;
    let (five, six) = (batch::entry(5).watch(), batch::entry(6).watch());
    let (all, one_missing) =
        (around_batch::entry(vec![5, 6]).watch(), around_batch::entry(vec![5, 50]).watch());
    write(&[6]).await;
    five.assert_kept();
    all.assert_kept();
    one_missing.assert_gone();
    write(&[106]).await;
    five.assert_kept();
    six.assert_gone();
    all.assert_gone();
}

#[test]
fn they_are_registered() {
    let extents = |name: &str| {
        let functions = graph().functions;
        let function = functions.iter().find(|function| function.name.ends_with(name)).unwrap();
        function.dependencies.iter().map(|dependency| format!("{:?}", dependency.extent)).collect::<Vec<_>>()
    };
    assert_eq!(extents("learned::with_others"), ["Late"]);
    assert_eq!(extents("learned::names"), ["Rows"]);
}
