//! `key = (..)`: what replaces the arguments in the key.

use cache_core::{NoKey, cached};
use tests::Org;

#[derive(NoKey)]
struct Db;

struct Filter {
    page: u64,
    sort: String,
}

#[cached(ttl = "1m", key = (filter.page, filter.sort.as_str(), id / 10), skip(request))]
fn list(db: &Db, filter: &Filter, id: u64, request: f64) -> Vec<u64> {
    let _ = (db, request, &filter.sort);
    vec![filter.page, id]
}

#[cached(ttl = "1m", per_tenant, key = (name.to_lowercase()))]
async fn by_name(db: &Db, org: Org, name: &str) -> String {
    let _ = db;
    format!("{} of {}", name, org.0)
}

#[cache_core::test]
fn the_key_is_what_is_said() {
    let filter = |page, sort: &str| Filter { page, sort: sort.to_owned() };
    assert_eq!(list(&Db, &filter(1, "name"), 17, 0.5), [1, 17]);
    assert_eq!(list(&Db, &filter(1, "name"), 12, 0.7), [1, 17], "the same tens");
    assert_eq!(list(&Db, &filter(2, "name"), 12, 0.7), [2, 12]);
    assert_eq!(list(&Db, &filter(1, "date"), 12, 0.7), [1, 12]);
    let entry = list::entry(&filter(1, "name"), 19);
    assert_eq!(
        entry.key(),
        "test:default:options::key::list@acdf3f8e:filter.page=1:filter.sort.as_str%28%29=name:id%2F10=1"
    );
    assert_eq!(entry.get(), Some(vec![1, 17]));
}

#[cache_core::test]
async fn the_scope_is_in_the_key_besides() {
    assert_eq!(by_name(&Db, Org(1), "Ann").await, "Ann of 1");
    assert_eq!(by_name(&Db, Org(1), "ANN").await, "Ann of 1");
    assert_eq!(by_name(&Db, Org(2), "ANN").await, "ANN of 2");
    assert_eq!(by_name::entry(Org(2), "ann").get().await, Some("ANN of 2".into()));
}
