//! I1 between processes: once the tier has confirmed an invalidation, a read that starts later does not return what was loaded
//! before: at once in the same process, at once with `verify`, under `push` once it is announced. A reader is stopped
//! at each of its steps, and the value is written there.

use cache_core::shared::memory::Request;

use super::*;

/// What everybody is to see, with a reader stopped at its worst moment, and after it has gone on.
async fn all_see(price: u64, source: &Source, all: &[Process]) {
    for (at, process) in all.iter().enumerate() {
        assert_eq!(process.verified(source).await, price, "verified, in process {at}");
        assert_eq!(process.price(source).await, price, "pushed, in process {at}");
    }
}

#[tokio::test]
async fn a_reader_whose_answer_is_on_its_way_does_not_keep_the_old_entry() {
    let (source, all) = (Arc::new(Source::new(1)), processes::<3>());
    let [reader, writer, other] = &all;
    other.share(&source).await;
    let paused = reader.tier.on(Request::Read).next(1).pause_answer();
    let reading = reader.read(&source);
    paused.reached(1).await;
    writer.set(&source, 2).await;
    paused.release();
    assert_eq!(reading.await.unwrap(), 2, "the answer was overtaken, and asked for again");
    all_see(2, &source, &all).await;
}

#[tokio::test]
async fn a_reader_whose_answer_overtakes_the_announcement_keeps_the_old_entry_until_it_hears_of_it() {
    let (source, all) = (Arc::new(Source::new(1)), processes::<3>());
    let [reader, writer, other] = &all;
    other.share(&source).await;
    let (paused, held) = (reader.tier.on(Request::Read).next(1).pause_answer(), reader.tier.streams().hold());
    let reading = reader.read(&source);
    paused.reached(1).await;
    writer.set(&source, 2).await;
    paused.release();
    assert_eq!(reading.await.unwrap(), 1, "its call began before the write");
    assert_eq!(reader.verified(&source).await, 2, "who verifies needn't hear of it");
    drop(held);
    all_see(2, &source, &all).await;
}

#[tokio::test]
async fn a_reader_in_its_body_does_not_keep_what_it_read() {
    let (source, all) = (Arc::new(Source::new(1)), processes::<3>());
    let [reader, writer, other] = &all;
    let mut hold = source.hold();
    let reading = reader.read(&source);
    hold.reached().await;
    writer.set(&source, 2).await;
    hold.release();
    assert_eq!(reading.await.unwrap(), 1);
    reader.settled().await;
    assert_eq!(other.price(&source).await, 2, "what was stored carries the stamps from before the load");
    all_see(2, &source, &all).await;
}

#[tokio::test]
async fn a_reader_in_its_body_that_hears_of_nothing_shares_nothing_old() {
    let (source, all) = (Arc::new(Source::new(1)), processes::<3>());
    let [reader, writer, other] = &all;
    let held = reader.tier.streams().hold();
    let mut hold = source.hold();
    let reading = reader.read(&source);
    hold.reached().await;
    writer.set(&source, 2).await;
    hold.release();
    assert_eq!(reading.await.unwrap(), 1);
    reader.settled().await;
    assert_eq!(other.price(&source).await, 2);
    assert_eq!(reader.verified(&source).await, 2);
    drop(held);
    all_see(2, &source, &all).await;
}

#[tokio::test]
async fn an_entry_on_its_way_to_the_tier_is_old_when_it_arrives() {
    let (source, all) = (Arc::new(Source::new(1)), processes::<3>());
    let [reader, writer, other] = &all;
    let paused = reader.tier.on(Request::Store).next(1).pause();
    assert_eq!(reader.price(&source).await, 1);
    paused.reached(1).await;
    writer.set(&source, 2).await;
    paused.release();
    reader.settled().await;
    assert_eq!(other.price(&source).await, 2);
    assert_eq!(other.stats("price").outdated, 1, "it was looked at");
    all_see(2, &source, &all).await;
}

#[tokio::test]
async fn an_old_entry_that_replaces_a_newer_one_is_a_miss() {
    let (source, all) = (Arc::new(Source::new(1)), processes::<3>());
    let [reader, writer, other] = &all;
    let paused = reader.tier.on(Request::Store).next(1).pause();
    assert_eq!(reader.price(&source).await, 1);
    paused.reached(1).await;
    writer.set(&source, 2).await;
    assert_eq!(writer.share(&source).await, 2);
    paused.release();
    reader.settled().await;
    assert_eq!(other.price(&source).await, 2);
    assert_eq!(other.stats("price").outdated, 1);
    all_see(2, &source, &all).await;
}

/// The writer's own process sees it at once, wherever its reader was.
#[tokio::test]
async fn the_process_that_wrote_sees_it_at_once() {
    for request in [Request::Read, Request::Init, Request::Lease, Request::Store] {
        for answer in [false, true] {
            let (source, [own, other]) = (Arc::new(Source::new(1)), processes());
            if let Request::Read = request {
                other.share(&source).await;
            }
            // It hears nothing but of itself.
            let _held = own.tier.streams().hold();
            let of = own.tier.on(request).next(1);
            let paused = if answer { of.pause_answer() } else { of.pause() };
            let reading = own.read(&source);
            paused.reached(1).await;
            own.set(&source, 2).await;
            paused.release();
            reading.await.unwrap();
            own.settled().await;
            assert_eq!(own.price(&source).await, 2, "{request:?} {answer}");
            assert_eq!(other.price(&source).await, 2, "{request:?} {answer}");
        }
    }
}

/// Where a bump is confirmed before the cells of this process know, nobody copies the old entry in between.
#[tokio::test]
async fn a_reader_between_the_bump_and_the_end_of_its_writer_keeps_nothing_old() {
    let (source, [own, other]) = (Arc::new(Source::new(1)), processes());
    other.share(&source).await;
    let _held = own.tier.streams().hold();
    let paused = own.tier.on(Request::Bump).next(1).pause();
    let writing = {
        let (cache, source) = (own.cache.clone(), Arc::clone(&source));
        tokio::spawn(async move { set_price(&cache, &source, 5, 2).await })
    };
    paused.reached(1).await;
    assert_eq!(own.price(&source).await, 1, "not yet confirmed");
    paused.release();
    writing.await.unwrap();
    assert_eq!(own.price(&source).await, 2);
}

/// A stamp that is read after the load began may be that of a write which the load doesn't see.
#[tokio::test]
async fn a_load_whose_stamp_was_lost_before_it_began_takes_none_that_is_read_later() {
    let (source, [own, other]) = (Arc::new(Source::new(1)), processes());
    let paused = own.tier.on(Request::Lease).next(1).pause_answer();
    let mut hold = source.hold();
    let reading = own.read(&source);
    paused.reached(1).await;
    // It has its stamps, and waits for the lease. Its own process writes: they are void.
    own.set(&source, 2).await;
    paused.release();
    hold.reached().await;
    // It has read 2.
    let held = own.tier.streams().hold();
    other.set(&source, 3).await;
    // Another reader of that process asks for the epoch.
    assert_eq!(own.verified(&source).await, 3);
    hold.release();
    assert_eq!(reading.await.unwrap(), 2);
    own.settled().await;
    assert_eq!(other.price(&source).await, 3);
    drop(held);
    assert_eq!(own.price(&source).await, 3);
}

#[tokio::test]
async fn who_arrives_after_an_announcement_does_not_join_an_older_flight() {
    let (source, [reader, writer]) = (Arc::new(Source::new(1)), processes());
    let mut hold = source.hold();
    let older = reader.read(&source);
    hold.reached().await;
    writer.set(&source, 2).await;
    assert_eq!(reader.price(&source).await, 2);
    hold.release();
    assert_eq!(older.await.unwrap(), 1);
    assert_eq!(reader.price(&source).await, 2);
}

#[tokio::test]
async fn who_joined_a_flight_before_an_announcement_does_not_take_what_it_brings() {
    let (source, [reader, writer]) = (Arc::new(Source::new(1)), processes());
    let mut hold = source.hold();
    let leader = reader.read(&source);
    hold.reached().await;
    // Something else is invalidated, so that the follower's call is later than the flight.
    set_price(&reader.cache, &Source::new(0), 6, 0).await;
    let sleepers = testing::waiting_of(&reader.cache);
    let follower = reader.read(&source);
    until(|| testing::waiting_of(&reader.cache) > sleepers).await;
    writer.set(&source, 2).await;
    hold.release();
    assert_eq!(leader.await.unwrap(), 1);
    assert_eq!(follower.await.unwrap(), 2);
}

#[tokio::test]
async fn who_verifies_joins_no_flight_that_began_before() {
    let (source, [reader, writer]) = (Arc::new(Source::new(1)), processes());
    let _held = reader.tier.streams().hold();
    let mut hold = source.hold();
    let older = {
        let (cache, source) = (reader.cache.clone(), Arc::clone(&source));
        tokio::spawn(async move { verified_price(&cache, &source, 5).await })
    };
    hold.reached().await;
    set_price(&reader.cache, &Source::new(0), 6, 0).await;
    writer.set(&source, 2).await;
    assert_eq!(reader.verified(&source).await, 2);
    hold.release();
    older.await.unwrap();
    assert_eq!(reader.verified(&source).await, 2);
}

/// What had no stamp when its load began is not proven by one that is read later.
#[tokio::test]
async fn nobody_joins_a_flight_without_stamps_that_began_before() {
    let (source, [one, two]) = (Arc::new(Source::new(1)), processes());
    let failing = one.tier.on(Request::Read).next(1).fail();
    let mut hold = source.hold();
    let older = one.read(&source);
    hold.reached().await;
    drop(failing);
    let held = one.tier.streams().hold();
    two.set(&source, 2).await;
    // Another reader of that process reads the epochs, and again after the announcement.
    assert_eq!(one.verified(&source).await, 2);
    drop(held);
    assert_eq!(one.verified(&source).await, 2);
    assert_eq!(one.price(&source).await, 2);
    hold.release();
    assert_eq!(older.await.unwrap(), 1);
    assert_eq!(one.price(&source).await, 2);
}
