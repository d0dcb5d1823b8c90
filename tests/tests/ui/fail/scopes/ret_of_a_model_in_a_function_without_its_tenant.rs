use cache_core::{Model, Tenant, cached};

#[derive(Tenant, Clone, Copy)]
struct Org(i64);

#[derive(Model)]
#[model(name = "rbac.role", per_tenant = Org, id = i64)]
struct Role;

#[cached(invalidate_on = [Role(*ret)])]
fn named(name: String) -> i64 { name.len() as i64 }

#[cached(invalidate_on = [Role(each ids)])]
fn many(ids: Vec<i64>) -> i64 { ids[0] }

fn main() {}
