use cache_core::{Tenant, target};

#[derive(Tenant, Clone, Copy)]
struct Org(i64);

fn main() {
    let _ = target::tenant(Org(1)).of(Org(2));
    let _ = target::everything().of(Org(2));
}
