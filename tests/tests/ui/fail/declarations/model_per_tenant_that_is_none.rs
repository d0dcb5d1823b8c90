use cache_core::Model;

struct Org(i64);

#[derive(Model)]
#[model(name = "rbac.role", per_tenant = Org, id = i64)]
struct Role;

#[derive(Model)]
#[model(name = "rbac.member", per_tenant = Orgg, id = i64)]
struct Member;

fn main() {}
