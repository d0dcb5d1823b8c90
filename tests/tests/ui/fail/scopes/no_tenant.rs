use cache_core::cached;

#[cached(per_tenant)]
fn price(org: i64, id: i64) -> i64 { org + id }

#[cached(per_user)]
fn likes(user: i64) -> i64 { user }

fn main() {}
