//! How long values live.

use std::time::Duration;

use cache_core::{Alias, Model, cached};

#[derive(Model)]
#[model(name = "ttl.product", id = u64)]
struct Product;

#[derive(Alias)]
#[alias(name = "ttl.long", ttl = "1d")]
struct Long;

#[cached(ttl = "900s", none_ttl = "1h30m", err_ttl = "500ms")]
fn short(id: u64) -> Result<Option<u64>, String> {
    Ok(Some(id))
}

#[cached(ttl = "5h", allow_stale)]
fn stale(id: u64) -> u64 {
    id
}

#[cached(none_ttl = "1d", err_ttl = "5h", allow_stale)]
fn stale_in_part(id: u64) -> Result<Option<u64>, String> {
    Ok(Some(id))
}

/// What the settings say of its alias may be long one day.
#[cached(allow_stale)]
fn stale_by_settings(id: u64) -> u64 {
    id
}

#[cached(ttl = "forever", invalidate_on = [Product(id)])]
fn depends(id: u64) -> u64 {
    id
}

#[cached(none_ttl = "5h", invalidate_on = [Product(id)])]
fn depends_in_part(id: u64) -> Option<u64> {
    Some(id)
}

#[cached(alias = Long, ttl = "4h")]
fn shorter(id: u64) -> u64 {
    id
}

#[cached(alias = Long, invalidate_on = [Product])]
fn of_an_alias(id: u64) -> u64 {
    id
}

#[cached(expires_in = |seconds| Duration::from_secs(*seconds))]
fn by_value(id: u64) -> u64 {
    id
}

/// `None` may be forgotten, and errors kept, of what depends on its arguments alone.
#[cached(pure, none_ttl = "off", err_ttl = "5h", skip(log))]
fn pure(text: &str, log: fn(&str)) -> Result<Option<u64>, std::num::ParseIntError> {
    log(text);
    text.parse().map(Some)
}

pub(crate) fn main() {
    assert_eq!((short(1), stale_in_part(1)), (Ok(Some(1)), Ok(Some(1))));
    assert_eq!(
        (stale(1), stale_by_settings(1), depends(1), shorter(1), of_an_alias(1), by_value(1)),
        (1, 1, 1, 1, 1, 1)
    );
    assert_eq!(
        (depends_in_part(1), pure("5", |_| ()), pure::entry("5").get()),
        (Some(1), Ok(Some(5)), Some(Ok(Some(5))))
    );
}
