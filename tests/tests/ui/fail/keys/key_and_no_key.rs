use cache_core::{CacheKey, NoKey, Tenant, cached};

#[derive(CacheKey, NoKey)]
struct Both(u64);

#[derive(NoKey, CacheKey)]
struct BothOf<T>(T);

#[derive(Tenant, NoKey)]
struct Org(u64);

#[cached]
fn price(both: Both, id: u64) -> u64 { both.0 + id }

fn main() {}
