use cache_core::{Cache, cached};
use tests::Source;

#[cached(when = page < 3 && search.is_none())]
async fn listed(source: &Source, page: u32, search: Option<String>) -> u64 {
    let _ = (page, search);
    source.read().await
}

#[cached(when = id % 2 == 0)]
fn even(source: &Source, id: u64) -> u64 {
    let _ = id;
    source.read_sync()
}

#[cache_core::test]
async fn calls_for_which_it_is_false_are_not_cached() {
    let source = Source::new(1);
    for _ in 0..2 {
        listed(&source, 1, None).await;
    }
    assert_eq!(source.reads(), 1);
    for _ in 0..2 {
        listed(&source, 3, None).await;
        listed(&source, 1, Some("shoes".into())).await;
    }
    assert_eq!(source.reads(), 5);
    assert_eq!(Cache::current().stats().function("listed").bypassed, 4);
}

#[cache_core::test]
fn sync_too() {
    let source = Source::new(1);
    for id in [1, 2, 1, 2] {
        even(&source, id);
    }
    assert_eq!(source.reads(), 3);
}
