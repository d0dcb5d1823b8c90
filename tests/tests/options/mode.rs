//! `mode`: on, refresh, off, for all aliases or one, while the program runs.

use std::sync::Arc;

use cache_core::{Alias, Cache, Mode, cached, invalidates};
use tests::{Article, Source};

#[derive(Alias)]
#[alias(name = "switched")]
struct Switched;

#[derive(Alias)]
#[alias(name = "switched-off", mode = off)]
struct SwitchedOff;

#[derive(Alias)]
#[alias(name = "refreshed", mode = refresh, max_ttl = "1h")]
struct Refreshed;

#[cached(alias = Switched, invalidate_on = [Article(id)])]
async fn price(source: &Source, id: u64) -> u64 {
    let _ = id;
    source.read().await
}

#[cached(alias = Switched, invalidate_on = [Article(id)])]
fn price_sync(source: &Source, id: u64) -> u64 {
    let _ = id;
    source.read_sync()
}

/// Of another alias, which stays on.
#[cached]
async fn offer(source: &Source, id: u64) -> u64 {
    price(source, id).await
}

#[cached(alias = SwitchedOff)]
fn never(source: &Source) -> u64 {
    source.read_sync()
}

#[cached(alias = Refreshed)]
fn always(source: &Source) -> u64 {
    source.read_sync()
}

#[invalidates(Article(id))]
async fn set_price(source: &Source, id: u64, price: u64) {
    let _ = id;
    source.write(price);
}

#[cache_core::test]
async fn off_runs_bodies_alone() {
    let (source, cache) = (Source::new(1), Cache::current());
    price(&source, 5).await;
    price_sync(&source, 5);
    cache.set_mode(Mode::Off);
    // Unannounced: nothing but the mode keeps the old value from being served.
    source.write(2);
    assert_eq!((price(&source, 5).await, price_sync(&source, 5)), (2, 2));
    assert_eq!((price::entry(5).get().await, price_sync::entry(5).get()), (None, None));
    assert_eq!(price(&source, 6).await, 2);
    assert_eq!(price::refresh(&source, 6).await, 2);
    assert!(!price::entry(6).begin().await.store(2), "by hand neither");
    assert_eq!(cache.stats().function("mode::price").bypassed, 3);

    cache.set_mode(Mode::On);
    assert_eq!(price::entry(6).get().await, None, "nothing was stored");
    assert_eq!(price(&source, 5).await, 1, "what was stored before is there again");
    assert_eq!(price_sync(&source, 5), 1);
}

#[cache_core::test]
async fn a_write_while_it_is_off_is_not_forgotten() {
    let (source, cache) = (Source::new(1), Cache::current());
    price(&source, 5).await;
    price(&source, 6).await;
    offer(&source, 5).await;
    cache.set_mode(Mode::Off);
    set_price(&source, 5, 2).await;
    price_sync::invalidate_all();
    cache.set_mode(Mode::On);
    assert_eq!(price::entry(5).get().await, None);
    assert_eq!((price(&source, 5).await, offer(&source, 5).await), (2, 2));
    assert_eq!(price(&source, 6).await, 1, "nobody wrote this one");
}

#[cache_core::test]
async fn a_load_under_way_when_it_is_switched_off_is_returned_and_not_stored() {
    let (source, cache) = (Arc::new(Source::new(1)), Cache::current());
    let call = || {
        let source = Arc::clone(&source);
        tokio::spawn(async move { price(&source, 5).await })
    };
    let mut hold = source.hold();
    let (leader, follower) = (call(), call());
    hold.reached().await;
    tests::until(|| cache.stats().function("mode::price").misses == 2).await;
    cache.set_mode(Mode::Off);
    source.write(2);
    assert_eq!(call().await.unwrap(), 2, "who comes later doesn't wait for it");
    hold.release();
    assert_eq!((leader.await.unwrap(), follower.await.unwrap()), (1, 1), "who waited has it");
    cache.set_mode(Mode::On);
    assert_eq!(price::entry(5).get().await, None);
}

#[cache_core::test]
async fn a_refresh_under_way_when_it_is_switched_off_leaves_nothing_older_behind() {
    let (source, cache) = (Arc::new(Source::new(1)), Cache::current());
    price(&source, 5).await;
    source.write(2);
    let mut hold = source.hold();
    let refresh = tokio::spawn({
        let source = Arc::clone(&source);
        async move { price::refresh(&source, 5).await }
    });
    hold.reached().await;
    cache.set_mode(Mode::Off);
    hold.release();
    assert_eq!(refresh.await.unwrap(), 2);
    cache.set_mode(Mode::On);
    assert_eq!(price(&source, 5).await, 2);
}

#[cache_core::test]
async fn nor_does_one_under_way_when_it_is_switched_on() {
    let (source, cache) = (Arc::new(Source::new(1)), Cache::current());
    price(&source, 5).await;
    source.write(2);
    cache.set_mode(Mode::Off);
    let mut hold = source.hold();
    let refresh = tokio::spawn({
        let source = Arc::clone(&source);
        async move { price::refresh(&source, 5).await }
    });
    hold.reached().await;
    cache.set_mode(Mode::On);
    hold.release();
    assert_eq!(refresh.await.unwrap(), 2);
    assert_eq!(price(&source, 5).await, 2);
}

#[cache_core::test]
async fn what_was_made_anew_while_it_is_off_leaves_nothing_older_behind() {
    let (source, cache) = (Source::new(1), Cache::current());
    let by_hand = || cache.entry::<Switched, u64>("by hand").global();
    price(&source, 5).await;
    price_sync(&source, 5);
    assert!(price::entry(6).begin().await.store(1) && by_hand().set(1).await);
    cache.set_mode(Mode::Off);
    source.write(2);
    assert_eq!((price::refresh(&source, 5).await, price_sync::refresh(&source, 5)), (2, 2));
    assert!(!price::entry(6).begin().await.store(2));
    assert!(!by_hand().set(2).await);
    assert_eq!(by_hand().get_or_set(|| async { 3 }).await, 3);
    cache.set_mode(Mode::On);
    assert_eq!((price(&source, 5).await, price_sync(&source, 5)), (2, 2));
    assert_eq!((price::entry(6).get().await, by_hand().get().await), (None, None));
}

#[cache_core::test]
async fn a_load_from_before_a_write_is_not_stored_though_it_is_on_again() {
    let (source, cache) = (Arc::new(Source::new(1)), Cache::current());
    let mut hold = source.hold();
    let load = tokio::spawn({
        let source = Arc::clone(&source);
        async move { price(&source, 5).await }
    });
    hold.reached().await;
    cache.set_mode(Mode::Off);
    set_price(&source, 5, 2).await;
    cache.set_mode(Mode::On);
    hold.release();
    assert_eq!(load.await.unwrap(), 1);
    assert_eq!(price(&source, 5).await, 2);
}

#[cache_core::test]
async fn a_fill_begun_while_it_is_off_is_checked_like_any_other() {
    let (source, cache) = (Source::new(1), Cache::current());
    cache.set_mode(Mode::Off);
    let (lost, kept) = (price::entry(5).begin().await, price::entry(6).begin().await);
    set_price(&source, 5, 2).await;
    cache.set_mode(Mode::On);
    assert_eq!((lost.store(1), kept.store(1)), (false, true));
}

#[cache_core::test]
async fn what_is_off_hands_up_what_it_depends_on() {
    for mode in [Mode::Off, Mode::Refresh] {
        let source = Source::new(1);
        Cache::current().set_alias_mode::<Switched>(mode);
        offer::invalidate_all().await;
        assert_eq!((offer(&source, 5).await, offer(&source, 5).await), (1, 1));
        assert_eq!(source.reads(), 1, "the load around it is cached");
        set_price(&source, 5, 2).await;
        assert_eq!(offer(&source, 5).await, 2);
    }
}

#[cache_core::test]
async fn refresh_loads_and_replaces() {
    let (source, cache) = (Source::new(1), Cache::current());
    price(&source, 5).await;
    price_sync(&source, 5);
    cache.set_mode(Mode::Refresh);
    source.write(2);
    assert_eq!(price::entry(5).get().await, None, "nothing stored is served");
    assert_eq!((price(&source, 5).await, price_sync(&source, 5)), (2, 2));
    source.write(3);
    assert_eq!((price(&source, 5).await, price_sync(&source, 5)), (3, 3));
    cache.set_mode(Mode::On);
    source.write(4);
    assert_eq!((price(&source, 5).await, price_sync(&source, 5)), (3, 3), "the last one is there");
}

#[cache_core::test]
async fn refresh_shares_no_load() {
    let source = Arc::new(Source::new(1));
    Cache::current().set_alias_mode::<Switched>(Mode::Refresh);
    let call = || {
        let source = Arc::clone(&source);
        tokio::spawn(async move { price(&source, 5).await })
    };
    let mut hold = source.hold();
    let first = call();
    hold.reached().await;
    source.write(2);
    assert_eq!(call().await.unwrap(), 2);
    hold.release();
    assert_eq!((first.await.unwrap(), source.reads()), (1, 2));
    Cache::current().set_alias_mode::<Switched>(Mode::On);
    assert_eq!(price(&source, 5).await, 2, "the younger of the two stays");
}

#[cache_core::test]
async fn of_two_modes_the_stricter_holds() {
    let cache = Cache::current();
    let effective = |all, one| {
        cache.set_mode(all);
        cache.set_alias_mode::<Switched>(one);
        price_sync(&Source::new(1), 5);
        let stats = cache.stats();
        stats.aliases.iter().find(|alias| alias.name == "switched").unwrap().mode
    };
    use Mode::{Off, On, Refresh};
    for (all, one, holds) in [
        (On, On, On),
        (On, Refresh, Refresh),
        (Refresh, On, Refresh),
        (Refresh, Off, Off),
        (Off, On, Off),
        (Off, Refresh, Off),
    ] {
        assert_eq!(effective(all, one), holds, "{all:?} for all, {one:?} for one");
    }
    assert_eq!(cache.mode(), Off);
}

#[cache_core::test]
async fn one_alias_is_switched_alone() {
    let (source, cache) = (Source::new(1), Cache::current());
    cache.set_alias_mode::<Switched>(Mode::Off);
    for _ in 0..2 {
        price(&source, 5).await;
    }
    assert_eq!(source.reads(), 2);
    for _ in 0..2 {
        offer(&source, 5).await;
    }
    assert_eq!(source.reads(), 3);
}

#[cache_core::test]
fn an_alias_says_how_it_starts() {
    let (source, cache) = (Source::new(1), Cache::current());
    let reads = || (never(&source), always(&source)) == (1, 1);
    assert!(reads() && reads());
    assert_eq!(source.reads(), 4);
    let modes: Vec<_> = cache.stats().aliases.iter().map(|alias| (alias.name, alias.mode)).collect();
    assert_eq!(modes, [("refreshed", Mode::Refresh), ("switched-off", Mode::Off)]);
    assert_eq!(always::entry().get(), None);
    cache.set_alias_mode::<Refreshed>(Mode::On);
    assert_eq!(always::entry().get(), Some(1), "each load was stored");
    cache.set_alias_mode::<SwitchedOff>(Mode::On);
    assert_eq!(never::entry().get(), None, "none was");
}
