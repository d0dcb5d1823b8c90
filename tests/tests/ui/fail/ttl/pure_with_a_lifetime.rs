use cache_core::{Model, Tenant, cached};

#[derive(Model)]
#[model(name = "shop.product", id = i64)]
struct Product;

#[derive(Tenant, Clone, Copy)]
struct Org(i64);

#[cached(pure, ttl = "1h")]
fn with_ttl(id: i64) -> i64 { id }

#[cached(pure, invalidate_on = [Product(id)])]
fn with_dependency(id: i64) -> i64 { id }

#[cached(pure, per_tenant)]
fn with_tenant(org: Org) -> i64 { org.0 }

fn main() {}
