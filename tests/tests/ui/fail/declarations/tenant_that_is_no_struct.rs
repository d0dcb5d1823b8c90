use cache_core::Tenant;

#[derive(Tenant)]
enum Org { A, B }

#[derive(Tenant)]
struct Nobody;

fn main() {}
