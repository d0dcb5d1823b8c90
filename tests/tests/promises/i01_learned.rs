//! I1 for dependencies that are learned: said while the function runs, or named by its result. A write may come before
//! their cells are held or after; either way it isn't lost.

use std::cell::Cell;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use cache_core::{cached, depends_on, depends_on_sync, invalidates, target};
use serde::{Deserialize, Serialize};
use tests::{Article, Source, until, until_sync};

#[invalidates(Article(id))]
async fn set_price(source: &Source, id: u64, price: u64) {
    let _ = id;
    source.write(price);
}

#[invalidates(Article(id))]
fn set_price_sync(source: &Source, id: u64, price: u64) {
    let _ = id;
    source.write(price);
}

#[derive(Clone, Serialize, Deserialize, PartialEq, Debug)]
struct Priced {
    id: u64,
    price: u64,
}

// ---- said while the function runs

/// Asks which article it is, then for its price.
#[cached]
async fn of_the_day(which: &Source, prices: &Source) -> u64 {
    let id = which.read().await;
    depends_on(target::row::<Article>(&id)).await;
    prices.read().await
}

#[cached]
fn of_the_day_sync(which: &Source, prices: &Source) -> u64 {
    let id = which.read_sync();
    depends_on_sync(target::row::<Article>(&id));
    prices.read_sync()
}

#[cache_core::test]
async fn a_write_between_the_read_and_the_end_of_the_load_is_not_lost() {
    let (which, prices) = (Arc::new(Source::new(5)), Arc::new(Source::new(1)));
    let mut hold = prices.hold();
    let reader = tokio::spawn({
        let (which, prices) = (Arc::clone(&which), Arc::clone(&prices));
        async move { of_the_day(&which, &prices).await }
    });
    hold.reached().await;
    set_price(&prices, 5, 2).await;
    assert_eq!(of_the_day(&which, &prices).await, 2, "nor does who comes now wait for the older load");
    hold.release();
    assert_eq!(reader.await.unwrap(), 1, "its call began before the write");
    assert_eq!(of_the_day(&which, &prices).await, 2);
}

#[cache_core::test]
fn nor_in_sync_code() {
    let (which, prices) = (Source::new(5), Source::new(1));
    let cache = cache_core::testing::handle();
    let mut hold = prices.hold();
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| cache.enter(|| of_the_day_sync(&which, &prices)));
        hold.reached_sync();
        set_price_sync(&prices, 5, 2);
        hold.release();
        assert_eq!(reader.join().unwrap(), 1);
    });
    assert_eq!(of_the_day_sync(&which, &prices), 2);
}

#[cache_core::test]
async fn a_write_between_the_query_and_what_it_named_is_read() {
    let (which, prices) = (Arc::new(Source::new(5)), Arc::new(Source::new(1)));
    let mut hold = which.hold();
    let reader = tokio::spawn({
        let (which, prices) = (Arc::clone(&which), Arc::clone(&prices));
        async move { of_the_day(&which, &prices).await }
    });
    hold.reached().await;
    set_price(&prices, 5, 2).await;
    hold.release();
    assert_eq!(reader.await.unwrap(), 2);
    assert_eq!(of_the_day(&which, &prices).await, 2);
    set_price(&prices, 5, 3).await;
    assert_eq!(of_the_day(&which, &prices).await, 3);
}

// ---- named by the result

#[cached(invalidate_on = [Article(ret.id)])]
async fn by_name(source: &Source, name: &str) -> Option<Priced> {
    let price = source.read().await;
    name.parse().ok().filter(|_| price > 0).map(|id| Priced { id, price })
}

#[cached(invalidate_on = [Article(ret.id)])]
fn by_name_sync(source: &Source, name: &str) -> Priced {
    Priced { price: source.read_sync(), id: name.parse().unwrap() }
}

#[cached(invalidate_on = [Article(each ret.iter().map(|priced| priced.id))])]
async fn list(source: &Source) -> Vec<Priced> {
    let price = source.read().await;
    (1..5).map(|id| Priced { id, price }).collect()
}

async fn price(source: &Source) -> Option<u64> {
    by_name(source, "5").await.map(|priced| priced.price)
}

fn spawned(source: &Arc<Source>) -> tokio::task::JoinHandle<Option<u64>> {
    let source = Arc::clone(source);
    tokio::spawn(async move { price(&source).await })
}

#[cache_core::test]
async fn a_write_before_the_rows_are_known_is_not_lost() {
    let source = Arc::new(Source::new(1));
    let mut hold = source.hold();
    let reader = spawned(&source);
    hold.reached().await;
    set_price(&source, 5, 2).await;
    assert_eq!(price(&source).await, Some(2), "nor does who comes now wait for the older load");
    hold.release();
    assert_eq!(reader.await.unwrap(), Some(1), "its call began before the write");
    assert_eq!(price(&source).await, Some(2));
}

#[cache_core::test]
fn nor_is_it_in_sync_code() {
    let source = Source::new(1);
    let cache = cache_core::testing::handle();
    let mut hold = source.hold();
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| cache.enter(|| by_name_sync(&source, "5").price));
        hold.reached_sync();
        set_price_sync(&source, 5, 2);
        hold.release();
        assert_eq!(reader.join().unwrap(), 1);
    });
    assert_eq!(by_name_sync(&source, "5").price, 2);
}

#[cache_core::test]
async fn nor_that_of_one_among_many() {
    let source = Arc::new(Source::new(1));
    let mut hold = source.hold();
    let reader = tokio::spawn({
        let source = Arc::clone(&source);
        async move { list(&source).await }
    });
    hold.reached().await;
    set_price(&source, 4, 2).await;
    hold.release();
    reader.await.unwrap();
    assert_eq!(list(&source).await[3].price, 2);
}

#[cache_core::test]
async fn nor_the_creation_of_what_is_looked_for() {
    let source = Arc::new(Source::new(0));
    let mut hold = source.hold();
    let reader = spawned(&source);
    hold.reached().await;
    set_price(&source, 5, 2).await;
    hold.release();
    assert_eq!(reader.await.unwrap(), None);
    assert_eq!(price(&source).await, Some(2));
}

#[cache_core::test]
async fn nor_by_refreshes_and_fills() {
    let source = Arc::new(Source::new(1));
    let mut hold = source.hold();
    let refresh = tokio::spawn({
        let source = Arc::clone(&source);
        async move { by_name::refresh(&source, "5").await }
    });
    hold.reached().await;
    set_price(&source, 5, 2).await;
    hold.release();
    refresh.await.unwrap();
    assert_eq!(price(&source).await, Some(2));

    let fill = by_name::entry("5").begin().await;
    let read = source.read().await;
    set_price(&source, 5, 3).await;
    assert!(!fill.store(Some(Priced { id: 5, price: read })));
    assert_eq!(price(&source).await, Some(3));
}

#[cache_core::test]
async fn who_joined_before_the_write_does_not_take_what_was_read_before_it() {
    let source = Arc::new(Source::new(1));
    let mut hold = source.hold();
    let leader = spawned(&source);
    hold.reached().await;
    // Something is invalidated that is nobody's, so that the follower's call is later than the flight.
    cache_core::Cache::current().invalidate(target::function("nobody")).await;
    let follower = spawned(&source);
    until(|| cache_core::testing::waiting() == 1).await;
    set_price(&source, 5, 2).await;
    hold.release();
    assert_eq!(leader.await.unwrap(), Some(1));
    assert_eq!(follower.await.unwrap(), Some(2));
}

type Meanwhile = [Option<fn()>; 2];

thread_local! {
    /// What happens when the rows are asked for, and when the value is copied into the store, once their cells are held.
    static MEANWHILE: Cell<Meanwhile> = const { Cell::new([None; 2]) };
}

fn meanwhile(which: usize) {
    let mut all = MEANWHILE.get();
    let now = all[which].take();
    MEANWHILE.set(all);
    now.into_iter().for_each(|now| now());
}

struct Copied(u64);

impl Clone for Copied {
    fn clone(&self) -> Self {
        meanwhile(1);
        Copied(self.0)
    }
}

impl Copied {
    fn id(&self) -> u64 {
        meanwhile(0);
        5
    }
}

#[cached(local, invalidate_on = [Article(ret.id())])]
fn copied(source: &Source) -> Copied {
    Copied(source.read_sync())
}

static COPIED: std::sync::LazyLock<Source> = std::sync::LazyLock::new(|| Source::new(1));

#[cache_core::test]
fn a_write_just_before_or_just_after_the_cells_are_held_is_not_lost() {
    let write: fn() = || set_price_sync(&COPIED, 5, 2);
    for meanwhile in [[Some(write), None], [None, Some(write)]] {
        COPIED.write(1);
        copied::invalidate_all();
        MEANWHILE.set(meanwhile);
        assert_eq!(copied(&COPIED).0, 1);
        assert_eq!(MEANWHILE.get(), [None; 2], "it has happened");
        assert_eq!(copied(&COPIED).0, 2);
        // Another row's is.
        MEANWHILE.set([None, Some(|| set_price_sync(&COPIED, 6, 3))]);
        copied::refresh(&COPIED);
        assert_eq!(MEANWHILE.get(), [None; 2]);
        assert_eq!(copied(&COPIED).0, 2, "and a write to another row changes nothing, once they are held");
    }
}

// ---- nested

#[cached]
async fn around(source: &Source, between: &Source) -> Option<u64> {
    let price = price(source).await;
    between.read().await;
    price
}

#[cache_core::test]
async fn a_write_after_a_nested_call_is_not_lost() {
    let (source, between) = (Arc::new(Source::new(1)), Arc::new(Source::new(0)));
    let mut hold = between.hold();
    let reader = tokio::spawn({
        let (source, between) = (Arc::clone(&source), Arc::clone(&between));
        async move { around(&source, &between).await }
    });
    hold.reached().await;
    set_price(&source, 5, 2).await;
    hold.release();
    assert_eq!(reader.await.unwrap(), Some(1));
    assert_eq!(around(&source, &between).await, Some(2));
    set_price(&source, 5, 3).await;
    assert_eq!(around(&source, &between).await, Some(3));
}

/// Asks, and goes on without an answer.
async fn ask(asked: impl Future<Output = Option<u64>>) -> Option<u64> {
    let mut asked = std::pin::pin!(asked);
    poll_fn(|cx| match asked.as_mut().poll(cx) {
        Poll::Ready(answer) => Poll::Ready(answer),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

#[cached]
async fn impatient(source: &Source, between: &Source) -> Option<u64> {
    let answer = ask(price(source)).await;
    between.read().await;
    answer
}

#[cache_core::test]
async fn who_goes_on_without_a_nested_call_depends_on_the_model() {
    let (source, between) = (Source::new(1), Source::new(0));
    let hold = source.hold();
    assert_eq!(impatient(&source, &between).await, None);
    hold.release();
    assert_eq!(impatient::entry().get().await, Some(None));
    set_price(&source, 5, 2).await;
    assert_eq!(impatient(&source, &between).await, Some(2));
}

#[cache_core::test]
async fn even_if_another_loads_it() {
    let (source, between) = (Arc::new(Source::new(1)), Source::new(0));
    let mut hold = source.hold();
    let leader = spawned(&source);
    hold.reached().await;
    assert_eq!(impatient(&source, &between).await, None);
    assert_eq!(impatient::entry().get().await, Some(None));
    hold.release();
    leader.await.unwrap();
    set_price(&source, 5, 2).await;
    assert_eq!(impatient(&source, &between).await, Some(2));
}

/// Has no rows of its own: those of the call inside of it.
#[cached]
async fn between_them(source: &Source) -> Option<u64> {
    price(source).await
}

#[cached]
async fn patient(source: &Source) -> Option<u64> {
    between_them(source).await
}

#[cached]
async fn impatient_of_another(source: &Source) -> Option<u64> {
    ask(between_them(source)).await
}

#[cache_core::test]
async fn who_waits_for_a_load_with_such_a_call_inside_depends_on_its_row_and_who_gives_up_on_the_model() {
    let source = Arc::new(Source::new(1));
    let mut hold = source.hold();
    let leader = tokio::spawn({
        let source = Arc::clone(&source);
        async move { between_them(&source).await }
    });
    hold.reached().await;
    let follower = tokio::spawn({
        let source = Arc::clone(&source);
        async move { patient(&source).await }
    });
    until(|| cache_core::testing::waiting() == 1).await;
    assert_eq!(impatient_of_another(&source).await, None);
    hold.release();
    leader.await.unwrap();
    assert_eq!(follower.await.unwrap(), Some(1));
    let (waited, gave_up) = (patient::entry().watch(), impatient_of_another::entry().watch());
    set_price(&source, 6, 2).await;
    waited.assert_kept();
    gave_up.assert_gone();
    set_price(&source, 5, 2).await;
    waited.assert_gone();
}

#[cached]
async fn absent_minded(source: &Arc<Source>) -> Option<u64> {
    let started = Arc::new(tokio::sync::Notify::new());
    cache_core::spawn({
        let (source, started) = (Arc::clone(source), Arc::clone(&started));
        async move {
            let mut asked = std::pin::pin!(price(&source));
            ask(poll_fn(|cx| asked.as_mut().poll(cx))).await;
            started.notify_one();
            asked.await
        }
    });
    started.notified().await;
    None
}

#[cache_core::test]
async fn even_if_the_call_is_still_under_way() {
    let source = Arc::new(Source::new(1));
    let mut hold = source.hold();
    absent_minded(&source).await;
    hold.reached().await;
    let watch = absent_minded::entry().watch();
    assert!(absent_minded::entry().get().await.is_some());
    set_price(&source, 6, 2).await;
    watch.assert_gone();
    hold.release();
}

#[cached(invalidate_on = [Article(ret.id)])]
async fn deepest(source: &Source) -> Priced {
    Priced { id: 5, price: source.read().await }
}

#[cached(invalidate_on = [Article(ret.id)])]
async fn deep(source: &Source) -> Priced {
    Priced { id: 6, ..deepest(source).await }
}

#[cached]
async fn shallow(source: &Source) -> Option<u64> {
    Some(deep(source).await.price)
}

#[cache_core::test]
async fn rows_are_handed_up_all_the_way() {
    let source = Source::new(1);
    shallow(&source).await;
    let watch = shallow::entry().watch();
    set_price(&source, 7, 2).await;
    watch.assert_kept();
    set_price(&source, 5, 2).await;
    watch.assert_gone();
    shallow(&source).await;
    let watch = shallow::entry().watch();
    set_price(&source, 6, 2).await;
    watch.assert_gone();
}

/// Threads at full speed: a reader never gets less than what was written when it asked.
#[cache_core::test(worker_threads = 4)]
async fn readers_and_writers_at_full_speed() {
    let source = Arc::new(Source::new(1));
    let writer = std::thread::spawn({
        let (source, cache) = (Arc::clone(&source), cache_core::testing::handle());
        move || {
            cache.enter(|| {
                for price in 2..400 {
                    // Counted before the write: the load that follows it may be over before this thread goes on, and be the last.
                    let reads = source.reads();
                    set_price_sync(&source, 5, price);
                    until_sync(|| source.reads() > reads || price % 7 == 0);
                }
            });
        }
    });
    let readers = (0..3).map(|_| {
        let source = Arc::clone(&source);
        tokio::task::spawn_blocking(move || {
            let mut seen = 0;
            while seen < 399 {
                let price = by_name_sync(&source, "5").price;
                assert!(price >= seen, "{price} after {seen}");
                seen = price;
            }
        })
    });
    for reader in readers.collect::<Vec<_>>() {
        reader.await.unwrap();
    }
    writer.join().unwrap();
}
