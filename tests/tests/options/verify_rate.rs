//! `verify_rate`: a share of the hits is loaded again behind the caller, and compared.

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cache_core::{Alias, Cache, FunctionStats, Rate, cached, invalidates, testing, unit_of_work};
use tests::{Article, Source, until};
use tracing::field::{Field, Visit};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

#[derive(Alias)]
#[alias(name = "verify-rate.always", ttl = "1h", verify_rate = 1.0, max_staleness = "2s")]
struct Always;

#[derive(Alias)]
#[alias(name = "verify-rate.never", ttl = "1h", verify_rate = 0.0)]
struct Never;

#[derive(Alias)]
#[alias(name = "verify-rate.half", ttl = "1h", verify_rate = 0.5)]
struct Half;

const MAX_STALENESS: Duration = Duration::from_secs(2);

#[cached(alias = Always, invalidate_on = [Article(id)], early = 1.0)]
async fn owned(source: Arc<Source>, id: u64) -> u64 {
    let _ = id;
    source.read().await
}

#[cached(alias = Never, invalidate_on = [Article], early = 1.0)]
async fn never(source: Arc<Source>) -> u64 {
    source.read().await
}

#[cached(alias = Half, early = 1.0)]
async fn half(source: Arc<Source>) -> u64 {
    source.read().await
}

#[cached(alias = Always)]
async fn borrowed(source: &Source) -> u64 {
    source.read().await
}

/// It could run behind, and nothing asks for that.
#[cached(alias = Always)]
async fn stays_in_its_caller(source: Arc<Source>) -> u64 {
    source.read().await
}

/// What a function says itself goes before what its alias says.
#[cached(alias = Never, verify_rate = 1.0)]
async fn by_itself(source: Arc<Source>) -> u64 {
    source.read().await
}

#[cached(alias = Never, verify_rate = 1.0, cache = cache, skip(cache))]
async fn of_a_cache(cache: Cache, source: Arc<Source>) -> u64 {
    let _ = cache;
    source.read().await
}

#[cached(alias = Always, verify_rate = 0.0, early = 1.0)]
async fn not_by_itself(source: Arc<Source>) -> u64 {
    source.read().await
}

#[cached(alias = Always)]
fn sync(source: &Source) -> u64 {
    source.read_sync()
}

#[cached(alias = Always, local)]
async fn stays(source: Arc<Source>) -> u64 {
    source.read().await
}

#[cached(alias = Always, err_ttl = "10m", early = 1.0)]
async fn fails(source: Arc<Source>) -> Result<u64, String> {
    match source.read().await {
        0 => Err("down".into()),
        value => Ok(value),
    }
}

#[cached(alias = Always, none_ttl = "off", early = 1.0)]
async fn finds(source: Arc<Source>) -> Option<u64> {
    Some(source.read().await).filter(|value| *value > 0)
}

#[cached(alias = Always, early = 1.0)]
async fn unordered(source: Arc<Source>) -> HashMap<u64, u64> {
    let first = source.read().await;
    (0..5).map(|key| (key, key + first)).collect()
}

#[cached(alias = Always, early = 1.0)]
async fn ordered(source: Arc<Source>) -> Vec<u64> {
    match source.read().await {
        1 => vec![1, 2, 3],
        _ => vec![3, 2, 1],
    }
}

#[cached(alias = Never)]
async fn around(source: Arc<Source>, id: u64) -> u64 {
    owned(source, id).await
}

#[invalidates(Article(id))]
async fn write(id: u64) {
    let _ = id;
}

fn stats(name: &str) -> FunctionStats {
    Cache::current().stats().function(name)
}

/// What was compared of a function's values, and what of that differed.
fn compared(name: &str) -> (u64, u64) {
    (stats(name).verified, stats(name).mismatches)
}

/// The warnings of a test.
#[derive(Clone, Default)]
struct Warnings(Arc<Mutex<Vec<String>>>);

impl Warnings {
    /// From here on, on this thread.
    fn listen() -> (Warnings, DefaultGuard) {
        let warnings = Warnings::default();
        let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(warnings.clone()));
        (warnings, guard)
    }

    fn heard(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl<S: Subscriber> Layer<S> for Warnings {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        struct Text(String);
        impl Visit for Text {
            fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
                self.0 += &format!("{}: {value:?}; ", field.name());
            }
        }
        if *event.metadata().level() == Level::WARN {
            let mut text = Text(String::new());
            event.record(&mut text);
            self.0.lock().unwrap().push(text.0);
        }
    }
}

/// Whoever can go on has done so: all run on this thread.
async fn all_have_run() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

/// A value that differs is being thought over: until it is too late for an invalidation.
async fn thought_over(invalidation: impl AsyncFnOnce()) {
    until(|| testing::waiting() == 1).await;
    testing::advance(MAX_STALENESS - Duration::from_millis(1));
    all_have_run().await;
    assert_eq!(testing::waiting(), 1, "so long it isn't decided");
    invalidation().await;
    testing::advance(Duration::from_millis(2));
    all_have_run().await;
    assert_eq!(testing::waiting(), 0);
}

#[cache_core::test]
async fn what_changed_without_an_invalidation_is_a_mismatch() {
    let (warnings, _listening) = Warnings::listen();
    let source = Arc::new(Source::new(1));
    assert_eq!(owned(Arc::clone(&source), 5).await, 1);
    source.write(2);
    assert_eq!(owned(Arc::clone(&source), 5).await, 1, "the caller waits for nothing");
    until(|| stats("owned").stores == 2).await;
    assert_eq!(owned::entry(5).get().await, Some(2), "what was loaded replaces the old one");
    assert_eq!(compared("owned"), (0, 0), "its invalidation may be under way");
    thought_over(async || {}).await;
    assert_eq!(compared("owned"), (1, 1));
    let heard = warnings.heard();
    let [warning] = &heard[..] else { panic!("{heard:#?}") };
    for part in ["verify_rate::owned:id=5", "a row of tests.article", "nothing has invalidated it"] {
        assert!(warning.contains(part), "{warning}");
    }
    let stats = stats("owned");
    assert_eq!((stats.hits, stats.misses, stats.loads), (2, 1, 2), "{stats:#?}");
    assert_eq!((stats.background_loads, stats.early_loads), (1, 0), "{stats:#?}");
}

#[cache_core::test]
async fn what_is_as_it_was_is_verified() {
    let source = Arc::new(Source::new(1));
    for reads in 1..=5 {
        assert_eq!(owned(Arc::clone(&source), 5).await, 1);
        until(|| stats("owned").verified + 1 == reads).await;
        assert_eq!(source.reads(), reads);
    }
    assert_eq!(compared("owned"), (4, 0));
}

#[cache_core::test]
async fn what_is_invalidated_is_no_mismatch() {
    let source = Arc::new(Source::new(1));
    for value in 2..5 {
        owned(Arc::clone(&source), 5).await;
        source.write(value);
        write(5).await;
        assert_eq!(owned(Arc::clone(&source), 5).await, value);
        all_have_run().await;
    }
    assert_eq!((stats("owned").misses, compared("owned")), (4, (0, 0)));
}

/// The load reads what was committed, and the invalidation comes before it ends.
#[cache_core::test]
async fn nor_is_what_is_invalidated_while_it_is_loaded() {
    let source = Arc::new(Source::new(1));
    assert_eq!(owned(Arc::clone(&source), 5).await, 1);
    let mut hold = source.hold();
    source.write(2);
    assert_eq!(owned(Arc::clone(&source), 5).await, 1);
    hold.reached().await;
    write(5).await;
    hold.release();
    until(|| stats("owned").raced == 1).await;
    all_have_run().await;
    assert_eq!((testing::waiting(), compared("owned")), (0, (0, 0)));
}

/// The load reads what was committed, and ends before the invalidation comes.
#[cache_core::test]
async fn nor_is_what_is_invalidated_soon_after() {
    let (warnings, _listening) = Warnings::listen();
    let source = Arc::new(Source::new(1));
    assert_eq!(owned(Arc::clone(&source), 5).await, 1);
    source.write(2);
    assert_eq!(owned(Arc::clone(&source), 5).await, 1);
    until(|| stats("owned").stores == 2).await;
    thought_over(async || write(5).await).await;
    assert_eq!((compared("owned"), warnings.heard().len()), ((0, 0), 0));
}

#[cache_core::test]
async fn one_load_at_a_time_verifies_a_key_and_nobody_waits() {
    let source = Arc::new(Source::new(1));
    assert_eq!(owned(Arc::clone(&source), 5).await, 1);
    let mut hold = source.hold();
    assert_eq!(owned(Arc::clone(&source), 5).await, 1);
    hold.reached().await;
    for _ in 0..10 {
        assert_eq!(owned(Arc::clone(&source), 5).await, 1);
    }
    all_have_run().await;
    assert_eq!(source.reads(), 2);
    hold.release();
    until(|| stats("owned").verified == 1).await;
    assert_eq!((stats("owned").hits, stats("owned").misses), (11, 1));
}

/// Others that go on behind their callers' backs have room.
#[cache_core::test]
async fn so_many_keys_are_verified_at_once() {
    let source = Arc::new(Source::new(1));
    for id in 0..100 {
        owned(Arc::clone(&source), id).await;
    }
    let holds: Vec<_> = (0..100).map(|_| source.hold()).collect();
    for id in 0..100 {
        assert_eq!(owned(Arc::clone(&source), id).await, 1);
    }
    all_have_run().await;
    assert_eq!((source.reads(), stats("owned").hits), (164, 100));
    drop(holds);
    until(|| stats("owned").verified == 64).await;
    assert_eq!(owned(Arc::clone(&source), 99).await, 1);
    until(|| stats("owned").verified == 65).await;
}

#[cache_core::test]
async fn what_fails_or_is_not_stored_is_not_compared() {
    let source = Arc::new(Source::new(1));
    assert_eq!(fails(Arc::clone(&source)).await, Ok(1));
    assert_eq!(finds(Arc::clone(&source)).await, Some(1));
    source.write(0);
    assert_eq!(fails(Arc::clone(&source)).await, Ok(1));
    until(|| stats("fails").errors == 1).await;
    assert_eq!(fails::entry().get().await, Some(Ok(1)), "nor does the failure replace it");
    assert_eq!(finds(Arc::clone(&source)).await, Some(1));
    until(|| stats("finds").loads == 2).await;
    all_have_run().await;
    assert_eq!((testing::waiting(), compared("fails"), compared("finds")), (0, (0, 0), (0, 0)));
}

#[cache_core::test]
async fn a_stored_error_is_not_compared() {
    let source = Arc::new(Source::new(0));
    assert_eq!(fails(Arc::clone(&source)).await, Err("down".into()));
    source.write(1);
    assert_eq!(fails(Arc::clone(&source)).await, Err("down".into()));
    until(|| stats("fails").stores == 2).await;
    all_have_run().await;
    assert_eq!((testing::waiting(), compared("fails")), (0, (0, 0)));
    assert_eq!(fails::entry().get().await, Some(Ok(1)));
}

#[cache_core::test]
async fn an_order_that_is_of_no_account_is_not_compared() {
    let source = Arc::new(Source::new(1));
    for verified in 0..20 {
        unordered(Arc::clone(&source)).await;
        until(|| stats("unordered").verified == verified).await;
    }
    assert_eq!(compared("unordered"), (19, 0));
    source.write(2);
    unordered(Arc::clone(&source)).await;
    thought_over(async || {}).await;
    assert_eq!(compared("unordered"), (20, 1));
}

#[cache_core::test]
async fn an_order_that_counts_is_compared() {
    let source = Arc::new(Source::new(1));
    ordered(Arc::clone(&source)).await;
    source.write(2);
    ordered(Arc::clone(&source)).await;
    thought_over(async || {}).await;
    assert_eq!(compared("ordered"), (1, 1));
}

#[cache_core::test]
async fn none_is_verified_at_a_rate_of_nothing() {
    let source = Arc::new(Source::new(1));
    for _ in 0..1_000 {
        assert_eq!(never(Arc::clone(&source)).await, 1);
    }
    all_have_run().await;
    assert_eq!((source.reads(), compared("never")), (1, (0, 0)));
}

#[cache_core::test]
async fn a_function_has_a_rate_of_its_own() {
    let source = Arc::new(Source::new(1));
    for verified in 0..5 {
        assert_eq!(by_itself(Arc::clone(&source)).await, 1);
        until(|| stats("by_itself").verified == verified).await;
    }
    source.write(2);
    assert_eq!(by_itself(Arc::clone(&source)).await, 1);
    until(|| testing::waiting() == 1).await;
    testing::advance(Duration::from_secs(2));
    until(|| stats("by_itself").mismatches == 1).await;
    let reads = source.reads();
    for _ in 0..10 {
        assert_eq!(not_by_itself(Arc::clone(&source)).await, 2);
    }
    all_have_run().await;
    assert_eq!((source.reads(), compared("not_by_itself")), (reads + 1, (0, 0)));
}

/// Who operates the program has the last word.
#[tokio::test]
async fn what_is_set_from_outside_goes_before_it() {
    let source = Arc::new(Source::new(1));
    let set = |rate| Cache::builder().alias::<Never>(move |settings| settings.verify_rate(Rate::new(rate)));
    let [as_said, never] = [set(0.0), set(1e-9)].map(|builder| builder.build().unwrap());
    for cache in [&as_said, &never] {
        for _ in 0..5 {
            assert_eq!(of_a_cache(cache.clone(), Arc::clone(&source)).await, 1);
            all_have_run().await;
        }
    }
    let verified = |cache: &Cache| cache.stats().function("of_a_cache").verified;
    assert_eq!((verified(&as_said), verified(&never)), (4, 0));
}

#[cache_core::test]
async fn at_a_rate_between_some_are() {
    let source = Arc::new(Source::new(1));
    half(Arc::clone(&source)).await;
    for _ in 0..1_000 {
        assert_eq!(half(Arc::clone(&source)).await, 1);
        all_have_run().await;
    }
    let stats = stats("half");
    assert!((300..700).contains(&stats.verified), "{stats:#?}");
    assert_eq!((stats.hits, stats.misses, stats.loads), (1_000, 1, stats.verified + 1), "{stats:#?}");
}

/// Who was to be served at once pays for no load.
#[cache_core::test]
async fn what_can_not_be_verified_is_a_hit_and_says_so_once() {
    let (warnings, _listening) = Warnings::listen();
    let source = Arc::new(Source::new(1));
    for _ in 0..10 {
        assert_eq!((borrowed(&source).await, sync(&source), stays(Arc::clone(&source)).await), (1, 1, 1));
        assert_eq!(stays_in_its_caller(Arc::clone(&source)).await, 1);
    }
    assert_eq!(source.reads(), 4);
    for name in ["borrowed", "sync", "stays", "stays_in_its_caller"] {
        let stats = stats(name);
        assert_eq!((stats.hits, stats.misses, stats.verified), (9, 1, 0), "{stats:#?}");
        let heard = warnings.heard();
        let said = heard.iter().filter(|warning| warning.contains(&format!("::{name}\"")));
        assert_eq!(said.count(), 1, "{heard:#?}");
    }
}

#[cache_core::test]
async fn in_a_unit_of_work_hits_are_left_alone() {
    let source = Arc::new(Source::new(1));
    owned(Arc::clone(&source), 5).await;
    unit_of_work(async {
        for _ in 0..10 {
            assert_eq!(owned(Arc::clone(&source), 5).await, 1);
        }
    })
    .await;
    all_have_run().await;
    assert_eq!((source.reads(), stats("owned").bypassed), (1, 0));
}

#[cache_core::test]
async fn a_hit_in_another_load_is_what_that_load_depends_on() {
    let source = Arc::new(Source::new(1));
    owned(Arc::clone(&source), 5).await;
    assert_eq!(around(Arc::clone(&source), 5).await, 1);
    until(|| stats("owned").verified == 1).await;
    source.write(2);
    write(5).await;
    assert_eq!(around(Arc::clone(&source), 5).await, 2);
}
