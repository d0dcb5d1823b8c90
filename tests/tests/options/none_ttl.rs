use std::time::Duration;

use cache_core::{cached, testing};
use tests::Source;

async fn find(source: &Source) -> Option<u64> {
    Some(source.read().await).filter(|value| *value > 0)
}

#[cached]
async fn plain(source: &Source) -> Option<u64> {
    find(source).await
}

#[cached(none_ttl = "30s")]
async fn short(source: &Source) -> Option<u64> {
    find(source).await
}

#[cached(none_ttl = "off")]
async fn off(source: &Source) -> Result<Option<u64>, String> {
    Ok(find(source).await)
}

#[cache_core::test]
async fn none_is_stored_like_any_value() {
    let source = Source::new(0);
    plain(&source).await;
    source.write(1);
    assert_eq!(plain(&source).await, None);
}

#[cache_core::test]
async fn none_is_stored_for_a_time_of_its_own() {
    let source = Source::new(0);
    short(&source).await;
    source.write(1);
    testing::advance(Duration::from_secs(29));
    assert_eq!(short(&source).await, None);
    testing::advance(Duration::from_secs(1));
    assert_eq!(short(&source).await, Some(1));
    testing::advance(Duration::from_secs(31));
    source.write(2);
    assert_eq!(short(&source).await, Some(1), "a value keeps the TTL");
}

#[cache_core::test]
async fn none_is_not_stored() {
    let source = Source::new(0);
    assert_eq!(off(&source).await, Ok(None));
    source.write(1);
    assert_eq!(off(&source).await, Ok(Some(1)));
    source.write(2);
    assert_eq!(off(&source).await, Ok(Some(1)));
}
