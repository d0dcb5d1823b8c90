//! Declarations, with all that can be said.

use cache_core::{Alias, CacheKey, KeyWriter, Model, NoKey, Tenant, User, cached};

#[derive(Alias)]
#[alias(
    name = "declarations.prices",
    scope = [tenant, user],
    ttl = "15m",
    max_ttl = "1h",
    jitter = 0.0,
    max_entries = 10_000,
    max_loads = 5,
    load_wait = "1s",
    codec = rmp,
    compress = zstd,
    compress_threshold = "4KiB",
    encrypt = true,
    durability = "replicated",
    verify_rate = 1.0,
    mode = on
)]
struct Prices;

#[derive(Alias)]
#[alias(name = "declarations.endless", scope = tenant, ttl = "forever", max_ttl = "1h", crate = ::cache_core)]
struct Endless;

#[derive(Alias)]
#[alias(name = "declarations.of-bytes", max_bytes = "64MiB")]
struct OfBytes;

#[derive(Alias)]
#[alias(name = "declarations.of-a-number-of-bytes", max_bytes = 64_000_000)]
struct OfANumberOfBytes;

#[cached(alias = OfBytes)]
fn measured(id: u64) -> u64 {
    id
}

#[cached(alias = Endless, global, local, ttl = "1h")]
fn of_a_local_alias(id: u64) -> u64 {
    id
}

#[derive(Tenant, Clone, Copy)]
#[tenant(name = "organisation")]
struct Org(i64);

#[derive(Tenant, Clone, Copy)]
struct Branch {
    #[tenant(parent)]
    org: Org,
    branch: i64,
}

#[derive(User, Clone, Copy)]
#[user(name = "person")]
struct UserId(i64);

#[derive(Model)]
#[model(name = "declarations.role", per_tenant = Org)]
struct Role {
    #[model(id)]
    id: i64,
}

#[derive(Model)]
#[model(name = "declarations.line")]
struct Line {
    #[model(id)]
    order: i64,
    #[model(id)]
    sku: String,
}

#[derive(Model)]
#[model(name = "declarations.member", per_tenant = Branch, id = (i64, String))]
struct Member;

#[derive(Model)]
#[model(name = "declarations.kind", id = u8)]
enum Kind {
    One { id: u8 },
}

#[derive(CacheKey)]
enum Order {
    Price { descending: bool },
    Name(String),
    Newest,
}

/// What derives leave out, an implementation by hand does.
struct Filter {
    page: u64,
    limit: f64,
}

impl CacheKey for Filter {
    fn write_key(&self, key: &mut KeyWriter) {
        self.page.write_key(key);
    }
}

#[derive(NoKey)]
struct Pool;

#[cached(alias = Prices, invalidate_on = [Role(user.0)])]
fn price(pool: &Pool, org: Org, user: UserId, order: Order, filter: &Filter) -> i64 {
    let _ = (pool, order, filter.limit);
    org.0
}

#[cached(alias = Endless, invalidate_on = [Member(id, "a"), Line(id, "b")])]
fn member(branch: Branch, id: i64) -> i64 {
    branch.org.0 + branch.branch + id
}

pub(crate) fn main() {
    let filter = Filter { page: 1, limit: 0.5 };
    let orders = [Order::Price { descending: true }, Order::Name("a".into()), Order::Newest];
    for order in orders {
        assert_eq!(price(&Pool, Org(1), UserId(2), order, &filter), 1);
    }
    assert_eq!(member(Branch { org: Org(1), branch: 2 }, 3), 6);
    assert_eq!((measured(1), of_a_local_alias(2)), (1, 2));
    let (role, line, Kind::One { id }) =
        (Role { id: 1 }, Line { order: 1, sku: "b".into() }, Kind::One { id: 1 });
    assert_eq!((role.id, line.order, line.sku.as_str(), id), (1, 1, "b", 1));
}
