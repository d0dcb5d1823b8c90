//! The author's attributes tell callers what they say, once, and nobody else.
#![deny(warnings)]

use cache_core::{Model, cached, invalidates};

#[derive(Model)]
#[model(name = "ui.told")]
struct Told;

#[cached]
#[deprecated = "use `newer`"]
fn older(id: i64) -> i64 { id }

#[deprecated = "use `newer`"]
#[cached]
async fn older_async(id: i64) -> i64 { id }

#[deprecated = "use `newer`"]
#[invalidates(Told)]
fn older_writer() {}

#[cached]
#[must_use]
fn needed(id: i64) -> i64 { id }

#[invalidates(Told)]
#[must_use = "it says what was written"]
async fn needed_writer() -> i64 { 1 }

#[cached]
#[deny(clippy::all, unused_mut)]
fn linted(id: i64) -> i64 { let mut more = 1; id + more }

async fn calls() {
    older(1);
    older_async(1).await;
    older_writer();
    needed(1);
    needed_writer().await;
    linted(1);
}

fn main() { drop(calls()); }
