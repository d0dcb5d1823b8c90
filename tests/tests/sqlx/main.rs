//! Units of work on real databases: SQLite in a file, and PostgreSQL, a server of its own for each test.

mod postgres;
mod shared;
mod sqlite;

use std::time::{Duration, Instant};

/// A row of both databases.
#[derive(cache_core::Model)]
#[model(name = "sqlx.account", id = i64)]
pub struct Account;

/// Asks again until it is so, for what another process is about to do.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !is_so().await {
        assert!(Instant::now() < end, "still not so: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
