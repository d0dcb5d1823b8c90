use std::borrow::Cow;

use cache_core::cached;

#[cached(local)]
fn plain(text: &str) -> &str { text }

#[cached]
fn named<'a>(text: &'a str, id: u64) -> Result<&'a str, String> { let _ = id; Ok(text) }

#[cached(local)]
async fn later(text: &str) -> &str { text }

#[cached(local)]
fn hidden(text: &str) -> Option<Cow<str>> { Some(text.into()) }

fn main() {}
