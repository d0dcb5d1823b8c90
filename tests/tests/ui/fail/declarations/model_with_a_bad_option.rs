use cache_core::Model;

#[derive(Model)]
#[model(name = "a", key = i64)]
struct Unknown;

#[derive(Model)]
#[model(name = "shop product")]
struct Name;

#[derive(Model)]
#[model(table = "products")]
struct Table;

#[derive(Model)]
#[model(name = "d", tenant = Org, per_tenant)]
struct Tenant;

#[derive(Model)]
#[model(name = "e", per_tenant = "Org")]
struct Text;

#[derive(Model)]
#[model(name = "f", crate = 5)]
struct Renamed;

fn main() {}
