use std::time::Duration;

use cache_core::{Model, cached};

#[derive(Model)]
#[model(name = "ui.product", id = u64)]
struct Product;

#[cached(ttl = "15m", allow_stale)]
fn short(id: u64) -> u64 { id }

#[cached(ttl = "5h", allow_stale, invalidate_on = [Product(id)])]
fn depends(id: u64) -> u64 { id }

#[cached(allow_stale, expires_in = |value| Duration::from_secs(*value))]
fn by_value(id: u64) -> u64 { id }

fn main() {}
