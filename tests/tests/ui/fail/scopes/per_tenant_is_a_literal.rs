use cache_core::{Tenant, cached};

#[derive(Tenant, Clone, Copy)]
struct Org(i64);

#[cached(per_tenant = true)]
fn flag(org: Org) -> i64 { org.0 }

#[cached(per_tenant = "org")]
fn text(org: Org) -> i64 { org.0 }

#[cached(per_tenant(org))]
fn parentheses(org: Org) -> i64 { org.0 }

#[cached(per_user: org)]
fn colon(org: Org) -> i64 { org.0 }

fn main() {}
