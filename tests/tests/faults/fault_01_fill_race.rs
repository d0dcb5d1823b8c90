//! Others: a reader loads, a writer commits and invalidates, the reader stores what it loaded, and everybody gets it
//! from then on. In each way to load, against each way to invalidate.

use std::sync::Arc;

use cache_core::{cached, invalidates, testing};
use tests::{Article, Source, until};

#[cached(invalidate_on = [Article(id)])]
async fn read(source: Arc<Source>, id: u64) -> u64 {
    let _ = id;
    source.read().await
}

#[cached]
async fn around(source: Arc<Source>, id: u64) -> u64 {
    read(source, id).await
}

#[invalidates(Article(id))]
async fn write_row(source: &Source, id: u64) {
    let _ = id;
    source.write(2);
}

#[invalidates(Article)]
async fn write_model(source: &Source) {
    source.write(2);
}

#[invalidates(across(Article))]
async fn write_everywhere(source: &Source) {
    source.write(2);
}

#[derive(Clone, Copy, Debug)]
enum Load {
    Call,
    Refresh,
    Nested,
    Fill,
}

#[derive(Clone, Copy, Debug)]
enum Invalidation {
    Row,
    Model,
    Everywhere,
    Entry,
    Function,
}

async fn load(way: Load, source: Arc<Source>) -> u64 {
    match way {
        Load::Call => read(source, 5).await,
        Load::Refresh => read::refresh(source, 5).await,
        Load::Nested => around(source, 5).await,
        Load::Fill => {
            let fill = read::entry(5).begin().await;
            let value = source.read().await;
            fill.store(value);
            value
        }
    }
}

async fn invalidate(way: Invalidation, source: &Source) {
    source.write(2);
    match way {
        Invalidation::Row => write_row(source, 5).await,
        Invalidation::Model => write_model(source).await,
        Invalidation::Everywhere => write_everywhere(source).await,
        Invalidation::Entry => {
            read::entry(5).invalidate().await;
        }
        Invalidation::Function => {
            read::invalidate_all().await;
        }
    }
}

/// Loads, invalidates while the load is held between reading and storing, and looks: before it has landed, and after.
async fn race(way: Load) {
    use Invalidation::{Entry, Everywhere, Function, Model, Row};
    for invalidation in [Row, Model, Everywhere, Entry, Function] {
        let source = Arc::new(Source::new(1));
        let mut hold = source.hold();
        let reader = tokio::spawn(load(way, Arc::clone(&source)));
        hold.reached().await;
        invalidate(invalidation, &source).await;
        assert_eq!(read(Arc::clone(&source), 5).await, 2, "{invalidation:?}, in the air");
        assert_eq!(around(Arc::clone(&source), 5).await, 2, "around, {invalidation:?}, in the air");
        hold.release();
        reader.await.unwrap();
        assert_eq!(read(Arc::clone(&source), 5).await, 2, "{invalidation:?}, landed");
        assert_eq!(around(Arc::clone(&source), 5).await, 2, "around, {invalidation:?}, landed");
        // The next round begins with nothing.
        read::invalidate_all().await;
        around::invalidate_all().await;
    }
}

#[cache_core::test]
async fn of_a_call() {
    race(Load::Call).await;
}

#[cache_core::test]
async fn of_a_refresh() {
    race(Load::Refresh).await;
}

#[cache_core::test]
async fn of_a_nested_call() {
    race(Load::Nested).await;
}

#[cache_core::test]
async fn of_a_fill() {
    race(Load::Fill).await;
}

/// A flight begun before the invalidation, with followers on board.
#[cache_core::test]
async fn a_flight_begun_before() {
    let source = Arc::new(Source::new(1));
    let mut hold = source.hold();
    let leader = tokio::spawn(read(Arc::clone(&source), 5));
    hold.reached().await;
    write_row(&Source::new(0), 6).await;
    let followers: Vec<_> = (0..10).map(|_| tokio::spawn(read(Arc::clone(&source), 5))).collect();
    until(|| testing::waiting() == 10).await;
    write_row(&source, 5).await;
    hold.release();
    leader.await.unwrap();
    for follower in followers {
        assert_eq!(follower.await.unwrap(), 2);
    }
    assert_eq!(source.reads(), 2, "they share one load among them");
}
