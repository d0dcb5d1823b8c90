use cache_core::cached;
use tests::Source;

#[cached(store_if = |value| *value > 10)]
async fn read(source: &Source) -> Result<u64, String> {
    Ok(source.read().await)
}

#[cache_core::test]
async fn values_for_which_it_is_false_are_not_stored() {
    let source = Source::new(1);
    for _ in 0..2 {
        assert_eq!(read(&source).await, Ok(1));
    }
    source.write(11);
    for _ in 0..2 {
        assert_eq!(read(&source).await, Ok(11));
    }
    assert_eq!(source.reads(), 3);
}
