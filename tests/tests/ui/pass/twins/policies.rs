//! What is served of what ran out of time, and what is loaded before its time runs out.

use std::rc::Rc;

use cache_core::{Model, cached};

#[derive(Model)]
#[model(name = "policies.product", id = i64)]
struct Product;

#[cached(
    ttl = "15m",
    early = 1.0,
    stale_if_error = "1h",
    stale_while_revalidate = "30s",
    load_timeout = "300ms",
    invalidate_on = [Product(id)]
)]
async fn all(id: i64) -> Result<i64, String> {
    Ok(id)
}

#[cached(early = 2)]
fn whole(id: i64) -> i64 {
    id
}

#[cached(early = 0.5, local, stale_while_revalidate = "30s")]
fn of_a_sync_function(id: i64) -> i64 {
    id
}

#[cached(verify_rate = 0.001)]
async fn verified(id: i64) -> i64 {
    id
}

/// As long as its hits are none that can be, it is a word without effect.
#[cached(verify_rate = 0.0)]
async fn borrows(id: &i64) -> i64 {
    *id
}

#[cached(expires_in = |seconds| std::time::Duration::from_secs(*seconds), load_timeout = "1s")]
async fn by_value(seconds: u64) -> u64 {
    seconds
}

/// A body that stays in its thread is run by one of its callers: it borrows from him.
#[cached(stale_while_revalidate = "30s")]
async fn stays(id: &u64) -> u64 {
    let count = Rc::new(*id);
    std::future::ready(()).await;
    *count
}

#[cached(err_ttl = "2s", stale_if_error = "1h")]
fn errors_too(id: i64) -> Result<i64, String> {
    Ok(id)
}

pub(crate) fn main() {
    assert_eq!((whole(1), of_a_sync_function(1), errors_too(1)), (1, 1, Ok(1)));
    drop((all(1), by_value(1), stays(&1), verified(1), borrows(&1)));
}
