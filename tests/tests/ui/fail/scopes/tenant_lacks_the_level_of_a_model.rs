use cache_core::{Model, Tenant, cached};

#[derive(Tenant, Clone, Copy)]
struct Org(i64);

#[derive(Tenant, Clone, Copy)]
struct Client {
    #[tenant(parent)]
    org: Org,
    client: i64,
}

#[derive(Model)]
#[model(name = "crm.note", per_tenant = Client, id = i64)]
struct Note;

#[cached(per_tenant, invalidate_on = [Note(id)])]
fn note(org: Org, id: i64) -> i64 { org.0 + id }

fn main() {}
