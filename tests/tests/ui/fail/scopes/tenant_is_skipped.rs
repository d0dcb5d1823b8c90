use cache_core::{Tenant, cached};

#[derive(Tenant, Clone, Copy)]
struct Org(i64);

#[cached(per_tenant, skip(org))]
fn price(org: Org, id: i64) -> i64 { org.0 + id }

#[cached(per_tenant)]
fn optional(org: Option<Org>) -> i64 { org.map_or(0, |org| org.0) }

fn main() {}
