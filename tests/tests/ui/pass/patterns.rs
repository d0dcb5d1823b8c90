//! Destructured arguments, and those that are not used.
#![deny(warnings)]

use cache_core::{CacheKey, Model, cached, invalidates};

#[derive(CacheKey)]
struct Path<T>(T);

#[derive(CacheKey)]
struct Query {
    text: String,
    page: u64,
    #[allow(dead_code)]
    trace: u64,
}

struct State(#[allow(dead_code)] u64);

#[derive(Model)]
#[model(name = "ui.patterns", id = u64)]
struct Page;

#[cached(invalidate_on = [Page(*page)])]
fn search(Path(id): Path<u64>, Query { text, mut page, .. }: Query) -> String {
    page += 1;
    format!("{id} {text} {page}")
}

#[cached]
fn nested(Path((a, Path(b))): Path<(u64, Path<String>)>, &c: &u64, mut d: u64) -> String {
    d += 1;
    format!("{a} {b} {c} {d}")
}

#[cached(skip(state))]
fn skipped(State(state): State, id: u64) -> u64 {
    let _ = state;
    id
}

#[cached]
fn unused(_: u64, _id: u64) -> u64 {
    1
}

#[cached(when = *id > 1)]
async fn later(Path(id): Path<u64>, [a, b]: [u64; 2]) -> u64 {
    id + a + b
}

#[invalidates(Page(*page))]
fn turn(Path(page): Path<u64>) -> u64 {
    page
}

fn main() {
    let query = || Query { text: "x".into(), page: 1, trace: 7 };
    assert_eq!(search(Path(1), query()), "1 x 2");
    assert_eq!(search::entry(Path(1), query()).get().as_deref(), Some("1 x 2"));
    assert_eq!(turn(Path(1)), 1);
    assert_eq!(search::entry(Path(1), query()).get(), None);
    assert_eq!(search::refresh(Path(1), query()), "1 x 2");
    assert_eq!(nested(Path((1, Path("b".into()))), &2, 3), "1 b 2 4");
    assert_eq!(nested::entry(Path((1, Path("b".into()))), &2, 3).get().as_deref(), Some("1 b 2 4"));
    assert_eq!(skipped(State(1), 5), 5);
    assert_eq!(skipped::entry(5).get(), Some(5));
    // What `_` stands for, the body can't see: it is no part of the key.
    assert_eq!((unused(1, 2), unused::entry(2).get(), unused::entry(3).get()), (1, Some(1), None));
    let _ = later(Path(1), [1, 2]);
}
