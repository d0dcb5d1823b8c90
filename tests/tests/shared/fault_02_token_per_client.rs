//! Others: one token per client, not per fill: of two fills of one process the older overwrites the younger one.

use cache_core::shared::memory::Request;

use super::*;

#[tokio::test]
async fn of_two_readers_of_one_process_around_a_write_the_older_leaves_nothing() {
    let (source, [one, two]) = (Arc::new(Source::new(1)), processes());
    let mut hold = source.hold();
    let older = one.read(&source);
    hold.reached().await;
    one.set(&source, 2).await;
    assert_eq!(one.share(&source).await, 2);
    hold.release();
    assert_eq!(older.await.unwrap(), 1);
    one.settled().await;
    assert_eq!(one.price(&source).await, 2);
    assert_eq!(two.price(&source).await, 2);
    assert_eq!(source.reads(), 2, "what the younger one stored is still there");
}

/// The lease of a load is its own: who is late with giving it back doesn't give back another's.
#[tokio::test]
async fn a_lease_is_given_back_by_its_own_load_only() {
    let (source, [one, two, three]) = (Arc::new(Source::new(1)), processes());
    let late = one.tier.on(Request::Release).next(1).pause();
    one.price(&source).await;
    late.reached(1).await;
    // Its lease runs out, and its entry is lost: another loads, of the same state.
    one.tier.advance(Duration::from_secs(4));
    one.tier.keys().iter().for_each(|key| assert!(one.tier.evict_entry(key)));
    let mut hold = source.hold();
    let reading = two.read(&source);
    hold.reached().await;
    late.release();
    one.settled().await;
    let waiting = three.read(&source);
    until(|| three.stats("price").leases_waited > 0).await;
    hold.release();
    assert_eq!((reading.await.unwrap(), waiting.await.unwrap()), (1, 1));
    assert_eq!(source.reads(), 2);
}
