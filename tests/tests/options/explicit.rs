//! `cache.entry::<Alias, V>(key)`: entries made by hand, without a function.

use std::sync::Arc;
use std::time::Duration;

use cache_core::{Alias, Cache, Entry, Invalidated, OfFunction, cached, invalidates, target, testing};
use tests::{Article, Client, Org, Person, Role, Source, until};

#[derive(Alias)]
#[alias(name = "by-hand", scope = tenant, ttl = "10m", max_ttl = "1h")]
struct ByHand;

#[derive(Alias)]
#[alias(name = "by-hand-forever", ttl = "forever")]
struct Forever;

type Article5 = Entry<u64, cache_core::Dependent>;

fn article(id: u64) -> Article5 {
    Cache::current().entry::<ByHand, u64>(id).global().depends_on(target::row::<Article>(&id))
}

#[cache_core::test]
async fn loads_once_and_keeps() {
    let (source, entry) = (Source::new(7), Cache::current().entry::<ByHand, u64>("a").global());
    assert_eq!(entry.get().await, None);
    for _ in 0..3 {
        assert_eq!(entry.get_or_set(|| source.read()).await, 7);
    }
    assert_eq!((entry.get().await, source.reads()), (Some(7), 1));
    let stats = Cache::current().stats().function("by-hand/entry");
    assert_eq!((stats.hits, stats.misses, stats.loads, stats.stores), (3, 1, 1, 1));
    assert_eq!(entry.invalidate().await, Invalidated::Confirmed);
    assert_eq!(entry.get().await, None);
}

#[cache_core::test]
async fn errors_are_returned_and_not_stored() {
    let entry = Cache::current().entry::<ByHand, u64>(5).global();
    assert_eq!(entry.try_get_or_set(async || Err("down")).await, Err("down"));
    assert_eq!(entry.get().await, None);
    assert_eq!(entry.try_get_or_set(async || Ok::<_, String>(1)).await, Ok(1));
    assert_eq!(entry.try_get_or_set(async || Err("down")).await, Ok(1));
    assert_eq!(entry.get().await, Some(1));
}

#[cache_core::test]
async fn what_is_set_is_there_and_replaces() {
    let entry = Cache::current().entry::<ByHand, String>(5).global();
    assert!(entry.set(String::from("one")).await);
    assert!(entry.set(&String::from("two")).await);
    assert_eq!(entry.get().await.as_deref(), Some("two"));
    assert_eq!(entry.get_or_set(async || "three".into()).await, "two");
}

/// A load that was under way when the value was set is older.
#[cache_core::test]
async fn what_is_set_wins_over_a_load_under_way() {
    let source = Arc::new(Source::new(1));
    let entry = || Cache::current().entry::<ByHand, u64>(5).global();
    let mut hold = source.hold();
    let loading = tokio::spawn({
        let source = Arc::clone(&source);
        async move { entry().get_or_set(|| source.read()).await }
    });
    hold.reached().await;
    assert!(entry().set(2).await);
    hold.release();
    assert_eq!(loading.await.unwrap(), 1);
    assert_eq!(entry().get().await, Some(2));
}

#[cache_core::test]
async fn depends_on_what_it_says() {
    let of_role =
        |org| Cache::current().entry::<ByHand, u64>(5).tenant(Org(org)).depends_on(target::row::<Role>(&5));
    let whole =
        Cache::current().entry::<ByHand, u64>("all").tenant(Org(1)).depends_on(target::model::<Role>());
    let outside = Cache::current().entry::<ByHand, u64>("outside").global();
    let outside = outside.depends_on(target::row::<Role>(&5).of(Org(1)));
    let wide = Cache::current().entry::<ByHand, u64>("wide").global().depends_on(target::row::<Role>(&5));
    let two = article(6).depends_on(target::row::<Article>(&7_u64));
    let reached = async |rows: target::Rows| {
        let watches = [of_role(1), of_role(2)].map(|entry| entry.watch());
        let watches = watches.into_iter().chain([&whole, &outside, &wide, &two].map(Entry::watch));
        let watches: Vec<_> = watches.collect();
        Cache::current().invalidate(rows).await;
        watches.iter().map(|watch| u8::from(watch.is_gone())).collect::<Vec<_>>()
    };
    assert_eq!(reached(target::row::<Role>(&5).of(Org(1))).await, [1, 0, 1, 1, 1, 0]);
    assert_eq!(reached(target::row::<Role>(&6).of(Org(1))).await, [0, 0, 1, 0, 1, 0]);
    assert_eq!(reached(target::row::<Role>(&5).of(Org(2))).await, [0, 1, 0, 0, 1, 0]);
    assert_eq!(reached(target::model::<Role>()).await, [1, 1, 1, 1, 1, 0]);
    assert_eq!(reached(target::row::<Article>(&6_u64)).await, [0, 0, 0, 0, 0, 1]);
    assert_eq!(reached(target::row::<Article>(&7_u64)).await, [0, 0, 0, 0, 0, 1]);
}

#[cache_core::test]
async fn scopes_aliases_types_and_keys_are_different_entries() {
    let cache = Cache::current();
    let client = |org, client| Client { org: Org(org), client };
    let entry = || cache.entry::<ByHand, u64>("x");
    let all = [
        entry().global(),
        entry().tenant(Org(1)),
        entry().tenant(Org(2)),
        entry().tenant(client(1, 1)),
        entry().user(Person(1)).global(),
        entry().user(Person(1)).tenant(Org(1)),
        entry().tenant(Org(2)).user(Person(1)),
        entry().tenant(Org(2)).user(Person(2)),
        cache.entry::<Forever, u64>("x").global(),
        cache.entry::<ByHand, u64>("y").global(),
        cache.entry::<ByHand, u64>("x".repeat(3000)).global(),
        cache.entry::<ByHand, u64>("x".repeat(3001)).global(),
    ];
    for (value, entry) in (0..).zip(&all) {
        assert!(entry.set(value).await);
    }
    assert!(cache.entry::<ByHand, i64>("x").global().set(-1).await);
    for (value, entry) in (0..).zip(&all) {
        assert_eq!(entry.get().await, Some(value), "{}", entry.key());
    }
    // The order in which the scope is said is none of its meaning.
    assert_eq!(entry().user(Person(1)).tenant(Org(2)).get().await, Some(6));
    assert_eq!(all[0].key(), "test:by-hand:by-hand/entry@2a2b7e06:key=x");
    assert_eq!(all[6].key(), "test:by-hand:org=2:person=1:by-hand/entry@2a2b7e06:key=x");
    assert!(all[11].key().starts_with("test:by-hand:by-hand/entry@2a2b7e06:key=!"), "{}", all[11].key());
}

#[cache_core::test]
async fn tenants_users_and_aliases_reach_them() {
    let cache = Cache::current();
    let entry = || cache.entry::<ByHand, u64>("x");
    let reached = async |target: target::Target| {
        let watches = [
            entry().global().watch(),
            entry().tenant(Org(1)).watch(),
            entry().tenant(Org(2)).user(Person(1)).watch(),
            cache.entry::<Forever, u64>("x").global().watch(),
        ];
        cache.invalidate(target).await;
        watches.map(|watch| u8::from(watch.is_gone()))
    };
    assert_eq!(reached(target::tenant(Org(1))).await, [0, 1, 0, 0]);
    assert_eq!(reached(target::user(Person(1)).into()).await, [0, 0, 1, 0]);
    assert_eq!(reached(target::alias::<ByHand>().into()).await, [1, 1, 1, 0]);
    assert_eq!(reached(target::alias::<ByHand>().of(Org(2))).await, [0, 0, 1, 0]);
    assert_eq!(reached(target::everything()).await, [1; 4]);
    let watch = cache.entry::<Forever, u64>("x").global().watch();
    entry().global().invalidate().await;
    watch.assert_kept();
}

#[cache_core::test]
async fn lives_as_long_as_it_says() {
    let cache = Cache::current();
    let alias = cache.entry::<ByHand, u64>("alias").global();
    let short = cache.entry::<ByHand, u64>("short").global().ttl(Duration::from_secs(60));
    let long = cache.entry::<ByHand, u64>("long").global().ttl(Duration::from_secs(86_400));
    let forever = cache.entry::<Forever, u64>("forever").global();
    let limited = cache.entry::<Forever, u64>("limited").global().ttl(Duration::from_secs(60));
    for entry in [&alias, &short, &long, &forever] {
        entry.get_or_set(async || 1).await;
    }
    assert!(limited.begin().await.store(1));
    let limited = cache.entry::<Forever, u64>("limited").global();
    let kept = async || {
        let mut kept = Vec::new();
        for entry in [&short, &limited, &alias, &long, &forever] {
            kept.push(entry.get().await.is_some());
        }
        kept
    };
    assert_eq!(kept().await, [true; 5]);
    testing::advance(Duration::from_secs(61));
    assert_eq!(kept().await, [false, false, true, true, true]);
    testing::advance(Duration::from_secs(600));
    assert_eq!(kept().await, [false, false, false, true, true]);
    testing::advance(Duration::from_secs(3600));
    assert_eq!(kept().await, [false, false, false, false, true], "`max_ttl` caps it");
}

#[cache_core::test]
fn sync_too_and_the_same_entries() {
    let cache = Cache::current();
    let entry = || cache.sync_entry::<ByHand, u64>(5).tenant(Org(1));
    assert_eq!(entry().try_get_or_set(|| Err("down")), Err("down"));
    assert_eq!(entry().get_or_set(|| 1), 1);
    assert_eq!(entry().get_or_set(|| 2), 1);
    assert_eq!(entry().get(), Some(1));
    assert!(entry().set(3));
    assert_eq!(entry().try_get_or_set(|| Err("down")), Ok(3));
    let depends = entry().depends_on(target::row::<Role>(&5)).ttl(Duration::from_secs(60));
    assert!(depends.begin().store(4));
    cache.invalidate_sync(target::row::<Role>(&5).of(Org(1)));
    assert_eq!(entry().get(), None);
    cache.sync_entry::<ByHand, u64>(6).user(Person(1)).global().get_or_set(|| 1);
    cache.invalidate_sync(target::user(Person(1)));
    assert_eq!(cache.sync_entry::<ByHand, u64>(6).global().user(Person(1)).get(), None);
}

#[invalidates(Article(id))]
async fn set_article(source: &Source, id: u64, value: u64) {
    let _ = id;
    source.write(value);
}

/// I1: the write comes while the load is held between reading and storing.
#[cache_core::test]
async fn a_load_that_raced_with_a_write_is_not_stored() {
    let source = Arc::new(Source::new(1));
    let mut hold = source.hold();
    let reader = tokio::spawn({
        let source = Arc::clone(&source);
        async move { article(5).get_or_set(|| source.read()).await }
    });
    hold.reached().await;
    set_article(&source, 5, 2).await;
    assert_eq!(article(5).get_or_set(|| source.read()).await, 2, "began after the write");
    hold.release();
    assert_eq!(reader.await.unwrap(), 1);
    assert_eq!(article(5).get().await, Some(2));
}

/// I5: many ask, one loads.
#[cache_core::test]
async fn many_who_ask_at_once_share_one_load() {
    let source = Arc::new(Source::new(1));
    let mut hold = source.hold();
    let ask = || {
        let source = Arc::clone(&source);
        tokio::spawn(async move { article(5).get_or_set(|| source.read()).await })
    };
    let first = ask();
    hold.reached().await;
    let others: Vec<_> = (0..5).map(|_| ask()).collect();
    until(|| testing::waiting() == 5).await;
    hold.release();
    for asked in others.into_iter().chain([first]) {
        assert_eq!(asked.await.unwrap(), 1);
    }
    assert_eq!(source.reads(), 1);
}

#[cached(ttl = "1h")]
async fn doubled(id: u64) -> u64 {
    article(id).get_or_set(async || id).await * 2
}

/// A function that makes one by hand depends on what that depends on, and lives no longer.
#[cache_core::test]
async fn a_function_around_it_depends_on_it() {
    assert_eq!((doubled(5).await, doubled(6).await), (10, 12));
    Cache::current().invalidate(target::row::<Article>(&5_u64)).await;
    assert_eq!(doubled::entry(5).get().await, None);
    assert!(doubled::entry(6).get().await.is_some());
    testing::advance(Duration::from_secs(601));
    assert_eq!(doubled::entry(6).get().await, None);
}

#[cached]
async fn sets(id: u64) -> u64 {
    Cache::current().entry::<ByHand, u64>(id).tenant(Org(1)).ttl(Duration::from_secs(1)).set(id).await;
    id
}

/// What a function only stores it doesn't depend on.
#[cache_core::test]
async fn a_function_that_sets_does_not_depend_on_it() {
    sets(5).await;
    testing::advance(Duration::from_secs(2));
    Cache::current().invalidate(target::alias::<ByHand>()).await;
    assert_eq!(sets::entry(5).get().await, Some(5));
}

#[cache_core::test]
async fn in_a_unit_of_work_nothing_is_stored() {
    let entry = Cache::current().entry::<ByHand, u64>(5).global();
    cache_core::unit_of_work(async {
        assert!(!entry.set(1).await);
        assert_eq!(entry.get_or_set(async || 2).await, 2);
        assert_eq!(entry.invalidate().await, Invalidated::Queued);
    })
    .await;
    assert_eq!(entry.get().await, None);
}

/// Entries can be named in signatures: those of functions without a second type.
#[cache_core::test]
async fn entries_have_names() {
    let of_function: Entry<u64> = doubled::entry(5);
    let _: Entry<u64, OfFunction> = of_function;
    let _: Article5 = article(5);
}

/// I10: what the closure reads before it returns its future is read after the stamps, and inside of the load.
#[cache_core::test]
async fn the_closure_is_part_of_the_load() {
    let source = Source::new(1);
    let outer = Cache::current().entry::<Forever, u64>("outer").global();
    let eager = || {
        let value = price_of_5(&source);
        async move { value }
    };
    assert_eq!(outer.get_or_set(eager).await, 1);
    set_article(&source, 5, 2).await;
    assert_eq!(outer.get().await, None, "depends on what it called");

    let racing = || {
        let value = price_of_5(&source);
        cache_core::Cache::current().invalidate_sync(target::row::<Article>(&6_u64));
        async move { value }
    };
    let entry = article(6);
    assert_eq!(entry.get_or_set(racing).await, 2);
    assert_eq!(entry.get().await, None, "changed while it was read");
}

#[cached(invalidate_on = [Article(5)])]
fn price_of_5(source: &Source) -> u64 {
    source.read_sync()
}
