use cache_core::{Model, Tenant, User, cached, invalidates};

#[derive(Tenant, Clone, Copy)]
struct Org(i64);

#[derive(User, Clone, Copy)]
struct UserId(i64);

#[derive(Model)]
#[model(name = "ui.role", per_tenant = Org, id = i64)]
struct Role;

#[cached(per_tenant = Org)]
fn tenant(organisation: &Org) -> i64 { organisation.0 }

#[cached(per_user = UserId)]
fn user(user: UserId) -> i64 { user.0 }

#[invalidates(Role(id), per_tenant = Org)]
fn writer(org: Org, id: i64) { let _ = (org, id); }

fn main() {}
