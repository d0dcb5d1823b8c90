use cache_core::Tenant;

#[derive(Tenant)]
struct Org(i64);

#[derive(Tenant)]
struct Unnamed(i64, i64);

#[derive(Tenant)]
struct OnlyParent {
    #[tenant(parent)]
    org: Org,
}

#[derive(Tenant)]
struct ParentLast {
    client: i64,
    #[tenant(parent)]
    org: Org,
}

#[derive(Tenant)]
struct TwoParents {
    #[tenant(parent)]
    org: Org,
    #[tenant(parent)]
    owner: Org,
    client: i64,
}

#[derive(Tenant)]
struct ParentIsNone {
    #[tenant(parent)]
    org: i64,
    client: i64,
}

#[derive(Tenant)]
struct LevelIsNoKey {
    org: i64,
    share: f64,
}

#[derive(Tenant)]
#[tenant(title = "org", parent = Org)]
struct Unknown(i64);

#[derive(Tenant)]
#[tenant(title = "org")]
struct Generic<T>(T);

fn main() {}
