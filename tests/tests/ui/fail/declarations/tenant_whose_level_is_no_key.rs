use cache_core::Tenant;

struct Id(i64);

#[derive(Tenant)]
struct Org(Id);

fn main() {}
