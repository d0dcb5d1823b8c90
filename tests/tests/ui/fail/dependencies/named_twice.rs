use cache_core::{Model, Tenant, cached, invalidates};

#[derive(Tenant, Clone, Copy)]
struct Org(i64);

#[derive(Model)]
#[model(name = "ui.role", per_tenant = Org, id = i64)]
struct Role;

#[cached(per_tenant, invalidate_on = [Role(id), Role(id)])]
fn rows(org: Org, id: i64) -> i64 { org.0 + id }

#[cached(per_tenant, invalidate_on = [Role(id), Role])]
fn row_of_the_model(org: Org, id: i64) -> i64 { org.0 + id }

#[cached(per_tenant, invalidate_on = [across(Role), Role])]
fn model_of_all_tenants(org: Org, id: i64) -> i64 { org.0 + id }

#[invalidates(Role, Role(id))]
fn written(org: Org, id: i64) { let _ = (org, id); }

fn main() {}
