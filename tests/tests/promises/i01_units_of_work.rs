//! I1 for units of work: what is written in a transaction is invalidated after its commit, and nothing that is read in
//! it is stored.

use std::sync::Arc;

use cache_core::{
    Cache, Invalidated, NoKey, Transaction, Unit, cached, discard, invalidates, target, unit_of_work,
    unit_of_work_sync,
};
use tests::{Article, Source};

/// A row of a database with one transaction at a time: written here, read there when it is committed.
#[derive(cache_core::NoKey, Default)]
struct Database {
    committed: Source,
    /// What the transaction sees.
    own: Source,
}

impl Database {
    fn commit(&self, value: u64) {
        self.committed.write(value);
    }
}

#[cached(invalidate_on = [Article(id)])]
async fn price(database: &Database, id: u64) -> u64 {
    let _ = id;
    database.committed.read().await
}

/// What the transaction itself sees.
#[cached(name = "price-in-transaction", invalidate_on = [Article(id)])]
async fn own_price(database: &Database, id: u64) -> u64 {
    let _ = id;
    database.own.read().await
}

#[cached(invalidate_on = [Article(id)])]
fn price_sync(database: &Database, id: u64) -> u64 {
    let _ = id;
    database.committed.read_sync()
}

#[invalidates(Article(id))]
async fn set_price(database: &Database, id: u64, price: u64) {
    let _ = id;
    database.own.write(price);
}

#[invalidates(Article(id))]
fn set_price_sync(database: &Database, id: u64, price: u64) {
    let _ = id;
    database.own.write(price);
}

/// The race: a reader between the write and the commit. Without a unit it would keep the old value.
#[cache_core::test]
async fn a_reader_between_the_write_and_the_commit_keeps_nothing() {
    let database = Database::default();
    database.commit(1);
    unit_of_work(async {
        set_price(&database, 5, 2).await;
        // Another task: its context isn't this one.
        assert_eq!(elsewhere(|| price_sync(&database, 5)), 1, "not committed yet");
        database.commit(2);
    })
    .await;
    assert_eq!(price_sync(&database, 5), 2);
}

/// Runs it where no unit of work is around.
fn elsewhere<R: Send>(f: impl FnOnce() -> R + Send) -> R {
    let cache = cache_core::testing::handle();
    std::thread::scope(|scope| scope.spawn(move || cache.enter(f)).join().unwrap())
}

#[cache_core::test]
async fn a_load_that_is_under_way_at_the_commit_is_not_stored() {
    let database = Arc::new(Database::default());
    database.commit(1);
    let mut hold = database.committed.hold();
    let reader = tokio::spawn({
        let database = Arc::clone(&database);
        async move { price(&database, 5).await }
    });
    hold.reached().await;
    unit_of_work(async {
        set_price(&database, 5, 2).await;
        database.commit(2);
    })
    .await;
    hold.release();
    reader.await.unwrap();
    assert_eq!(price(&database, 5).await, 2);
}

#[cache_core::test]
async fn what_is_read_inside_is_not_stored() {
    let database = Database::default();
    unit_of_work(async {
        own_price(&database, 6).await;
        set_price(&database, 5, 2).await;
        assert_eq!(own_price(&database, 5).await, 2, "its own write");
        assert_eq!(own_price::refresh(&database, 5).await, 2);
        assert!(!own_price::entry(5).begin().await.store(2));
        discard(); // rolled back
    })
    .await;
    assert_eq!(own_price::entry(5).get().await, None);
    assert_eq!(own_price::entry(6).get().await, None);
}

#[cache_core::test]
async fn a_fill_that_began_outside_is_not_stored_inside() {
    let database = Database::default();
    let fill = own_price::entry(5).begin().await;
    unit_of_work(async {
        set_price(&database, 5, 2).await;
        assert!(!fill.store(2));
        discard();
    })
    .await;
    assert_eq!(own_price::entry(5).get().await, None);
}

#[cache_core::test]
async fn a_fill_that_began_inside_is_not_stored_outside() {
    let fill = unit_of_work(async { own_price::entry(5).begin().await }).await;
    assert!(!fill.store(2));
}

#[cache_core::test]
async fn hits_are_served_until_the_first_write() {
    let database = Database::default();
    database.own.write(1);
    own_price(&database, 5).await;
    own_price(&database, 6).await;
    unit_of_work(async {
        assert_eq!(own_price(&database, 5).await, 1);
        assert_eq!(database.own.reads(), 2, "a hit");
        set_price(&database, 5, 2).await;
        assert_eq!(own_price(&database, 5).await, 2, "not the old one");
        assert_eq!(own_price::entry(5).get().await, None);
    })
    .await;
    assert_eq!(database.own.reads(), 3);
    assert_eq!(own_price(&database, 6).await, 1, "another row's is kept");
    assert_eq!(database.own.reads(), 3);
}

#[cache_core::test]
async fn it_is_sent_after_an_error_and_when_it_is_dropped_or_panics() {
    let database = Arc::new(Database::default());
    let watch = price::entry(5).watch();
    let result: Result<(), String> = unit_of_work(async {
        set_price(&database, 5, 2).await;
        watch.assert_kept();
        Err("the answer to the commit was lost".into())
    })
    .await;
    result.unwrap_err();
    watch.assert_gone();

    let watch = price::entry(5).watch();
    tokio::select! {
        biased;
        () = unit_of_work(async {
            set_price(&database, 5, 2).await;
            std::future::pending::<()>().await;
        }) => unreachable!("it hangs"),
        () = tokio::task::yield_now() => {}
    }
    watch.assert_gone();

    let watch = price::entry(5).watch();
    let work = tokio::spawn({
        let database = Arc::clone(&database);
        unit_of_work(async move {
            set_price(&database, 5, 2).await;
            panic!("after the commit");
        })
    });
    let _: () = match work.await {
        Ok(never) => never,
        Err(error) => assert!(error.is_panic()),
    };
    watch.assert_gone();
}

#[cache_core::test]
async fn what_is_discarded_is_not_sent() {
    let database = Database::default();
    let watch = price::entry(5).watch();
    unit_of_work(async {
        set_price(&database, 5, 2).await;
        discard();
        set_price(&database, 6, 2).await;
    })
    .await;
    watch.assert_kept();
    assert_eq!(Cache::current().stats().invalidations, 1, "what was written after the rollback");
}

#[cache_core::test]
async fn inner_units_join_the_outermost() {
    let database = Database::default();
    let watch = price::entry(5).watch();
    unit_of_work(async {
        unit_of_work(set_price(&database, 5, 2)).await;
        watch.assert_kept();
        unit_of_work_sync(|| set_price_sync(&database, 5, 3));
        watch.assert_kept();
    })
    .await;
    watch.assert_gone();
    assert_eq!(Cache::current().stats().invalidations, 1);
}

#[cache_core::test]
fn sync_too() {
    let database = Database::default();
    database.commit(1);
    price_sync(&database, 5);
    let watch = price_sync::entry(5).watch();
    unit_of_work_sync(|| {
        set_price_sync(&database, 5, 2);
        watch.assert_kept();
        database.commit(2);
    });
    watch.assert_gone();
    assert_eq!(price_sync(&database, 5), 2);
}

#[cache_core::test]
async fn what_is_invalidated_by_hand_waits_too() {
    let watch = price::entry(5).watch();
    unit_of_work(async {
        let by_hand = Cache::current().invalidate(target::row::<Article>(&5_u64)).await;
        let by_key = price::entry(5).invalidate().await;
        let all = price::invalidate_all().await;
        assert_eq!([by_hand, by_key, all], [Invalidated::Queued; 3]);
        watch.assert_kept();
    })
    .await;
    watch.assert_gone();
}

/// Rows that are said by hand widen too.
#[cache_core::test]
async fn very_many_rows_by_hand_are_their_model() {
    let unwritten = price::entry(200_000).watch();
    let cache = Cache::current();
    unit_of_work(async {
        for id in 0..1_000 {
            cache.invalidate(target::row::<Article>(&id)).await;
        }
    })
    .await;
    unwritten.assert_kept();
    unit_of_work(async {
        for id in 0..1_001 {
            cache.invalidate(target::row::<Article>(&id)).await;
        }
    })
    .await;
    unwritten.assert_gone();
}

/// A hundred thousand rows are one bump of a handful of tags.
#[cache_core::test]
async fn very_many_rows_are_their_model() {
    let database = Database::default();
    let (few, other) = (price::entry(200_000).watch(), price::entry(7).watch());
    unit_of_work(async {
        for id in 0..500 {
            set_price(&database, id, 1).await;
        }
    })
    .await;
    few.assert_kept();
    other.assert_gone();
    unit_of_work(async {
        for id in 0..100_000 {
            set_price(&database, id, 1).await;
        }
    })
    .await;
    few.assert_gone();
    assert_eq!(Cache::current().stats().invalidations, 2);
}

/// A task that outlives its unit: what it writes afterwards is sent at once.
#[cache_core::test]
async fn a_task_that_outlives_its_unit_invalidates_by_itself() {
    let database = Arc::new(Database::default());
    let (go, gone) = tokio::sync::oneshot::channel::<()>();
    let mut task = None;
    unit_of_work(async {
        let database = Arc::clone(&database);
        task = Some(cache_core::spawn(async move {
            gone.await.unwrap();
            set_price(&database, 5, 2).await;
        }));
    })
    .await;
    let watch = price::entry(5).watch();
    go.send(()).unwrap();
    task.unwrap().await.unwrap();
    watch.assert_gone();
}

#[cache_core::test]
async fn a_discard_inside_does_not_forget_what_the_outer_unit_wrote() {
    let database = Database::default();
    let watch = price::entry(5).watch();
    unit_of_work(async {
        set_price(&database, 5, 2).await;
        unit_of_work(async { discard() }).await;
    })
    .await;
    watch.assert_gone();
}

/// A load that is a transaction, rolled back: what it has read there never was.
#[cached]
async fn looks_ahead(database: &Database, id: u64) -> u64 {
    unit_of_work(async {
        set_price(database, id, 9).await;
        let seen = database.own.read().await;
        discard();
        seen
    })
    .await
}

#[cached]
async fn around_a_look_ahead(database: &Database, id: u64) -> u64 {
    looks_ahead(database, id).await
}

#[cached]
fn looks_ahead_sync(database: &Database, id: u64) -> u64 {
    unit_of_work_sync(|| {
        set_price_sync(database, id, 9);
        discard();
        database.own.read_sync()
    })
}

#[cache_core::test]
async fn a_load_with_a_unit_inside_is_not_stored() {
    let database = Database::default();
    assert_eq!(around_a_look_ahead(&database, 5).await, 9);
    assert_eq!(looks_ahead_sync(&database, 5), 9);
    assert_eq!(looks_ahead::entry(5).get().await, None);
    assert_eq!(looks_ahead_sync::entry(5).get(), None);
    assert_eq!(around_a_look_ahead::entry(5).get().await, None, "nor what is made of it");
    assert_eq!(Cache::current().stats().total().bypassed, 3);
}

#[cache_core::test]
async fn a_fill_that_reads_in_a_unit_is_not_stored() {
    let database = Database::default();
    let fill = price::entry(5).begin().await;
    let read = fill.read(looks_ahead::uncached(&database, 5)).await;
    assert!(!fill.store(read), "a unit in what it reads");
    let fill = price::entry(5).begin().await;
    let read = unit_of_work(fill.read(database.own.read())).await;
    assert!(!fill.store(read), "a read in a unit");
    let fill = price_sync::entry(5).begin();
    let read = fill.read_sync(|| looks_ahead_sync(&database, 6));
    assert!(!fill.store(read), "in sync code");
}

/// A task that outlives its unit reads outside of it: it is served, and what it loads is stored.
#[cache_core::test]
async fn a_task_that_outlives_its_unit_is_cached_again() {
    let database = Arc::new(Database::default());
    let (go, gone) = tokio::sync::oneshot::channel::<()>();
    let mut task = None;
    unit_of_work(async {
        set_price(&database, 6, 1).await;
        let database = Arc::clone(&database);
        task = Some(cache_core::spawn(async move {
            gone.await.unwrap();
            price(&database, 5).await;
            price(&database, 5).await;
            assert!(price::entry(6).begin().await.store(7));
            assert_eq!(price(&database, 6).await, 7);
        }));
    })
    .await;
    go.send(()).unwrap();
    task.unwrap().await.unwrap();
    assert_eq!(database.committed.reads(), 1);
}

#[derive(NoKey)]
struct Open(Unit);

impl Transaction for Open {
    fn unit(&self) -> &Unit {
        &self.0
    }
}

/// What holds a transaction, and doesn't show it.
#[derive(NoKey)]
struct Session {
    open: Open,
    database: Database,
}

#[cached]
async fn seen(open: &Open, database: &Database) -> u64 {
    let _ = open;
    database.own.read().await
}

#[cached]
async fn in_session(session: &Session) -> u64 {
    seen::uncached(&session.open, &session.database).await
}

/// It may see older rows than there are, though the body alone was asked for.
#[cache_core::test]
async fn what_asks_for_a_body_in_a_transaction_is_not_stored() {
    let session = Session { open: Open(Unit::begin()), database: Database::default() };
    in_session(&session).await;
    assert_eq!(in_session::entry().get().await, None);
}
