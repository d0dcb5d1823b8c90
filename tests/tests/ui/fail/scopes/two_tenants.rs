use cache_core::{Alias, Tenant, cached};

#[derive(Tenant, Clone, Copy)]
struct Org(i64);

#[derive(Tenant, Clone, Copy)]
struct Shop(i64);

#[derive(Alias)]
#[alias(name = "ui.scoped", scope = tenant)]
struct Scoped;

#[cached(per_tenant)]
fn transfer(from: Org, to: Org) -> i64 { from.0 + to.0 }

#[cached(alias = Scoped)]
fn of_two_types(org: Org, shop: Shop) -> i64 { org.0 + shop.0 }

fn main() {}
