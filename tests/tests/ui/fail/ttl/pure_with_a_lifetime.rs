use std::time::Duration;

use cache_core::{Model, Tenant, User, cached};

#[derive(Model)]
#[model(name = "shop.product", id = i64)]
struct Product;

#[derive(Tenant, Clone, Copy)]
struct Org(i64);

#[derive(User, Clone, Copy)]
struct UserId(i64);

#[cached(pure, ttl = "1h")]
fn with_ttl(id: i64) -> i64 { id }

#[cached(pure, expires_in = |value| Duration::from_secs(*value as u64))]
fn with_a_value_that_says(id: i64) -> i64 { id }

#[cached(pure, allow_stale)]
fn with_stale_values(id: i64) -> i64 { id }

#[cached(pure, invalidate_on = [Product(id)])]
fn with_dependency(id: i64) -> i64 { id }

#[cached(pure, per_tenant)]
fn with_tenant(org: Org) -> i64 { org.0 }

#[cached(pure, per_user)]
fn with_user(user: UserId) -> i64 { user.0 }

fn main() {}
