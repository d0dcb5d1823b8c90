use cache_core::{Model, Tenant, invalidates};

#[derive(Tenant, Clone, Copy)]
struct Org(i64);

#[derive(Model)]
#[model(name = "rbac.role", per_tenant = Org, id = i64)]
struct Role;

#[invalidates(Role(id), per_tenant = org)]
fn grant(org: i64, id: i64) { let _ = (org, id); }

#[invalidates(Role(id), per_tenant)]
fn revoke(org: i64, id: i64) { let _ = (org, id); }

fn main() {}
