//! The application over HTTP, as it runs in earnest: two processes on PostgreSQL and Redis, and one without a cache beside them,
//! which is always right.

mod after_writes;
mod bad_input;
mod crawl;
mod processes;
mod random_walk;
mod reads;
mod redis_stops;
mod request;

use std::time::{Duration, Instant};

/// Asks again until it is so, for what another process is about to hear.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !is_so().await {
        assert!(Instant::now() < end, "still not so: {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
