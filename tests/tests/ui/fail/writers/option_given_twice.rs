use cache_core::{Model, invalidates};

#[derive(Model)]
#[model(name = "ui.product", id = i64)]
struct Product;

use cache_core::Cache;

#[invalidates(Product(id), on = ok, on = always)]
fn on_twice(id: i64) -> Result<(), String> { let _ = id; Ok(()) }

#[invalidates(Product(id), before_commit, before_commit)]
fn flag_twice(connection: &mut sqlx::PgConnection, id: i64) { let _ = (connection, id); }

#[invalidates(Product(id), cache = cache, cache = cache)]
fn cache_twice(cache: &Cache, id: i64) { let _ = (cache, id); }

#[invalidates(Product(id), per_tenant, per_tenant = ambient)]
fn scope_twice(id: i64) { let _ = id; }

fn main() {}
