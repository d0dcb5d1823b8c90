//! Others: a reader loads the old value, a writer commits and invalidates, the reader stores the old value in the shared store.

use super::*;

#[tokio::test]
async fn a_reader_that_is_overtaken_by_a_writer_of_another_process_leaves_nothing_old() {
    let (source, [reader, writer, third]) = (Arc::new(Source::new(1)), processes());
    // The worst case: the reader hears nothing of it, and stores.
    let _held = reader.tier.streams().hold();
    let mut hold = source.hold();
    let reading = reader.read(&source);
    hold.reached().await;
    writer.set(&source, 2).await;
    hold.release();
    assert_eq!(reading.await.unwrap(), 1);
    reader.settled().await;
    assert_eq!(reader.stats("price").shared_stores, 1, "what it read is there");
    assert_eq!(third.price(&source).await, 2);
    assert_eq!(third.stats("price").outdated, 1, "and nobody takes it");
    assert_eq!(writer.price(&source).await, 2);
}
