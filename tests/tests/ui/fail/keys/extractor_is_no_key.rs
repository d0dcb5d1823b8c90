use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use cache_core::cached;

/// Not `NoKey`.
#[derive(Clone)]
struct App;

#[derive(serde::Deserialize)]
struct Page { page: u32 }

#[cached]
async fn state(state: State<App>, id: Path<i64>) -> i64 { let _ = state; id.0 }

#[cached]
async fn headers(headers: HeaderMap, Path(id): Path<i64>) -> i64 { let _ = headers; id }

#[cached]
async fn query(query: Query<Page>) -> i64 { i64::from(query.page) }

/// Not of serde.
#[derive(Clone)]
struct Card;

#[cached]
async fn json(Path(id): Path<i64>) -> Result<Json<Card>, i64> { Err(id) }

#[cached(skip(state, headers))]
async fn skipped(state: State<App>, headers: HeaderMap, Path(id): Path<i64>) -> i64 { let _ = (state, headers); id }

fn main() {}
