//! What the cache and the database did so far, for operators and for the tests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use cache_core::Cache;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::db::asking;

#[derive(Serialize, Deserialize, Clone, Default, Debug)]
pub struct Statistics {
    /// Of the database.
    pub queries: u64,
    /// Invalidations that the shared tier hasn't confirmed yet.
    pub pending: usize,
    /// Whether the shared tier is taken for dead.
    pub open: bool,
    pub functions: BTreeMap<String, Function>,
    pub routes: Routes,
}

/// By method and path, as `GET /products/{id}`.
pub type Routes = BTreeMap<String, Route>;

#[derive(Serialize, Deserialize, Clone, Default, PartialEq, Eq, Debug)]
pub struct Route {
    pub requests: u64,
    /// Of the database: queries outside of transactions, and transactions.
    pub queries: u64,
    /// Requests that asked the database nothing.
    pub hits: u64,
}

/// Counts the requests of each route, and their queries.
pub async fn count(State(app): State<Arc<App>>, path: MatchedPath, request: Request, next: Next) -> Response {
    let route = format!("{} {}", request.method(), path.as_str());
    let (response, queries) = asking(next.run(request)).await;
    let mut routes = app.routes.lock().unwrap_or_else(PoisonError::into_inner);
    let counted = routes.entry(route).or_default();
    counted.requests += 1;
    counted.queries += queries;
    counted.hits += u64::from(queries == 0);
    response
}

/// Of all routes so far.
pub type Counted = Mutex<Routes>;

#[derive(Serialize, Deserialize, Clone, Default, PartialEq, Eq, Debug)]
pub struct Function {
    pub hits: u64,
    pub misses: u64,
    pub shared_hits: u64,
    pub loads: u64,
    pub bypassed: u64,
    pub unscoped: u64,
}

async fn statistics(State(app): State<Arc<App>>) -> Json<Statistics> {
    let stats = Cache::current().stats();
    let shared = stats.shared.as_ref();
    let functions = stats.functions.iter().map(|function| {
        let counts = Function {
            hits: function.hits,
            misses: function.misses,
            shared_hits: function.shared_hits,
            loads: function.loads,
            bypassed: function.bypassed,
            unscoped: function.unscoped,
        };
        (function.name.to_owned(), counts)
    });
    Json(Statistics {
        queries: app.db.queries(),
        pending: shared.map_or(0, |shared| shared.pending),
        open: shared.is_some_and(|shared| shared.open),
        functions: functions.collect(),
        routes: app.routes.lock().unwrap_or_else(PoisonError::into_inner).clone(),
    })
}

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/statistics", get(statistics))
}
