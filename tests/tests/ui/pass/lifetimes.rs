//! Borrowed arguments: elided, named, hidden in a path.
#![deny(warnings)]

use std::borrow::Cow;
use std::sync::Arc;

use cache_core::{CacheKey, NoKey, cached, invalidates, Model};

#[derive(NoKey)]
struct Db<'a>(&'a str);

#[derive(CacheKey)]
struct Name<'a>(&'a str);

#[derive(Model)]
#[model(name = "ui.lifetimes", id = String)]
struct Row;

#[cached(invalidate_on = [Row(text)])]
fn elided(text: &str, more: &[&str]) -> usize {
    text.len() + more.len()
}

#[cached]
fn named<'a, 'b: 'a>(text: &'a str, other: &'b str, name: Name<'b>) -> String
where
    'a: 'a,
{
    format!("{text}{other}{}", name.0)
}

#[cached]
fn hidden(text: Cow<'_, str>, db: &Db<'_>) -> String {
    format!("{text}{}", db.0)
}

#[cached]
async fn later<'a>(text: &'a str, db: &'a Db<'_>) -> Arc<str> {
    format!("{text}{}", db.0).into()
}

#[cached(local)]
fn constant(n: u64) -> &'static str {
    if n > 1 { "many" } else { "one" }
}

#[invalidates(Row(text))]
fn borrows<'a>(text: &'a str) -> &'a str {
    text
}

fn main() {
    let text = String::from("a");
    assert_eq!(elided(&text, &["b"]), 2);
    assert_eq!(elided::entry(&text, &["b"]).get(), Some(2));
    assert_eq!(borrows(&text), "a");
    assert_eq!(elided::entry(&text, &["b"]).get(), None);
    assert_eq!(named("a", "b", Name("c")), "abc");
    assert_eq!(named::entry("a", "b", Name("c")).get().as_deref(), Some("abc"));
    assert_eq!(hidden(Cow::Borrowed("a"), &Db("b")), "ab");
    // What is `NoKey` is left out.
    assert_eq!(hidden::entry(Cow::Borrowed("a")).get().as_deref(), Some("ab"));
    assert_eq!(constant(1), "one");
    let db = Db("b");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        assert_eq!(&*later(&text, &db).await, "ab");
        assert_eq!(later::entry(&text).get().await.as_deref(), Some("ab"));
    });
}
