use cache_core::{Tenant, cached};

#[derive(Tenant, Clone, Copy)]
struct Org(i64);

#[cached(global)]
fn price(org: Org) -> i64 { org.0 }

fn main() {}
