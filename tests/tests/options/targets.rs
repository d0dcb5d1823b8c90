//! `cache.invalidate(target)`: each target reaches exactly what lies in it.

use cache_core::{Alias, Cache, Invalidated, cached, target, testing};
use tests::{Article, Client, Org, Person, Role};

#[derive(Alias)]
#[alias(name = "targets")]
struct Targets;

#[cached(alias = Targets, per_tenant, invalidate_on = [Role(id)])]
fn role(client: Client, id: i64) -> i64 {
    client.client + id
}

#[cached(per_tenant, invalidate_on = [Role])]
fn roles(org: Org) -> i64 {
    org.0
}

#[cached(per_tenant, per_user)]
fn mine(org: Org, person: Person) -> i64 {
    org.0 + person.0
}

#[cached(per_user)]
fn profile(person: Person) -> i64 {
    person.0
}

#[cached(name = "targets:article", invalidate_on = [Article(id)])]
fn article(id: u64) -> u64 {
    id
}

/// What a target reaches, by name.
async fn reached(target: impl Into<target::Target>) -> Vec<&'static str> {
    let client = |org, client| Client { org: Org(org), client };
    let watches: [(&str, testing::Watch); 9] = [
        ("role 5 of 1/1", role::entry(client(1, 1), 5).watch()),
        ("role 6 of 1/1", role::entry(client(1, 1), 6).watch()),
        ("role 5 of 1/2", role::entry(client(1, 2), 5).watch()),
        ("role 5 of 2/1", role::entry(client(2, 1), 5).watch()),
        ("roles of 1", roles::entry(Org(1)).watch()),
        ("roles of 2", roles::entry(Org(2)).watch()),
        ("9 in 1", mine::entry(Org(1), Person(9)).watch()),
        ("9", profile::entry(Person(9)).watch()),
        ("article 5", article::entry(5).watch()),
    ];
    assert_eq!(Cache::current().invalidate(target).await, Invalidated::Confirmed);
    watches.iter().filter(|(_, watch)| watch.is_gone()).map(|(name, _)| *name).collect()
}

#[cache_core::test]
async fn rows_and_models() {
    let of_one = ["role 5 of 1/1", "role 5 of 1/2", "roles of 1"];
    assert_eq!(reached(target::row::<Role>(&5).of(Org(1))).await, of_one);
    assert_eq!(reached(target::row::<Role>(&5).of(Client { org: Org(1), client: 7 })).await, of_one);
    assert_eq!(
        reached(target::model::<Role>().of(Org(1))).await,
        ["role 5 of 1/1", "role 6 of 1/1", "role 5 of 1/2", "roles of 1"]
    );
    let all =
        ["role 5 of 1/1", "role 6 of 1/1", "role 5 of 1/2", "role 5 of 2/1", "roles of 1", "roles of 2"];
    assert_eq!(reached(target::model::<Role>()).await, all);
    assert_eq!(reached(target::across::<Role>()).await, all);
    assert_eq!(reached(target::across::<Article>()).await, ["article 5"]);
    assert_eq!(reached(target::row::<Role>(&5)).await, all, "without its tenant: wider");
    assert_eq!(reached(target::row::<Article>(&5)).await, ["article 5"]);
    assert_eq!(reached(target::row::<Article>(&6)).await, [""; 0]);
    assert_eq!(reached(target::model::<Article>()).await, ["article 5"]);
}

#[cache_core::test]
async fn tenants_and_users() {
    assert_eq!(
        reached(target::tenant(Org(1))).await,
        ["role 5 of 1/1", "role 6 of 1/1", "role 5 of 1/2", "roles of 1", "9 in 1"]
    );
    assert_eq!(
        reached(target::tenant(Client { org: Org(1), client: 1 })).await,
        ["role 5 of 1/1", "role 6 of 1/1"]
    );
    assert_eq!(reached(target::user(Person(9)).of(Org(1))).await, ["9 in 1"]);
    assert_eq!(reached(target::user(Person(9)).of(Org(2))).await, [""; 0]);
    assert_eq!(reached(target::user(Person(9))).await, ["9 in 1", "9"], "wherever");
    assert_eq!(reached(target::user(Person(8))).await, [""; 0]);
}

#[cache_core::test]
async fn aliases_functions_and_everything() {
    let roles = ["role 5 of 1/1", "role 6 of 1/1", "role 5 of 1/2", "role 5 of 2/1"];
    assert_eq!(reached(target::alias::<Targets>()).await, roles);
    assert_eq!(reached(target::alias::<Targets>().of(Org(2))).await, ["role 5 of 2/1"]);
    assert_eq!(reached(target::function("targets:article")).await, ["article 5"]);
    let role = concat!(module_path!(), "::role");
    assert_eq!(reached(target::function(role)).await, roles);
    assert_eq!(reached(target::function(role).of(Org(1))).await, roles[..3]);
    assert_eq!(reached(target::everything()).await.len(), 9);
}
