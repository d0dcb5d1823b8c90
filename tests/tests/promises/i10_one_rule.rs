//! I10: there is no way to store a dependent value without stamps that were taken before it was read.

use cache_core::{cached, invalidates};
use tests::{Article, Source};

#[cached(invalidate_on = [Article(id)])]
async fn read(source: &Source, id: u64) -> u64 {
    let _ = id;
    source.read().await
}

#[invalidates(Article(id))]
async fn write(source: &Source, id: u64, value: u64) {
    let _ = id;
    source.write(value);
}

/// Reads, then writes to what it has read, through whatever way in: the value must not be there afterwards.
#[cache_core::test]
async fn no_way_in_stores_what_was_overtaken() {
    #[cached(invalidate_on = [Article(id)])]
    async fn overtaken(source: &Source, id: u64) -> u64 {
        let value = source.read().await;
        write(source, id, value + 1).await;
        value
    }
    let source = Source::new(1);
    assert_eq!(overtaken(&source, 5).await, 1);
    assert_eq!(overtaken::entry(5).get().await, None, "a load");
    assert_eq!(overtaken::refresh(&source, 5).await, 2);
    assert_eq!(overtaken::entry(5).get().await, None, "a refresh");
    let fill = overtaken::entry(5).begin().await;
    write(&source, 5, 9).await;
    assert!(!fill.store(3), "a fill");
    assert_eq!(overtaken::entry(5).get().await, None);
}

#[cache_core::test]
async fn a_younger_load_is_not_overwritten_by_an_older() {
    let source = Source::new(1);
    let older = read::entry(5).begin().await;
    let old = source.read().await;
    // Nothing is invalidated for the row, but something is: so the loads have an order.
    write(&source, 6, 2).await;
    read::refresh(&source, 5).await;
    older.store(old);
    assert_eq!(read(&source, 5).await, 2);
}

/// The same with nothing invalidated in between: the loads began at one count.
#[cache_core::test]
async fn a_refresh_is_not_overwritten_by_a_load_that_began_before_it() {
    let source = Source::new(1);
    let older = read::entry(5).begin().await;
    let old = source.read().await;
    source.write(2);
    read::refresh(&source, 5).await;
    assert!(!older.store(old), "and says so");
    assert_eq!(read(&source, 5).await, 2);
}

#[cached(none_ttl = "off")]
async fn optional(source: &Source) -> Option<u64> {
    Some(source.read().await).filter(|value| *value > 0)
}

#[cache_core::test]
async fn a_refresh_that_found_nothing_leaves_nothing() {
    let source = Source::new(1);
    optional(&source).await;
    source.write(0);
    assert_eq!(optional::refresh(&source).await, None);
    assert_eq!(optional::entry().get().await, None);
}

/// What a refresh found gone stays gone, though a load that began before it ends after it.
#[cache_core::test]
async fn an_older_load_does_not_bring_back_what_a_refresh_found_gone() {
    let source = Source::new(1);
    let older = optional::entry().begin().await;
    let old = source.read().await;
    source.write(0);
    assert_eq!(optional::refresh(&source).await, None);
    assert!(!older.store(Some(old)));
    assert_eq!(optional::entry().get().await, None);
}
