//! `cache.entries::<Alias, V, _>(keys)`: many entries at once, one load for all that is missing.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use cache_core::{Alias, Cache, Entries, Independent, Invalidated, Mode, cached, target, testing};
use tests::{Article, Client, Org, Person, Role};

#[derive(Alias)]
#[alias(name = "batches", ttl = "10m", max_entries = 50_000)]
struct Batches;

/// Loads that note what they were asked for. There is no 7.
#[derive(Default)]
struct Table(Mutex<Vec<Vec<u64>>>);

impl Table {
    async fn load(&self, ids: Vec<u64>) -> HashMap<u64, String> {
        self.0.lock().unwrap().push(ids.clone());
        ids.into_iter().filter(|id| *id != 7).map(|id| (id, format!("no. {id}"))).collect()
    }

    fn asked(&self) -> Vec<Vec<u64>> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

async fn load(ids: Vec<u64>) -> HashMap<u64, String> {
    Table::default().load(ids).await
}

fn entries(ids: impl IntoIterator<Item = u64>) -> Entries<u64, String, cache_core::Dependent> {
    let entries = Cache::current().entries::<Batches, String, _>(ids);
    entries.tenant(Org(1)).depends_on(target::row::<Article>)
}

fn some(ids: impl IntoIterator<Item = u64>) -> Vec<Option<String>> {
    ids.into_iter().map(|id| (id != 7).then(|| format!("no. {id}"))).collect()
}

#[cache_core::test]
async fn what_is_missing_is_loaded_at_once() {
    let table = Table::default();
    assert_eq!(entries([5]).get_or_set_many(|ids| table.load(ids)).await, some([5]));
    assert_eq!(entries([4, 5, 6]).get_or_set_many(|ids| table.load(ids)).await, some([4, 5, 6]));
    assert_eq!(table.asked(), [vec![5], vec![4, 6]]);
    assert_eq!(entries([6, 5, 4]).get_or_set_many(|ids| table.load(ids)).await, some([6, 5, 4]));
    assert_eq!(entries([]).get_or_set_many(|ids| table.load(ids)).await, some([]));
    assert_eq!(table.asked(), [[0_u64; 0]; 0], "all of it is there");
    let stats = Cache::current().stats().function("batches/entry");
    assert_eq!((stats.hits, stats.misses, stats.loads, stats.stores), (4, 3, 2, 3));
}

#[cache_core::test]
async fn a_key_that_is_not_found_is_not_stored() {
    let table = Table::default();
    for _ in 0..2 {
        assert_eq!(entries([6, 7]).get_or_set_many(|ids| table.load(ids)).await, some([6, 7]));
    }
    assert_eq!(table.asked(), [vec![6, 7], vec![7]]);
}

#[cache_core::test]
async fn a_key_that_is_there_twice_is_loaded_once() {
    let table = Table::default();
    let found = entries([5, 7, 5, 7, 6]).get_or_set_many(|ids| table.load(ids)).await;
    assert_eq!(found, some([5, 7, 5, 7, 6]));
    assert_eq!(table.asked(), [vec![5, 7, 6]]);
}

/// A map or pairs, in any order, with keys owned or borrowed, and more than was asked for.
#[cache_core::test]
async fn loads_give_maps_or_pairs() {
    let words = Cache::current().entries::<Batches, usize, _>(["a", "bb"]).global();
    let found = words.get_or_set_many(async |words: Vec<&str>| {
        words.into_iter().map(|word| (word.to_owned(), word.len())).collect::<BTreeMap<_, _>>()
    });
    assert_eq!(found.await, [Some(1), Some(2)]);
    words.invalidate_many().await;
    let found = words.get_or_set_many(async |_| [("ccc", 3), ("bb", 5), ("a", 4)]).await;
    assert_eq!(found, [Some(4), Some(5)]);
    assert_eq!(Cache::current().entry::<Batches, usize>("ccc").global().get().await, None, "not asked for");
}

#[cache_core::test]
async fn errors_are_returned_and_not_stored() {
    let entries = Cache::current().entries::<Batches, u64, _>([5, 6]).global();
    let down = async |_| Err::<HashMap<u64, u64>, _>("down");
    assert_eq!(entries.try_get_or_set_many(down).await, Err("down"));
    assert_eq!(entries.get_many().await, [None, None]);
    let up = async |ids: Vec<u64>| Ok::<_, &str>(ids.into_iter().map(|id| (id, id)));
    assert_eq!(entries.try_get_or_set_many(up).await, Ok(vec![Some(5), Some(6)]));
    assert_eq!(entries.try_get_or_set_many(down).await, Ok(vec![Some(5), Some(6)]));
    assert_eq!(Cache::current().stats().total().errors, 1);
}

/// Each is the entry of its key.
#[cache_core::test]
async fn each_is_an_entry_of_its_own() {
    let entry = |id: u64| Cache::current().entry::<Batches, String>(id).tenant(Org(1));
    entries([4, 5, 6]).get_or_set_many(load).await;
    assert_eq!(entry(5).get().await.as_deref(), Some("no. 5"));
    Cache::current().invalidate(target::row::<Article>(&5_u64)).await;
    assert_eq!(entries([4, 5, 6]).get_many().await, [Some("no. 4".into()), None, Some("no. 6".into())]);
    entry(4).set(String::from("four")).await;
    entry(6).invalidate().await;
    assert_eq!(entries([4, 5, 6]).get_many().await, [Some("four".into()), None, None]);
    let other = Cache::current().entries::<Batches, String, _>([4_u64]).tenant(Org(2));
    assert_eq!(other.get_many().await, [None]);
}

#[cache_core::test]
async fn many_are_set_and_invalidated() {
    let entries = |ids: [u64; 3]| Cache::current().entries::<Batches, u64, _>(ids).global();
    assert_eq!(entries([4, 5, 6]).set_many([(4, 40), (6, 60), (9, 90)]).await, 2);
    assert_eq!(entries([4, 5, 6]).get_many().await, [Some(40), None, Some(60)]);
    assert_eq!(entries([9, 4, 4]).get_many().await, [None, Some(40), Some(40)]);
    let (four, nine) = (entries([4, 4, 4]), Cache::current().entry::<Batches, u64>(9).global().watch());
    assert_eq!(entries([4, 5, 5]).invalidate_many().await, Invalidated::Confirmed);
    nine.assert_kept();
    assert_eq!(four.get_many().await, [None; 3]);
    assert_eq!(entries([6, 6, 6]).get_many().await, [Some(60); 3]);
    assert_eq!(Cache::current().stats().invalidations, 1);
    let inside = cache_core::unit_of_work(async {
        assert_eq!(entries([4, 5, 6]).set_many([(4, 1)]).await, 0);
        entries([6, 6, 6]).invalidate_many().await
    });
    assert_eq!(inside.await, Invalidated::Queued);
    assert_eq!(entries([4, 5, 6]).get_many().await, [None; 3]);
}

#[cache_core::test]
async fn in_a_unit_of_work_and_switched_off_all_is_loaded_and_nothing_stored() {
    let table = Table::default();
    cache_core::unit_of_work(entries([5, 6]).get_or_set_many(|ids| table.load(ids))).await;
    Cache::current().set_mode(Mode::Off);
    assert_eq!(entries([5, 6]).get_or_set_many(|ids| table.load(ids)).await, some([5, 6]));
    Cache::current().set_mode(Mode::On);
    assert_eq!(entries([5, 6]).get_or_set_many(|ids| table.load(ids)).await, some([5, 6]));
    Cache::current().set_mode(Mode::Refresh);
    assert_eq!(entries([5, 6]).get_or_set_many(|ids| table.load(ids)).await, some([5, 6]));
    Cache::current().set_mode(Mode::On);
    assert_eq!(entries([5, 6]).get_or_set_many(|ids| table.load(ids)).await, some([5, 6]));
    assert_eq!(table.asked(), vec![vec![5, 6]; 4]);
}

#[cache_core::test]
async fn each_lives_as_long_as_they_say() {
    let short = || Cache::current().entries::<Batches, u64, _>([5_u64]).global().ttl(Duration::from_secs(60));
    let found = short().user(Person(1)).get_or_set_many(async |_| [(5_u64, 1)]).await;
    assert_eq!(found, [Some(1)]);
    assert_eq!(short().get_many().await, [None]);
    testing::advance(Duration::from_secs(61));
    assert_eq!(short().user(Person(1)).get_many().await, [None]);
}

#[cache_core::test]
fn sync_too_and_the_same_entries() {
    let entries = || Cache::current().sync_entries::<Batches, u64, _>([5_u64, 6]).tenant(Org(1));
    let dependent = || entries().depends_on(|_| target::model::<Role>());
    assert_eq!(dependent().try_get_or_set_many(|_| Err::<HashMap<u64, u64>, _>("down")), Err("down"));
    assert_eq!(dependent().get_or_set_many(|ids| ids.into_iter().map(|id| (id, id))), [Some(5), Some(6)]);
    Cache::current().invalidate_sync(target::model::<Role>().of(Org(2)));
    assert_eq!(entries().get_many(), [Some(5), Some(6)]);
    Cache::current().invalidate_sync(target::model::<Role>().of(Org(1)));
    assert_eq!(entries().get_many(), [None, None]);
    assert_eq!(entries().set_many([(5_u64, 50)]), 1);
    assert_eq!(Cache::current().sync_entry::<Batches, u64>(5).tenant(Org(1)).get(), Some(50));
    entries().user(Person(1)).ttl(Duration::from_secs(1)).invalidate_many();
    assert_eq!(entries().invalidate_many(), Invalidated::Confirmed);
    assert_eq!(entries().get_many(), [None, None]);
}

#[cached(per_tenant)]
async fn titles(org: Org, ids: Vec<u64>) -> Vec<Option<String>> {
    let _ = org;
    entries(ids).get_or_set_many(load).await
}

#[cached(per_tenant)]
async fn known_titles(org: Org, ids: Vec<u64>) -> usize {
    let _ = org;
    entries(ids).get_many().await.iter().flatten().count()
}

/// A function around a batch depends on all of its keys: found, loaded and missing.
#[cache_core::test]
async fn a_function_around_it_depends_on_all_of_it() {
    titles(Org(1), vec![5]).await;
    for changed in [5, 6, 7] {
        titles(Org(1), vec![5, 6, 7]).await;
        known_titles(Org(1), vec![5, 6, 7]).await;
        Cache::current().invalidate(target::row::<Article>(&changed)).await;
        assert_eq!(titles::entry(Org(1), vec![5, 6, 7]).get().await, None, "{changed}");
        assert_eq!(known_titles::entry(Org(1), vec![5, 6, 7]).get().await, None, "{changed}");
    }
}

#[cached(invalidate_on = [Article(id)])]
async fn fine_print(id: u64) -> u64 {
    id
}

/// What is called in their load, all that are loaded depend on; on each other's rows they don't.
#[cache_core::test]
async fn all_depend_on_what_their_load_calls() {
    let with_fine_print = async |ids: Vec<u64>| {
        fine_print(100).await;
        load(ids).await
    };
    entries([4]).get_or_set_many(load).await;
    entries([4, 5, 6]).get_or_set_many(with_fine_print).await;
    Cache::current().invalidate(target::row::<Article>(&100_u64)).await;
    assert_eq!(entries([4, 5, 6]).get_many().await, [Some("no. 4".into()), None, None]);
}

#[cached(per_tenant)]
async fn of_client(client: Client) -> i64 {
    client.client
}

/// I7: what their load reads in another scope is not stored.
#[cache_core::test]
async fn a_scope_that_their_keys_lack_keeps_them_out() {
    // Outside of a test's cache: there it would be a violation.
    let found = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let of_client = async |ids: Vec<u64>| {
                of_client(Client { org: Org(1), client: 1 }).await;
                load(ids).await
            };
            let found = entries([5]).get_or_set_many(of_client).await;
            (found, entries([5]).get_many().await)
        })
    });
    assert_eq!(found.join().unwrap(), (some([5]), vec![None]));
}

/// Ten thousand keys take not much longer than ten times a thousand.
#[cache_core::test]
async fn a_big_batch_is_linear() {
    let time = async |ids: std::ops::Range<u64>| {
        let began = Instant::now();
        let entries = Cache::current().entries::<Batches, u64, _>(ids).global();
        let entries = entries.depends_on(target::row::<Article>);
        let found = entries.get_or_set_many(async |ids: Vec<u64>| ids.into_iter().map(|id| (id, id))).await;
        assert!(found.iter().all(Option::is_some));
        began.elapsed()
    };
    time(0..1_000).await;
    let thousand = time(100_000..101_000).await.max(Duration::from_millis(1));
    let ten_thousand = time(200_000..210_000).await;
    assert!(ten_thousand < thousand * 40, "{thousand:?}, {ten_thousand:?}");
}

#[cache_core::test]
async fn batches_have_names() {
    let _: Entries<u64, String> = Cache::current().entries::<Batches, String, _>([5_u64]).global();
    let _: Entries<u64, String, Independent> =
        Cache::current().entries::<Batches, String, _>([5_u64]).global();
}
