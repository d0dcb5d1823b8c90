use cache_core::cached;

struct Request { org: i64 }

#[cached(per_tenant = request.org, skip(request))]
fn price(request: &Request, id: i64) -> i64 { request.org + id }

#[cached(per_user = 5)]
fn likes(id: i64) -> i64 { id }

fn main() {}
