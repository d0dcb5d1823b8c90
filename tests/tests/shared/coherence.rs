//! What one process stores another finds, and what one writes no other serves.

use super::*;

#[tokio::test]
async fn what_one_process_loads_another_finds() {
    let (source, (_, one, _, other)) = (Source::new(1), two());
    assert_eq!(price(&one, &source, 5).await, 1);
    testing::settled(&one).await;
    assert_eq!(price(&other, &source, 5).await, 1);
    assert_eq!(source.reads(), 1, "{:#?}", other.stats());
    assert_eq!(price(&other, &source, 5).await, 1);
    assert_eq!(other.stats().function("price").shared_hits, 1);
    assert_eq!(other.stats().function("price").hits, 1);
}

#[tokio::test]
async fn a_write_is_seen_by_the_other_process() {
    let (source, (_, one, _, other)) = (Source::new(1), two());
    assert_eq!(price(&one, &source, 5).await, 1);
    testing::settled(&one).await;
    assert_eq!(price(&other, &source, 5).await, 1);
    set_price(&one, &source, 5, 2).await;
    assert_eq!(price(&one, &source, 5).await, 2);
    // Before that, who asks finds nothing, and may be given the lease that has just been given back.
    testing::settled(&one).await;
    assert_eq!(price(&other, &source, 5).await, 2);
    assert_eq!(source.reads(), 2, "{:#?}", other.stats());
}

#[tokio::test]
async fn a_verified_read_sees_a_write_that_was_not_announced() {
    let (source, (_, one, tier, other)) = (Source::new(1), two());
    let _held = tier.streams().hold();
    assert_eq!(verified_price(&other, &source, 5).await, 1);
    assert_eq!(verified_price(&other, &source, 5).await, 1);
    assert_eq!(source.reads(), 1);
    set_price(&one, &source, 5, 2).await;
    assert_eq!(verified_price(&other, &source, 5).await, 2);
}
