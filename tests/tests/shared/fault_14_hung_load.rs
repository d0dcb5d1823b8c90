//! Others: a timeout lets those go who wait for a load that hangs, and its lock stays held: nobody can load any more.

use super::*;

#[tokio::test]
async fn who_waits_for_a_load_that_hangs_in_another_process_loads_by_himself_in_the_end() {
    let (source, [one, two]) = (Arc::new(Source::new(1)), processes());
    let mut hold = source.hold();
    let hung = one.read(&source);
    hold.reached().await;
    let waiting = two.read(&source);
    until(|| two.stats("price").leases_waited > 0).await;
    // `load_wait` is over.
    two.pass(Duration::from_secs(11)).await;
    assert_eq!(waiting.await.unwrap(), 1);
    assert_eq!(two.stats("price").leases_lost, 1, "and it is counted");
    two.settled().await;
    // What it stored all others have, though the load still hangs and holds its lease.
    let third = Process::of(&one.tier);
    assert_eq!(third.price(&source).await, 1);
    assert_eq!(source.reads(), 2);
    hold.release();
    hung.await.unwrap();
}

#[tokio::test]
async fn in_the_process_of_the_load_that_hangs_others_load_too() {
    let (source, [one]) = (Arc::new(Source::new(1)), processes());
    let mut hold = source.hold();
    let _hung = one.read(&source);
    hold.reached().await;
    let waiting = one.read(&source);
    until(|| one.stats("price").misses == 2).await;
    until(|| {
        testing::advance_of(&one.cache, Duration::from_secs(11));
        waiting.is_finished()
    })
    .await;
    assert_eq!(waiting.await.unwrap(), 1);
    assert_eq!(one.price(&source).await, 1);
    assert_eq!(one.stats("price").overdue, 1);
}
