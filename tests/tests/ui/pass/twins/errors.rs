//! Errors that are stored, and those that are not.

use std::error::Error;
use std::sync::Arc;

use cache_core::cached;

#[derive(Clone, PartialEq, Debug)]
struct Refused;

#[cached(err_ttl = "2s")]
fn of_ones_own(id: u64) -> Result<u64, Refused> {
    if id > 0 { Ok(id) } else { Err(Refused) }
}

#[cached(err_ttl = "2s")]
async fn io(id: u64) -> Result<u64, Arc<std::io::Error>> {
    Ok(id)
}

#[cached(err_ttl = "2s")]
fn boxed(id: u64) -> Result<u64, Arc<dyn Error + Send + Sync>> {
    Ok(id)
}

/// Without `err_ttl` they may be anything.
#[cached]
fn not_stored(id: u64) -> Result<u64, Box<dyn Error>> {
    if id > 0 { Ok(id) } else { Err("none".into()) }
}

/// In place of errors: `None`.
#[cached(none_ttl = "2s")]
fn optional(id: u64) -> Option<u64> {
    (id > 0).then_some(id)
}

pub(crate) fn main() {
    assert_eq!((of_ones_own(0), of_ones_own::entry(0).get()), (Err(Refused), Some(Err(Refused))));
    assert!(boxed(5).is_ok() && not_stored(0).is_err() && not_stored::entry(0).get().is_none());
    assert_eq!((optional(0), optional::entry(0).get()), (None, Some(None)));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(runtime.block_on(io(5)).unwrap(), 5);
}
