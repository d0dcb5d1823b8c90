//! I1 and I5 for batches: each key is stamped, checked, handed over and shared by itself, whatever becomes of the others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use cache_core::{Alias, Cache, Dependent, Entries, Entry, NoKey, cached, invalidates, target, testing};
use tests::{Article, Source, until};

#[derive(Alias)]
#[alias(name = "i01-batches")]
struct Batches;

/// A table whose rows all have the source's number; there is no 7. Notes what it is asked for.
#[derive(NoKey, Default)]
struct Table {
    source: Source,
    asked: Mutex<Vec<Vec<u64>>>,
}

impl Table {
    fn new(value: u64) -> Arc<Table> {
        Arc::new(Table { source: Source::new(value), asked: Mutex::default() })
    }

    async fn load(&self, ids: Vec<u64>) -> HashMap<u64, u64> {
        self.asked.lock().unwrap().push(ids.clone());
        let value = self.source.read().await;
        ids.into_iter().filter(|id| *id != 7).map(|id| (id, value)).collect()
    }

    fn asked(&self) -> Vec<Vec<u64>> {
        self.asked.lock().unwrap().clone()
    }
}

fn entries(ids: &[u64]) -> Entries<u64, u64, Dependent> {
    let entries = Cache::current().entries::<Batches, u64, _>(ids.to_vec());
    entries.global().depends_on(target::row::<Article>)
}

fn entry(id: u64) -> Entry<u64, Dependent> {
    Cache::current().entry::<Batches, u64>(id).global().depends_on(target::row::<Article>(&id))
}

async fn ask(table: &Table, ids: &[u64]) -> Vec<Option<u64>> {
    entries(ids).get_or_set_many(|ids| table.load(ids)).await
}

fn spawn(table: &Arc<Table>, ids: &[u64]) -> tokio::task::JoinHandle<Vec<Option<u64>>> {
    let (table, ids) = (Arc::clone(table), ids.to_vec());
    tokio::spawn(async move { ask(&table, &ids).await })
}

/// How many wait for another's load.
async fn waiting(callers: usize) {
    until(|| testing::waiting() == callers).await;
}

#[invalidates(Article(id))]
async fn set(table: &Table, id: u64, value: u64) {
    let _ = id;
    table.source.write(value);
}

#[cache_core::test]
async fn what_is_written_during_the_load_is_not_stored_and_the_rest_is() {
    let table = Table::new(1);
    let mut hold = table.source.hold();
    let reader = spawn(&table, &[5, 6]);
    hold.reached().await;
    set(&table, 5, 2).await;
    hold.release();
    assert_eq!(reader.await.unwrap(), [Some(1), Some(1)], "its call began before the write");
    assert_eq!(entries(&[5, 6]).get_many().await, [None, Some(1)]);
}

#[cache_core::test]
async fn who_asks_after_a_write_does_not_join_an_older_load() {
    let table = Table::new(1);
    let mut hold = table.source.hold();
    let reader = spawn(&table, &[5, 6]);
    hold.reached().await;
    set(&table, 5, 2).await;
    let later = spawn(&table, &[5, 6]);
    waiting(1).await;
    assert_eq!(table.asked(), [vec![5, 6], vec![5]], "6 is the older load's, which nothing has overtaken");
    assert_eq!(entry(5).get().await, Some(2), "landed before it waits for 6");
    hold.release();
    assert_eq!(later.await.unwrap(), [Some(2), Some(1)]);
    reader.await.unwrap();
    assert_eq!(
        entries(&[5, 6]).get_many().await,
        [Some(2), Some(1)],
        "the older doesn't replace the younger"
    );
}

/// Who waits takes what it waited for only if nothing has overtaken it.
#[cache_core::test]
async fn who_waits_gets_nothing_that_was_overtaken_before_it_asked() {
    let table = Table::new(1);
    let (mut first, mut second) = (table.source.hold(), table.source.hold());
    let readers = [spawn(&table, &[5]), spawn(&table, &[6])];
    first.reached().await;
    second.reached().await;
    let later = spawn(&table, &[5, 6]);
    waiting(1).await;
    // It asked before this write: the old 6 would do for it, but is not stored.
    set(&table, 6, 2).await;
    let last = spawn(&table, &[5, 6]);
    waiting(2).await;
    first.release();
    second.release();
    assert_eq!(last.await.unwrap(), [Some(1), Some(2)]);
    assert_eq!(later.await.unwrap()[0], Some(1));
    for reader in readers {
        reader.await.unwrap();
    }
    assert_eq!(entries(&[5, 6]).get_many().await, [Some(1), Some(2)]);
}

#[cache_core::test]
async fn values_that_are_set_win_over_a_load_under_way() {
    let table = Table::new(1);
    let mut hold = table.source.hold();
    let reader = spawn(&table, &[5, 6]);
    hold.reached().await;
    let set = Cache::current().entries::<Batches, u64, _>([5_u64]).global();
    assert_eq!(set.set_many([(5_u64, 2)]).await, 1);
    hold.release();
    reader.await.unwrap();
    assert_eq!(entries(&[5, 6]).get_many().await, [Some(2), Some(1)]);
}

/// What others load is waited for, the rest is loaded meanwhile, and nothing twice.
#[cache_core::test]
async fn batches_and_single_calls_share_loads() {
    let table = Table::new(1);
    let mut hold = table.source.hold();
    let first = spawn(&table, &[5, 6, 7]);
    hold.reached().await;
    let second = spawn(&table, &[6, 7, 8]);
    let single = tokio::spawn(async { entry(5).get_or_set(async || 9).await });
    waiting(2).await;
    assert_eq!(entry(8).get().await, Some(1), "not kept waiting by 6");
    let mut other = table.source.hold();
    let leads = tokio::spawn({
        let table = Arc::clone(&table);
        async move { entry(4).get_or_set(|| table.source.read()).await }
    });
    other.reached().await;
    let follows = spawn(&table, &[4]);
    waiting(3).await;
    hold.release();
    other.release();
    assert_eq!(first.await.unwrap(), [Some(1), Some(1), None]);
    assert_eq!(second.await.unwrap(), [Some(1), None, Some(1)], "that there is no 7 is shared too");
    assert_eq!(single.await.unwrap(), 1);
    assert_eq!((leads.await.unwrap(), follows.await.unwrap()), (1, vec![Some(1)]));
    assert_eq!(table.asked(), [vec![5, 6, 7], vec![8]]);
}

/// A batch that leads 5 waits for 6, whose load asks for 5: it must have loaded 5 by then.
#[cache_core::test]
async fn a_batch_loads_what_it_leads_before_it_waits() {
    let table = Table::new(1);
    let (go, gone) = tokio::sync::oneshot::channel::<()>();
    let six = tokio::spawn({
        let table = Arc::clone(&table);
        async move {
            let load = async || {
                gone.await.unwrap();
                ask(&table, &[5]).await[0].unwrap() + 1
            };
            entry(6).get_or_set(load).await
        }
    });
    until(|| Cache::current().stats().total().loads == 1).await;
    let both = spawn(&table, &[5, 6]);
    waiting(1).await;
    go.send(()).unwrap();
    assert_eq!(both.await.unwrap(), [Some(1), Some(2)]);
    assert_eq!(six.await.unwrap(), 2);
    assert_eq!(table.asked(), [[5]]);
}

/// Two loads, each of which asks for what the other leads.
#[cache_core::test]
async fn batches_crosswise_in_each_others_loads_do_not_wait_for_each_other() {
    let table = Table::new(1);
    let both = Arc::new(tokio::sync::Barrier::new(2));
    let crosswise = |lead: [u64; 2], ask_for: u64| {
        let (table, both) = (Arc::clone(&table), Arc::clone(&both));
        tokio::spawn(async move {
            let load = async |ids: Vec<u64>| {
                both.wait().await;
                let inner = ask(&table, &[ask_for]).await[0].unwrap();
                ids.into_iter().map(|id| (id, inner + 1)).collect::<Vec<_>>()
            };
            entries(&lead).get_or_set_many(load).await
        })
    };
    let (one, other) = (crosswise([1, 2], 4), crosswise([3, 4], 2));
    let found = [one.await.unwrap(), other.await.unwrap()];
    assert!(found.iter().flatten().all(|value| matches!(value, Some(2..=4))), "{found:?}");
}

/// Recursion: a batch whose load asks for one of its own keys.
#[cache_core::test]
async fn a_batch_that_asks_for_itself_does_not_wait_for_itself() {
    let table = Table::new(1);
    let load = async |ids: Vec<u64>| {
        assert_eq!(ask(&table, &[6, 7]).await, [Some(1), None]);
        table.load(ids).await
    };
    assert_eq!(entries(&[5, 6]).get_or_set_many(load).await, [Some(1), Some(1)]);
    assert_eq!(table.asked(), [vec![7], vec![6], vec![5, 6]]);
}

/// A load inside of another's needs no permit: the batch that holds the only one waits for it.
#[cache_core::test]
async fn a_batch_that_queues_is_hurried() {
    #[derive(Alias)]
    #[alias(name = "i01-batches-one-load", max_loads = 1)]
    struct One;
    let entry = |id: u64| Cache::current().entry::<One, u64>(id).global();
    let (go, gone) = tokio::sync::oneshot::channel::<()>();
    let outer = tokio::spawn(async move {
        let load = async || {
            gone.await.unwrap();
            entry(5).get_or_set(async || 9).await
        };
        entry(1).get_or_set(load).await
    });
    until(|| Cache::current().stats().total().loads == 1).await;
    // Leads 5 and queues for the permit that `outer` holds, which is about to ask for 5.
    let batch = tokio::spawn(async {
        let entries = Cache::current().entries::<One, u64, _>([4, 5]).global();
        entries.get_or_set_many(async |ids: Vec<u64>| ids.into_iter().map(|id| (id, id))).await
    });
    waiting(1).await;
    go.send(()).unwrap();
    assert_eq!(batch.await.unwrap(), [Some(4), Some(5)]);
    assert_eq!(outer.await.unwrap(), 5);
}

#[cache_core::test]
async fn a_batch_that_is_cancelled_hands_over() {
    let table = Table::new(1);
    let mut hold = table.source.hold();
    let first = spawn(&table, &[5, 6]);
    hold.reached().await;
    let others = [spawn(&table, &[5]), spawn(&table, &[5, 6]), spawn(&table, &[6])];
    waiting(3).await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    for other in others {
        assert!(other.await.unwrap().iter().all(|value| *value == Some(1)));
    }
    let loaded: usize = table.asked()[1..].iter().map(Vec::len).sum();
    assert_eq!(loaded, 2, "each key once: {:?}", table.asked());
}

#[cache_core::test]
async fn a_batch_that_panics_hands_over() {
    let table = Table::new(1);
    let mut hold = table.source.hold();
    let first = tokio::spawn({
        let table = Arc::clone(&table);
        async move {
            let load = async |ids| {
                table.load(ids).await;
                panic!("in the load") as HashMap<u64, u64>
            };
            entries(&[5, 6]).get_or_set_many(load).await
        }
    });
    hold.reached().await;
    let other = spawn(&table, &[6]);
    waiting(1).await;
    hold.release();
    assert!(first.await.unwrap_err().is_panic());
    assert_eq!(other.await.unwrap(), [Some(1)]);
    assert_eq!(entries(&[5, 6]).get_many().await, [None, Some(1)]);
}

/// A load that fails is not shared: who waited for it loads all that it waited for, at once.
#[cache_core::test]
async fn who_waited_for_a_load_that_failed_loads_by_himself() {
    let table = Table::new(1);
    let mut hold = table.source.hold();
    let first = tokio::spawn({
        let table = Arc::clone(&table);
        async move {
            let load = async |ids| {
                table.load(ids).await;
                Err::<HashMap<u64, u64>, _>("down")
            };
            entries(&[5, 6]).try_get_or_set_many(load).await
        }
    });
    hold.reached().await;
    let other = spawn(&table, &[4, 5, 6]);
    waiting(1).await;
    hold.release();
    assert_eq!(first.await.unwrap(), Err("down"));
    assert_eq!(other.await.unwrap(), [Some(1); 3]);
    assert_eq!(table.asked(), [vec![5, 6], vec![4], vec![5, 6]]);
}

/// A wait has an end.
#[cache_core::test]
async fn who_has_waited_long_enough_loads_by_himself() {
    let table = Table::new(1);
    let mut hold = table.source.hold();
    let first = spawn(&table, &[5, 6]);
    hold.reached().await;
    let other = spawn(&table, &[5, 6]);
    waiting(1).await;
    testing::advance(std::time::Duration::from_secs(11));
    assert_eq!(other.await.unwrap(), [Some(1); 2]);
    assert_eq!(table.asked(), [vec![5, 6], vec![5, 6]]);
    hold.release();
    first.await.unwrap();
}

/// Asks for two that others are loading, and goes on without them.
#[cached(skip(left))]
async fn impatient(table: Arc<Table>, left: Arc<tokio::sync::Notify>) -> usize {
    tokio::select! {
        found = ask(&table, &[5, 6]) => found.len(),
        () = left.notified() => 0,
    }
}

/// A function that gave up waiting for a batch depends on all of its keys, also on those that it hadn't come to.
#[cache_core::test]
async fn who_gives_up_waiting_depends_on_all_of_it() {
    for id in [5, 6] {
        let (table, left) = (Table::new(1), Arc::new(tokio::sync::Notify::new()));
        let (mut first, mut second) = (table.source.hold(), table.source.hold());
        let readers = [spawn(&table, &[5]), spawn(&table, &[6])];
        first.reached().await;
        second.reached().await;
        let around = tokio::spawn(impatient(Arc::clone(&table), Arc::clone(&left)));
        waiting(1).await;
        left.notify_one();
        assert_eq!(around.await.unwrap(), 0);
        assert_eq!(impatient::entry().get().await, Some(0));
        Cache::current().invalidate(target::row::<Article>(&id)).await;
        assert_eq!(impatient::entry().get().await, None, "{id}");
        first.release();
        second.release();
        for reader in readers {
            reader.await.unwrap();
        }
        entries(&[5, 6]).invalidate_many().await;
    }
}
