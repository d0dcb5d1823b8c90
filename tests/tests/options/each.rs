//! `each = ids`: one call for many keys of one argument; each is an entry of its own.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::time::Duration;

use cache_core::{
    Alias, Cache, Entry, Invalidated, Mode, Model, NoKey, Tenant, cached, depends_on, invalidates, target,
    testing, unit_of_work, with_tenant,
};
use tests::{Article, Client, Org, Role, Source};

/// A table that notes what it is asked for. There is no 7.
#[derive(NoKey, Default)]
struct Table(Mutex<Vec<Vec<u64>>>);

impl Table {
    fn load<M: FromIterator<(u64, String)>>(&self, ids: &[u64]) -> M {
        self.0.lock().unwrap().push(ids.to_vec());
        ids.iter().filter(|id| **id != 7).map(|id| (*id, format!("no. {id}"))).collect()
    }

    fn asked(&self) -> Vec<Vec<u64>> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

fn some<M: FromIterator<(u64, String)>>(ids: &[u64]) -> M {
    ids.iter().map(|id| (*id, format!("no. {id}"))).collect()
}

#[cached(each = ids, ttl = "10m", invalidate_on = [Article(each ids)])]
async fn articles(table: &Table, ids: &[u64]) -> Result<HashMap<u64, String>, String> {
    if ids.contains(&13) {
        return Err("down".into());
    }
    Ok(table.load(ids))
}

#[invalidates(Article(id))]
async fn set_article(id: u64) {
    let _ = id;
}

#[cache_core::test]
async fn what_is_missing_is_loaded_in_one_call() {
    let table = Table::default();
    assert_eq!(articles(&table, &[5]).await, Ok(some(&[5])));
    assert_eq!(articles(&table, &[4, 5, 6, 4, 7]).await, Ok(some(&[4, 5, 6])));
    assert_eq!(table.asked(), [vec![5], vec![4, 6, 7]]);
    assert_eq!(articles(&table, &[6, 5, 4]).await, Ok(some(&[4, 5, 6])));
    assert_eq!(articles(&table, &[]).await, Ok(some(&[])));
    assert_eq!(articles(&table, &[7]).await, Ok(some(&[])));
    assert_eq!(table.asked(), [[7]], "not found is not stored");
    let stats = Cache::current().stats().function("articles");
    assert_eq!((stats.hits, stats.misses, stats.loads, stats.stores), (4, 5, 3, 3));
}

#[cache_core::test]
async fn each_depends_on_its_own_row_and_is_an_entry() {
    let table = Table::default();
    articles(&table, &[4, 5, 6]).await.unwrap();
    set_article(5).await;
    let entry = |id: u64| articles::entry(id);
    let of_one: Entry<String> = entry(4);
    assert_eq!(of_one.get().await.as_deref(), Some("no. 4"));
    assert_eq!(entry(5).get().await, None);
    assert!(entry(5).begin().await.store(String::from("five")));
    assert_eq!(entry(6).invalidate().await, Invalidated::Confirmed);
    assert!(entry(4).key().ends_with("each::articles@43f1bd8f:ids=4"), "{}", entry(4).key());
    let found = articles(&table, &[4, 5, 6]).await.unwrap();
    assert_eq!((&*found[&5], table.asked()), ("five", vec![vec![4, 5, 6], vec![6]]));
}

#[cache_core::test]
async fn an_error_is_of_all_and_not_stored() {
    let table = Table::default();
    articles(&table, &[5]).await.unwrap();
    assert_eq!(articles(&table, &[5, 13]).await, Err("down".into()));
    assert_eq!(articles(&table, &[5]).await, Ok(some(&[5])));
    assert_eq!(table.asked(), [[5]]);
}

#[cache_core::test]
async fn the_companion_has_the_rest() {
    let table = Table::default();
    assert_eq!(articles::uncached(&table, &[5, 5]).await, Ok(some(&[5])));
    assert_eq!(table.asked(), [[5]]);
    assert_eq!(articles::entry(5).get().await, None);
    assert_eq!(articles::refresh(&table, &[5, 6]).await, Ok(some(&[5, 6])));
    assert_eq!(articles::refresh(&table, &[6]).await, Ok(some(&[6])));
    assert_eq!(articles(&table, &[5, 6]).await, Ok(some(&[5, 6])));
    assert_eq!(table.asked(), [vec![5, 6], vec![6]]);
    assert_eq!(articles::refresh(&table, &[13]).await, Err("down".into()));
    assert!(articles::entry(7).begin().await.store(String::from("seven")));
    articles::refresh(&table, &[7]).await.unwrap();
    assert_eq!(articles::entry(7).get().await, None, "it is no more");
    articles::invalidate_all().await;
    assert_eq!(articles::entry(5).get().await, None);
}

#[cached(each = ids, name = "each:owned")]
async fn owned(table: std::sync::Arc<Shared>, mut ids: Vec<u64>, suffix: String) -> BTreeMap<u64, String> {
    ids.sort_unstable();
    let found: BTreeMap<_, _> = table.0.load(&ids);
    found.into_iter().map(|(id, title)| (id, title + &suffix)).collect()
}

#[derive(NoKey, Default)]
struct Shared(Table);

/// Maps by themselves, owned ids, other arguments in the key.
#[cache_core::test]
async fn ids_and_maps_of_all_kinds() {
    let table = std::sync::Arc::new(Shared::default());
    let ask = |ids: &[u64], suffix: &str| owned(std::sync::Arc::clone(&table), ids.to_vec(), suffix.into());
    assert_eq!(ask(&[6, 5], "!").await[&6], "no. 6!");
    assert_eq!(ask(&[6, 5], "!").await.len(), 2);
    assert_eq!(ask(&[6], "?").await[&6], "no. 6?");
    assert_eq!(table.0.asked(), [vec![5, 6], vec![6]]);
    assert_eq!(owned::entry(5, "!".into()).get().await.as_deref(), Some("no. 5!"));
    assert_eq!(owned::entry(5, "?".into()).get().await, None);
}

#[expect(clippy::ptr_arg, reason = "one of the forms that ids come in")]
#[cached(each = names, invalidate_on = [Named(each names)])]
fn lengths(names: &Vec<String>) -> HashMap<String, usize> {
    names.iter().map(|name| (name.clone(), name.len())).collect()
}

#[derive(Model)]
#[model(name = "tests.each.named", id = String)]
struct Named;

#[cache_core::test]
fn sync_too() {
    let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(lengths(&names(&["a", "bb"]))["bb"], 2);
    assert_eq!(lengths::entry("a".into()).get(), Some(1));
    Cache::current().invalidate_sync(target::row::<Named>("a"));
    assert_eq!((lengths::entry("a".into()).get(), lengths::entry("bb".into()).get()), (None, Some(2)));
    assert_eq!(lengths::refresh(&names(&["a"])).len(), 1);
    assert_eq!(lengths::uncached(&names(&["a"])).len(), 1);
    assert_eq!(lengths::invalidate_all(), Invalidated::Confirmed);
}

#[derive(Alias)]
#[alias(name = "each-scoped", scope = tenant)]
struct Scoped;

#[cached(each = ids, alias = Scoped, invalidate_on = [Role(each ids)])]
async fn roles(table: &Table, org: Org, ids: &[i64]) -> HashMap<i64, String> {
    table.0.lock().unwrap().push(Vec::new());
    ids.iter().map(|id| (*id, format!("{id} of {}", org.0))).collect()
}

#[cached(each = ids, per_tenant = ambient)]
async fn ambient(table: &Table, ids: &[u64]) -> HashMap<u64, String> {
    table.load(ids)
}

#[cache_core::test]
async fn each_tenant_has_its_own() {
    let table = Table::default();
    roles(&table, Org(1), &[5, 6]).await;
    assert_eq!(roles(&table, Org(2), &[5]).await[&5], "5 of 2");
    Cache::current().invalidate(target::row::<Role>(&5).of(Org(1))).await;
    assert_eq!(roles::entry(Org(1), 5).get().await, None);
    assert!(roles::entry(Org(1), 6).get().await.is_some());
    assert!(roles::entry(Org(2), 5).get().await.is_some());
    table.asked();

    with_tenant(Org(1), ambient(&table, &[5])).await;
    with_tenant(Client { org: Org(1), client: 1 }, ambient(&table, &[5])).await;
    with_tenant(Org(1), ambient(&table, &[5])).await;
    assert_eq!(table.asked(), [[5], [5]]);
    ambient(&table, &[5]).await;
    assert_eq!(table.asked(), [[5]]);
    assert_eq!(Cache::current().stats().function("ambient").unscoped, 1);
}

#[cached(
    each = ids,
    name = "each:rules",
    when = ids.len() < 3,
    skip(note),
    store_if = |title| title.as_deref() != Some("no. 5"),
    none_ttl = "1m",
)]
async fn rules(table: &Table, ids: &[u64], note: &str) -> HashMap<u64, Option<String>> {
    let _ = note;
    let found: HashMap<_, _> = table.load(ids);
    ids.iter().map(|id| (*id, found.get(id).cloned())).collect()
}

/// Rules are of each value; `when` is of the call.
#[cache_core::test]
async fn rules_hold_for_each_value() {
    let table = Table::default();
    rules(&table, &[5, 6], "").await;
    assert_eq!(rules(&table, &[5, 7], "again").await[&7], None);
    rules(&table, &[6, 7], "").await;
    assert_eq!(table.asked(), [vec![5, 6], vec![5, 7]], "5 is not stored, 7 is stored as none");
    testing::advance(Duration::from_secs(61));
    rules(&table, &[6, 7], "").await;
    assert_eq!(table.asked(), [[7]], "none is stored for a minute");
    rules(&table, &[4, 6, 7], "").await;
    assert_eq!(table.asked(), [[4, 6, 7]], "`when`");
    assert_eq!(rules::entry(4,).get().await, None);
}

#[cached(each = ids, local, name = "each:expires", expires_in = |seconds| Duration::from_secs(*seconds))]
async fn expires(ids: &[u64]) -> HashMap<u64, u64> {
    ids.iter().map(|id| (*id, *id)).collect()
}

#[cache_core::test]
async fn each_lives_as_long_as_its_value_says() {
    expires(&[10, 20]).await;
    testing::advance(Duration::from_secs(11));
    assert_eq!((expires::entry(10).get().await, expires::entry(20).get().await), (None, Some(20)));
}

#[cache_core::test]
async fn in_a_unit_of_work_nothing_is_stored() {
    let table = Table::default();
    unit_of_work(async { articles(&table, &[5]).await.unwrap() }).await;
    assert_eq!(articles::entry(5).get().await, None);
}

/// I1: the row that is written while the load is held is not stored, the others are.
#[cache_core::test]
async fn what_is_written_during_the_load_is_not_stored() {
    let source = std::sync::Arc::new(Source::new(1));
    let mut hold = source.hold();
    let reader = tokio::spawn({
        let source = std::sync::Arc::clone(&source);
        async move { numbers(&source, &[5, 6]).await }
    });
    hold.reached().await;
    source.write(2);
    set_article(5).await;
    hold.release();
    reader.await.unwrap();
    assert_eq!((numbers::entry(5).get().await, numbers::entry(6).get().await), (None, Some(1)));
    assert_eq!(numbers(&source, &[5, 6]).await, HashMap::from([(5, 2), (6, 1)]));
}

#[cached(each = ids, invalidate_on = [Article(each ids)])]
async fn numbers(source: &Source, ids: &[u64]) -> HashMap<u64, u64> {
    let number = source.read().await;
    ids.iter().map(|id| (*id, number)).collect()
}

struct Repo(Table);

impl NoKey for Repo {}

#[cache_core::methods]
impl Repo {
    #[cached(each = ids, invalidate_on = [Article(each ids)])]
    async fn titles(&self, ids: &[u64]) -> HashMap<u64, String> {
        self.0.load(ids)
    }
}

#[cache_core::test]
async fn methods_too() {
    let repo = Repo(Table::default());
    repo.titles(&[5, 6]).await;
    set_article(5).await;
    assert_eq!(repo.titles(&[5, 6]).await, some(&[5, 6]));
    assert_eq!(repo.0.asked(), [vec![5, 6], vec![5]]);
}

#[cached(each = words, key = (words.to_lowercase()))]
fn letters(words: &[String]) -> HashMap<String, usize> {
    words.iter().map(|word| (word.clone(), word.len())).collect()
}

#[cache_core::test]
fn ids_of_one_key_are_all_answered() {
    let words = ["One".to_owned(), "one".to_owned(), "three".to_owned()];
    for _ in 0..2 {
        let found = letters(&words);
        assert_eq!(words.each_ref().map(|word| found.get(word).copied()), [Some(3), Some(3), Some(5)]);
    }
}

#[cache_core::test]
async fn what_was_made_anew_while_it_is_off_leaves_nothing_older_behind() {
    let (source, cache) = (Source::new(1), Cache::current());
    numbers(&source, &[5, 6]).await;
    cache.set_mode(Mode::Off);
    source.write(2);
    assert_eq!(numbers::refresh(&source, &[5]).await[&5], 2);
    cache.set_mode(Mode::On);
    assert_eq!((numbers::entry(5).get().await, numbers::entry(6).get().await), (None, Some(1)));
}

#[derive(Tenant, Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Branch(u64);

#[derive(Model)]
#[model(name = "tests.each.shelf", per_tenant = Branch, id = u64)]
struct Shelf;

#[cached(each = branches, per_tenant)]
async fn shelves(source: &Source, branches: &[Branch]) -> HashMap<Branch, u64> {
    depends_on(target::model::<Shelf>()).await;
    let shelves = source.read().await;
    branches.iter().map(|branch| (*branch, shelves)).collect()
}

/// What the body of several tenants says that it reads, it may read in each.
#[cache_core::test]
async fn ids_may_be_tenants() {
    let (source, branches) = (Source::new(1), [Branch(1), Branch(2)]);
    for written in branches {
        shelves(&source, &branches).await;
        Cache::current().invalidate(target::model::<Shelf>().of(written)).await;
        assert_eq!(shelves::entry(written).get().await, None, "{written:?}");
    }
}
