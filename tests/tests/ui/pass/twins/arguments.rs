//! What becomes of arguments.

use cache_core::{CacheKey, NoKey, cached};

#[derive(NoKey)]
struct Connection;

#[derive(CacheKey)]
struct Filter(u64);

#[cached(skip(trace, user))]
fn skipped(connection: &Connection, user: &str, trace: u128, id: u64) -> u64 {
    let _ = (connection, user, trace);
    id
}

/// In place of what the body may change: a reference, a value, or a connection.
#[cached]
fn borrowed(ids: &[u64], mut first: u64, filter: &Filter) -> u64 {
    first += ids.len() as u64;
    first + filter.0
}

#[cached(skip(out))]
fn left_out(connection: &mut Connection, out: &mut Vec<u64>, id: u64) -> u64 {
    let _ = connection;
    out.push(id);
    id
}

/// What it holds beforehand.
#[cached(key = (ids.len()))]
fn before(ids: &mut Vec<u64>) -> u64 {
    ids.pop().unwrap_or(0)
}

/// In place of `impl AsRef<str>`.
#[cached]
fn named(text: &str) -> String {
    text.to_owned()
}

pub(crate) fn main() {
    assert_eq!((skipped(&Connection, "a", 7, 5), skipped::entry(5).get()), (5, Some(5)));
    assert_eq!((borrowed(&[1], 2, &Filter(3)), borrowed::entry(&[1], 2, &Filter(3)).get()), (6, Some(6)));
    assert_eq!(
        (left_out(&mut Connection, &mut vec![], 5), before(&mut vec![1, 2]), named("a")),
        (5, 2, "a".into())
    );
}
