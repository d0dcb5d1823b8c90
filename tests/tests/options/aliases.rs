//! What an alias says: names, TTL, scope, bounds.

use cache_core::{Alias, Cache, cached};
use tests::{Org, Person, Source};

#[derive(Alias)]
#[alias(name = "small", max_entries = 10, ttl = "1h")]
struct Small;

#[derive(Alias)]
#[alias(name = "of-tenants", scope = tenant)]
struct OfTenants;

#[derive(Alias)]
#[alias(name = "of-users", scope = user)]
struct OfUsers;

#[derive(Alias)]
#[alias(name = "long-lived", ttl = "forever")]
struct LongLived;

#[cached(alias = Small)]
fn small(id: u64) -> u64 {
    id
}

#[cached(alias = OfTenants)]
fn of_tenant(org: Org) -> i64 {
    org.0
}

#[cached(alias = OfTenants, global)]
fn of_nobody(id: i64) -> i64 {
    id
}

#[cached(alias = OfUsers)]
fn of_user(person: Person) -> i64 {
    person.0
}

#[cached(alias = LongLived, allow_stale)]
fn stale_at_will(source: &Source) -> u64 {
    source.read_sync()
}

#[cached(alias = LongLived, ttl = "1m")]
fn shorter(source: &Source) -> u64 {
    source.read_sync()
}

#[cache_core::test]
fn entries_are_bounded() {
    for id in 0..1_000 {
        small(id);
    }
    let stats = Cache::current().stats();
    assert_eq!((stats.aliases[0].name, stats.aliases[0].max_entries), ("small", Some(10)));
    assert!(stats.aliases[0].entries <= 10, "{}", stats.aliases[0].entries);
}

#[derive(Alias)]
#[alias(name = "of-one", max_entries = 1)]
struct OfOne;

#[cached(alias = OfOne)]
fn of_one(id: u64) -> u64 {
    id
}

#[cache_core::test]
fn an_alias_of_one_entry_holds_it() {
    for id in 0..100 {
        of_one(id);
        assert_eq!(of_one::entry(id).get(), Some(id));
    }
    assert_eq!(Cache::current().stats().aliases[0].entries, 1);
}

#[cache_core::test]
fn an_alias_scopes_its_functions() {
    let module = "options::aliases";
    assert_eq!(of_tenant::entry(Org(1)).key(), format!("test:of-tenants:org=1:{module}::of_tenant@8d0d76fe"));
    assert_eq!(of_nobody::entry(1).key(), format!("test:of-tenants:{module}::of_nobody@8d0d76fe:id=1"));
    assert_eq!(of_user::entry(Person(1)).key(), format!("test:of-users:person=1:{module}::of_user@8d0d76fe"));
    assert_eq!((of_tenant(Org(1)), of_nobody(2), of_user(Person(3))), (1, 2, 3));
}

#[cache_core::test]
fn a_long_life_is_said_twice() {
    let source = Source::new(1);
    stale_at_will(&source);
    shorter(&source);
    cache_core::testing::advance(std::time::Duration::from_secs(24 * 3600));
    stale_at_will(&source);
    shorter(&source);
    assert_eq!(source.reads(), 3);
}

/// Values that call the cache when they are evicted.
#[cache_core::test]
fn evicted_values_may_call_the_cache() {
    use std::sync::Arc;
    struct CallsBack;
    impl Drop for CallsBack {
        fn drop(&mut self) {
            small(1);
        }
    }
    #[cached(alias = Small, local)]
    fn kept(id: u64) -> Arc<CallsBack> {
        let _ = id;
        Arc::new(CallsBack)
    }
    (0..100).for_each(|id| drop(kept(id)));
}

#[derive(Alias)]
#[alias(name = "capped", ttl = "forever", max_ttl = "1h")]
struct Capped;

#[cached(alias = Capped, invalidate_on = [tests::Article])]
fn capped(source: &Source) -> u64 {
    source.read_sync()
}

#[cache_core::test]
fn nothing_lives_longer_than_max_ttl() {
    let source = Source::new(1);
    let minutes = |minutes: u64| cache_core::testing::advance(std::time::Duration::from_secs(minutes * 60));
    capped(&source);
    minutes(59);
    capped(&source);
    assert_eq!(source.reads(), 1);
    minutes(2);
    capped(&source);
    assert_eq!(source.reads(), 2);
}
