use cache_core::{Tenant, cached};

#[derive(Tenant, Clone, Copy)]
struct Org(i64);

#[cached(per_tenant)]
fn transfer(from: Org, to: Org) -> i64 { from.0 + to.0 }

fn main() {}
