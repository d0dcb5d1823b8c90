//! `skip` and `NoKey`: what is not part of the key.

use std::sync::Arc;

use cache_core::{NoKey, cached};
use tests::Source;

/// Neither a key nor marked as none.
struct Request {
    trace: u64,
}

#[derive(NoKey)]
struct Pool<T> {
    _connections: Vec<T>,
}

struct State<T>(T);

impl<T: NoKey> NoKey for State<T> {}

#[derive(Clone, Copy)]
struct Path<T>(T);

#[cached(skip(request, now))]
fn skipped(source: &Source, id: u64, request: &Request, now: f64) -> u64 {
    let _ = (id, request.trace, now);
    source.read_sync()
}

#[cached]
async fn left_out(
    pool: &Pool<u8>,
    shared: Arc<Pool<u16>>,
    State(source): State<Arc<Source>>,
    Path(id): Path<u64>,
) -> u64 {
    let _ = (pool, shared, id);
    source.read().await
}

#[cached]
fn destructured(
    (a, mut b): (u64, u64),
    Path(Path(c)): Path<Path<u64>>,
    &d: &u64,
    _: &str,
    [e, ..]: [u64; 3],
) -> u64 {
    b += 1;
    a + b + c + d + e
}

#[cache_core::test]
fn skipped_arguments_do_not_count() {
    let source = Source::new(1);
    skipped(&source, 5, &Request { trace: 1 }, 0.1);
    skipped(&source, 5, &Request { trace: 2 }, 0.2);
    assert_eq!(source.reads(), 1);
    assert_eq!(skipped::entry(5).get(), Some(1));
}

#[cache_core::test]
async fn arguments_of_types_that_are_no_keys_do_not_count() {
    let source = Arc::new(Source::new(1));
    let call = || {
        let shared = Arc::new(Pool { _connections: vec![] });
        let source = State(Arc::clone(&source));
        async move { left_out(&Pool { _connections: vec![] }, shared, source, Path(5)).await }
    };
    call().await;
    call().await;
    assert_eq!(source.reads(), 1);
}

#[cache_core::test]
fn what_patterns_bind_counts() {
    let call = |a, c, word: &str, rest| destructured((a, 2), Path(Path(c)), &4, word, [5, rest, rest]);
    assert_eq!(call(1, 3, "x", 0), 16);
    assert_eq!(
        destructured::entry((1, 2), Path(Path(3)), &4, [5, 0, 0]).key(),
        "test:default:options::skip::destructured@2a2b7e06:a=1:b=2:c=3:d=4:e=5"
    );
    assert_eq!(call(1, 3, "y", 1), 16, "what no name is bound to doesn't");
    assert_eq!(cache_core::Cache::current().stats().total().hits, 1);
    assert_eq!(call(2, 3, "x", 0), 17);
}
