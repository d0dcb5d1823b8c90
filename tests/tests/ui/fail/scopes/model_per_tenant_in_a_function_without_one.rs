use cache_core::{Alias, Model, Tenant, cached};

#[derive(Tenant, Clone, Copy)]
struct Org(i64);

#[derive(Alias)]
#[alias(name = "ui.scoped", scope = tenant)]
struct Scoped;

#[derive(Model)]
#[model(name = "rbac.role", per_tenant = Org, id = i64)]
struct Role;

#[cached(invalidate_on = [Role])]
fn all(id: i64) -> i64 { id }

#[cached(invalidate_on = [Role(id)])]
fn row(id: i64) -> i64 { id }

#[cached(invalidate_on = [Role(id)])]
fn not_said(org: Org, id: i64) -> i64 { org.0 + id }

#[cached(alias = Scoped, global, invalidate_on = [Role(id)])]
fn said_otherwise(org: Org, id: i64) -> i64 { org.0 + id }

fn main() {}
