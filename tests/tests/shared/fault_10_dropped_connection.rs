//! Others: stale entries after a connection was dropped, for good; what was tracked is not tracked again when it is back.

use super::*;

#[tokio::test]
async fn what_was_written_while_the_connection_was_lost_is_seen_when_it_is_back() {
    let (source, [one, two]) = (Source::new(1), processes());
    one.share(&source).await;
    one.tier.streams().cut();
    two.set(&source, 2).await;
    one.tier.streams().restore();
    assert_eq!(one.price(&source).await, 2);
}

#[tokio::test]
async fn what_is_written_after_the_connection_is_back_is_heard() {
    let (source, [one, two]) = (Source::new(1), processes());
    one.share(&source).await;
    for price in 2..5 {
        one.tier.streams().cut();
        one.tier.streams().restore();
        one.price(&source).await;
        two.set(&source, price).await;
        assert_eq!(one.price(&source).await, price);
    }
}

#[tokio::test]
async fn what_was_written_while_the_connection_is_lost_is_seen_before_it_is_back() {
    let (source, [one, two]) = (Source::new(1), processes());
    one.share(&source).await;
    one.tier.streams().cut();
    two.set(&source, 2).await;
    one.pass(SILENCE).await;
    assert_eq!(one.price(&source).await, 2);
}
