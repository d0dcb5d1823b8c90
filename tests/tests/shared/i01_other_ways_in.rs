//! I1 and I10 between processes, for all that stores something without being a plain read.

use cache_core::shared::memory::Request;
use cache_core::target;

use super::*;

#[tokio::test]
async fn a_refresh_that_lost_a_race_shares_nothing() {
    let (source, [one, two, three]) = (Arc::new(Source::new(1)), processes());
    let _held = one.tier.streams().hold();
    let mut hold = source.hold();
    let refreshing = {
        let (cache, source) = (one.cache.clone(), Arc::clone(&source));
        tokio::spawn(async move { price::refresh(&cache, &source, 5).await })
    };
    hold.reached().await;
    two.set(&source, 2).await;
    hold.release();
    refreshing.await.unwrap();
    one.settled().await;
    assert_eq!(three.price(&source).await, 2);
}

#[tokio::test]
async fn a_refresh_replaces_what_others_find() {
    let (source, [one, two]) = (Source::new(1), processes());
    one.share(&source).await;
    source.write(2);
    assert_eq!(price::refresh(&one.cache, &source, 5).await, 2);
    one.settled().await;
    assert_eq!(two.price(&source).await, 2);
}

/// Stores what is even.
#[cached(alias = Pushed, cache = cache, skip(cache), store_if = |price| price % 2 == 0)]
async fn even(cache: &Cache, source: &Source) -> u64 {
    let _ = cache;
    source.read().await
}

#[tokio::test]
async fn a_refresh_whose_value_is_not_kept_leaves_nothing_to_be_copied_back() {
    let (source, [one, two]) = (Source::new(2), processes());
    assert_eq!(even(&one.cache, &source).await, 2);
    one.settled().await;
    source.write(3);
    let paused = one.tier.on(Request::Bump).pause();
    assert_eq!(even::refresh(&one.cache, &source).await, 3);
    assert_eq!(even(&one.cache, &source).await, 3, "though the tier has not been told yet");
    paused.reached(1).await;
    let before = two.tier.counts().announcements;
    drop(paused);
    two.tier.until(move |counts| counts.announcements > before).await;
    assert_eq!(even(&two.cache, &source).await, 3);
}

#[tokio::test]
async fn a_fill_is_refused_or_outdated_when_its_stamps_are_old() {
    let (source, [one, two, three]) = (Source::new(1), processes());
    let fill = price::entry(&one.cache, 5).begin().await;
    let read = source.read().await;
    two.set(&source, 2).await;
    fill.store(read);
    one.settled().await;
    assert_eq!(three.price(&source).await, 2);
    assert_eq!(one.price(&source).await, 2);

    let fill = price::entry(&one.cache, 6).begin().await;
    assert!(fill.store(source.read().await), "nothing happened in between");
    one.settled().await;
    assert_eq!(price::entry(&three.cache, 6).get().await, Some(2));
}

#[tokio::test]
async fn what_is_set_others_find_until_it_is_invalidated() {
    let [one, two] = processes();
    let entry = |process: &Process| process.cache.entry::<Pushed, String>("motd").global();
    assert!(entry(&one).set("hello".to_owned()).await);
    one.settled().await;
    assert_eq!(entry(&two).get().await.as_deref(), Some("hello"));
    entry(&one).invalidate().await;
    assert_eq!(entry(&one).get().await, None);
    assert_eq!(entry(&two).get().await, None);
}

async fn prices(process: &Process, source: &Source, ids: &[u64]) -> Vec<Option<u64>> {
    let entries = process.cache.entries::<Pushed, u64, _>(ids.iter().copied()).global();
    let entries = entries.depends_on(target::row::<Article>);
    entries
        .get_or_set_many(async |missing: Vec<u64>| {
            let price = source.read().await;
            missing.into_iter().map(|id| (id, price)).collect::<Vec<_>>()
        })
        .await
}

#[tokio::test]
async fn a_batch_takes_what_others_have_and_loads_the_rest_at_once() {
    let (source, [one, two]) = (Source::new(1), processes());
    prices(&one, &source, &[5, 6]).await;
    one.settled().await;
    source.write(2);
    assert_eq!(prices(&two, &source, &[4, 5, 6, 7]).await, [2, 1, 1, 2].map(Some));
    assert_eq!(source.reads(), 2);
    one.set(&source, 3).await;
    assert_eq!(prices(&two, &source, &[4, 5, 6, 7]).await, [2, 3, 1, 2].map(Some), "one of them was written");
}

#[tokio::test]
async fn a_batch_that_lost_a_race_shares_the_others_only() {
    let (source, [one, two, three]) = (Arc::new(Source::new(1)), processes());
    let held = one.tier.streams().hold();
    let mut hold = source.hold();
    let reading = prices(&one, &source, &[5, 6]);
    let writing = async {
        hold.reached().await;
        two.set(&source, 2).await;
        hold.release();
    };
    let (read, ()) = tokio::join!(reading, writing);
    assert_eq!(read, [1, 1].map(Some));
    one.settled().await;
    assert_eq!(prices(&three, &source, &[5, 6]).await, [2, 1].map(Some));
    drop(held);
    assert_eq!(prices(&one, &source, &[5, 6]).await, [2, 1].map(Some));
}

#[tokio::test]
async fn a_batch_whose_answers_are_on_their_way_keeps_nothing_old() {
    let (source, [one, two, three]) = (Source::new(1), processes());
    prices(&three, &source, &[5, 6]).await;
    three.settled().await;
    let paused = one.tier.on(Request::Read).next(2).pause_answer();
    let reading = prices(&one, &source, &[5, 6]);
    let writing = async {
        paused.reached(2).await;
        two.set(&source, 2).await;
        drop(paused);
    };
    let (read, ()) = tokio::join!(reading, writing);
    assert_eq!(read, [2, 1].map(Some));
    assert_eq!(prices(&one, &source, &[5, 6]).await, [2, 1].map(Some));
}

/// With `coherence = off`, what other processes write is seen when time runs out, at the latest.
#[derive(Alias)]
#[alias(name = "on-its-own", ttl = "10m", coherence = off)]
struct OnItsOwn;

#[cached(alias = OnItsOwn, cache = cache, skip(cache), invalidate_on = [Article(id)])]
async fn off(cache: &Cache, source: &Source, id: u64) -> u64 {
    let _ = (cache, id);
    source.read().await
}

#[tokio::test]
async fn who_listens_to_nobody_sees_a_write_when_time_runs_out() {
    let (source, [one, two]) = (Source::new(1), processes());
    let _held = one.tier.streams().hold();
    assert_eq!(off(&one.cache, &source, 5).await, 1);
    one.settled().await;
    two.set(&source, 2).await;
    one.pass(Duration::from_secs(599)).await;
    let (read, asked) = one.asks(off(&one.cache, &source, 5)).await;
    assert_eq!((read, asked.requests), (1, 0), "no silence matters");
    one.pass(Duration::from_secs(2)).await;
    assert_eq!(off(&one.cache, &source, 5).await, 2);
    one.set(&source, 3).await;
    assert_eq!(off(&one.cache, &source, 5).await, 3, "its own writes it sees at once");
}

/// Whatever is heard, or missed, of others: it isn't asked about.
#[tokio::test]
async fn who_listens_to_nobody_asks_nothing_after_an_announcement_or_a_gap() {
    let (source, [one, two]) = (Source::new(1), processes());
    assert_eq!(off(&one.cache, &source, 5).await, 1);
    assert_eq!(off(&two.cache, &source, 5).await, 1);
    one.settled().await;
    two.set(&source, 2).await;
    let gaps = || one.tier.streams();
    let heard: [(&str, &dyn Fn()); 3] = [
        ("of a write", &|| ()),
        ("that all may have changed", &|| gaps().announce(cache_core::shared::Suspects::All)),
        ("nothing for a while", &|| {
            gaps().cut();
            gaps().restore();
        }),
    ];
    for (what, hear) in heard {
        hear();
        let (read, asked) = one.asks(off(&one.cache, &source, 5)).await;
        assert_eq!((read, asked.requests), (1, 0), "it has heard {what}");
    }
    assert_eq!(off(&two.cache, &source, 5).await, 2, "its own writes it sees at once");
    one.pass(Duration::from_secs(601)).await;
    assert_eq!(off(&one.cache, &source, 5).await, 2);
    one.set(&source, 3).await;
    assert_eq!(off(&one.cache, &source, 5).await, 3);
}

/// What others hold they serve until its time runs out: they are told by `invalidate`.
#[tokio::test]
async fn a_value_that_is_set_reaches_others_after_an_invalidation() {
    let [one, two] = processes();
    let entry = |process: &Process| process.cache.entry::<Pushed, u64>("answer").global();
    assert!(entry(&one).set(1).await);
    one.settled().await;
    assert_eq!(entry(&two).get().await, Some(1));
    assert!(entry(&one).set(2).await);
    one.settled().await;
    assert_eq!((entry(&one).get().await, entry(&two).get().await), (Some(2), Some(1)));
    entry(&one).invalidate().await;
    assert!(entry(&one).set(3).await);
    one.settled().await;
    assert_eq!((entry(&one).get().await, entry(&two).get().await), (Some(3), Some(3)));
}

/// Holds little.
#[derive(Alias)]
#[alias(name = "small", ttl = "1h", max_bytes = "8KiB")]
struct Small;

#[cached(alias = Small, cache = cache, skip(cache), invalidate_on = [Article(id)])]
async fn text(cache: &Cache, source: &Source, id: u64) -> String {
    let _ = (cache, id);
    "a".repeat(source.read().await as usize)
}

#[tokio::test]
async fn what_is_too_large_for_this_process_is_shared_all_the_same() {
    let (source, [one, two]) = (Source::new(9_000), processes());
    for process in [&one, &two, &one] {
        assert_eq!(text(&process.cache, &source, 5).await.len(), 9_000);
        process.settled().await;
    }
    assert_eq!(source.reads(), 1);
    source.write(10_000);
    assert_eq!(text::refresh(&one.cache, &source, 5).await.len(), 10_000);
    one.settled().await;
    two.set(&source, 11_000).await;
    assert_eq!(text(&one.cache, &source, 5).await.len(), 11_000);
    assert_eq!(source.reads(), 3);
    let fill = text::entry(&one.cache, 6).begin().await;
    assert!(fill.store("b".repeat(9_000)));
    one.settled().await;
    assert_eq!(text(&two.cache, &source, 6).await, "b".repeat(9_000));
}
