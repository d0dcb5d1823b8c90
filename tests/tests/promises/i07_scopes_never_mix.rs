//! I7: no input makes the key of one tenant, user or function equal to another's.

use std::collections::HashMap;
use std::sync::Arc;
use std::task::{Context, Waker};

use cache_core::{Alias, Cache, cached, testing, with_tenant, with_tenant_sync, with_user, with_user_sync};
use tests::{Client, Invoice, Org, Person, Role, Source};

#[derive(Alias)]
#[alias(name = "private", scope = [tenant, user])]
struct Private;

#[cached(per_tenant)]
fn of_org(org: Org, name: &str) -> String {
    format!("{org:?} {name}")
}

#[cached(per_tenant, per_user)]
fn of_person(org: Org, person: Person, name: &str) -> String {
    format!("{org:?} {person:?} {name}")
}

#[cached(alias = Private)]
fn implied(client: Client, person: Person, name: &str) -> String {
    format!("{client:?} {person:?} {name}")
}

#[cached]
fn unscoped(org: Org, name: &str) -> String {
    format!("{org:?} {name}")
}

#[cached(per_tenant = ambient)]
fn ambient(name: &str) -> String {
    name.to_owned()
}

#[cached(per_tenant = Org(id / 100))]
fn computed(id: i64) -> i64 {
    id
}

/// Texts that try to be something else.
const NASTY: &[&str] = &[
    "",
    "1",
    "org=1",
    "1:org=2",
    "a:b",
    "a%3Ab",
    "org=1/client=2",
    "None",
    "true",
    "'",
    "'1",
    "~",
    "{x}",
    "\0",
    "ü",
];

#[cache_core::test]
fn every_call_has_a_key_of_its_own() {
    let mut seen = HashMap::<String, String>::new();
    let mut check = |key: String, call: String| {
        assert!(!key.contains(['{', '}']), "{key}: a brace puts a tenant into one slot of a Redis Cluster");
        assert!(key.len() <= 200, "{key}");
        if let Some(other) = seen.insert(key.clone(), call.clone()) {
            panic!("{call} and {other} have the key {key}");
        }
    };
    let long = "x".repeat(10_000_000);
    let longer = format!("{long}y");
    for name in NASTY.iter().copied().chain([&*long, &*longer]) {
        for id in [-1, 0, 1, 2, 12] {
            let call = |what: &str| format!("{what} {id} {:.20} {}", name, name.len());
            check(of_org::entry(Org(id), name).key(), call("of_org"));
            check(unscoped::entry(Org(id), name).key(), call("unscoped"));
            check(with_tenant_sync(Org(id), || ambient::entry(name).key()), call("ambient"));
            for person in [0, 1] {
                check(
                    of_person::entry(Org(id), Person(person), name).key(),
                    call(&format!("of_person {person}")),
                );
                let client = Client { org: Org(id), client: person };
                check(implied::entry(client, Person(id), name).key(), call(&format!("implied {person}")));
            }
        }
    }
    assert_eq!(seen.len(), 17 * 5 * 7);
}

#[cache_core::test]
fn keys_are_readable() {
    assert_eq!(
        of_org::entry(Org(7), "a b").key(),
        "test:default:org=7:promises::i07_scopes_never_mix::of_org@43f1bd8f:name=a%20b"
    );
    let client = Client { org: Org(1), client: 5 };
    assert_eq!(
        implied::entry(client, Person(9), "x").key(),
        "test:private:org=1/client=5:person=9:promises::i07_scopes_never_mix::implied@43f1bd8f:name=x"
    );
    assert_eq!(
        computed::entry(512).key(),
        "test:default:org=5:promises::i07_scopes_never_mix::computed@8d0d76fe:id=512"
    );
}

#[cache_core::test]
fn values_stay_with_their_tenant_and_user() {
    for _ in 0..2 {
        for id in [1, 2] {
            assert_eq!(of_org(Org(id), "n"), format!("Org({id}) n"));
            assert_eq!(of_person(Org(1), Person(id), "n"), format!("Org(1) Person({id}) n"));
            assert_eq!(with_tenant_sync(Org(id), || ambient(&format!("{id}"))), format!("{id}"));
        }
    }
    assert_eq!(Cache::current().stats().total().hits, 6);
}

#[cached(per_tenant = ambient)]
async fn ambient_read(source: &Source) -> u64 {
    source.read().await
}

#[cached(per_user = ambient)]
async fn ambient_user_read(source: &Source) -> u64 {
    source.read().await
}

#[cache_core::test]
async fn without_its_scope_a_call_is_not_cached() {
    let source = Source::new(1);
    ambient_read(&source).await;
    ambient_read(&source).await;
    ambient_user_read(&source).await;
    assert_eq!(source.reads(), 3);
    assert_eq!(Cache::current().stats().total().unscoped, 3);
    assert_eq!(ambient_read::entry().get().await, None);
    assert!(!ambient_read::entry().begin().await.store(1));

    with_tenant(Org(1), async {
        ambient_read(&source).await;
        ambient_read(&source).await;
    })
    .await;
    with_user(Person(1), ambient_user_read(&source)).await;
    assert_eq!(source.reads(), 5);
    assert_eq!(with_user(Person(2), ambient_user_read(&source)).await, 1);
    assert_eq!(source.reads(), 6, "another user's");
}

/// Tenants of two types and one number.
#[derive(cache_core::Tenant, Clone, Copy)]
struct Shop(i64);

#[cache_core::test]
async fn tenants_of_two_types_differ() {
    let source = Source::new(1);
    with_tenant(Org(1), ambient_read(&source)).await;
    with_tenant(Shop(1), ambient_read(&source)).await;
    assert_eq!(source.reads(), 2);
}

#[cached(per_tenant = ambient, invalidate_on = [Invoice])]
async fn needs_a_client(source: &Source) -> u64 {
    source.read().await
}

#[cache_core::test]
async fn an_ambient_tenant_without_the_models_level_is_a_missing_scope() {
    let source = Source::new(1);
    for _ in 0..2 {
        with_tenant(Org(1), needs_a_client(&source)).await;
    }
    assert_eq!(source.reads(), 2);
    assert_eq!(Cache::current().stats().total().unscoped, 2);
    for _ in 0..2 {
        with_tenant(Client { org: Org(1), client: 1 }, needs_a_client(&source)).await;
    }
    assert_eq!(source.reads(), 3);
}

#[cached(per_tenant, invalidate_on = [Role])]
async fn roles(source: &Source, org: Org) -> u64 {
    let _ = org;
    source.read().await
}

#[cached]
async fn leaks(source: &Source) -> u64 {
    ambient_read(source).await
}

#[cached(per_tenant)]
async fn of_its_client(source: &Source, client: Client) -> u64 {
    roles(source, client.org).await
}

#[cached(per_tenant)]
async fn of_all_clients(source: &Source, org: Org) -> u64 {
    of_its_client(source, Client { org, client: 1 }).await
}

/// What happened is an error under test: these tests look at it in a cache of their own.
async fn in_another_cache<F: Future>(test: F) -> Result<F::Output, String> {
    let isolated = testing::isolated();
    let output = test.await;
    let verified = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| isolated.verify()));
    verified.map(|()| output).map_err(|message| *message.downcast::<String>().unwrap())
}

#[cache_core::test]
async fn a_caller_without_the_scope_of_its_nested_call_is_not_stored() {
    let source = Source::new(1);
    let error = in_another_cache(async {
        for tenant in [1, 2, 1] {
            source.write(tenant);
            let read = with_tenant(Org(i64::try_from(tenant).unwrap()), leaks(&source)).await;
            assert_eq!(read, tenant, "another tenant's value");
        }
        assert_eq!(Cache::current().stats().function("leaks").scope_conflicts, 3);
    })
    .await
    .unwrap_err();
    assert!(error.contains("leaks") && error.contains("ambient_read"), "{error}");
}

#[cache_core::test]
async fn a_caller_whose_nested_call_lacked_its_scope_is_not_stored() {
    let source = Source::new(1);
    let error = in_another_cache(async {
        leaks(&source).await;
        leaks(&source).await;
        assert_eq!(source.reads(), 2);
    })
    .await
    .unwrap_err();
    assert!(error.contains("had no scope"), "{error}");
}

#[cache_core::test]
async fn a_caller_inside_of_the_scope_of_its_nested_call_is_stored() {
    let source = Source::new(1);
    let client = Client { org: Org(1), client: 1 };
    of_its_client(&source, client).await;
    of_its_client(&source, client).await;
    assert_eq!(source.reads(), 1);
}

#[cache_core::test]
async fn a_caller_outside_of_the_scope_of_its_nested_call_is_not_stored() {
    let source = Source::new(1);
    in_another_cache(async {
        of_all_clients(&source, Org(1)).await;
        of_all_clients(&source, Org(1)).await;
        assert_eq!(Cache::current().stats().function("of_all_clients").stores, 0);
    })
    .await
    .unwrap_err();
}

/// Followers may be in other scopes than their leader, if the key says nothing of scopes.
#[cache_core::test]
async fn followers_do_not_get_what_another_tenant_loaded() {
    #[cached]
    async fn leaks_slowly(source: Arc<Source>, tenants: Arc<Source>) -> u64 {
        tenants.read().await;
        ambient_read(&source).await
    }
    let (source, tenants) = (Arc::new(Source::new(1)), Arc::new(Source::new(0)));
    in_another_cache(async {
        let call = |tenant: i64| {
            tokio::spawn(with_tenant(Org(tenant), leaks_slowly(Arc::clone(&source), Arc::clone(&tenants))))
        };
        let mut hold = tenants.hold();
        let leader = call(1);
        hold.reached().await;
        let follower = call(2);
        tests::until(|| testing::waiting() == 1).await;
        hold.release();
        leader.await.unwrap();
        follower.await.unwrap();
        assert_eq!(source.reads(), 2, "each tenant its own");
    })
    .await
    .unwrap_err();
}

#[cache_core::test]
async fn an_entry_without_its_scope_is_invalidated_in_all() {
    let source = Source::new(1);
    with_tenant(Org(1), ambient_read(&source)).await;
    ambient_read::entry().invalidate().await;
    with_tenant(Org(1), ambient_read(&source)).await;
    assert_eq!(source.reads(), 2);
}

/// Says in whose scope its body runs.
#[cached(per_tenant = ambient, per_user = ambient)]
async fn whose(source: Arc<Source>) -> String {
    source.read().await;
    in_whose::entry().key()
}

#[cached(per_tenant = ambient, per_user = ambient)]
async fn in_whose() -> u64 {
    0
}

/// A call that waits for another's load is polled in one scope, and goes on in another when it has to load itself.
#[cache_core::test]
async fn a_call_loads_in_the_scope_of_its_key() {
    let source = Arc::new(Source::new(1));
    let mut hold = source.hold();
    let here = || whose(Arc::clone(&source));
    let leader = tokio::spawn(with_tenant(Org(1), with_user(Person(1), here())));
    hold.reached().await;
    let mut follower = Box::pin(here());
    let mut poll = || follower.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(with_tenant_sync(Org(1), || with_user_sync(Person(1), &mut poll)).is_pending());
    leader.abort();
    leader.await.unwrap_err();

    let read = with_tenant(Org(2), with_user(Person(2), follower)).await;
    assert!(read.contains("org=1:person=1"), "{read}");
    assert_eq!(with_tenant(Org(1), with_user(Person(1), here())).await, read);
    assert_eq!(source.reads(), 2, "it is stored");
    let stored = || with_tenant_sync(Org(1), || with_user_sync(Person(1), whose::entry));
    Cache::current().invalidate(cache_core::target::tenant(Org(2))).await;
    assert_eq!(stored().get().await, Some(read));
    Cache::current().invalidate(cache_core::target::tenant(Org(1))).await;
    assert_eq!(stored().get().await, None);
}

#[derive(Alias)]
#[alias(name = "whose-one-by-one", max_loads = 1)]
struct OneByOne;

#[cached(alias = OneByOne, per_tenant = ambient, per_user = ambient)]
async fn whose_queued(source: Arc<Source>) -> String {
    source.read().await;
    in_whose::entry().key()
}

/// The same where it waits for a permit.
#[cache_core::test]
async fn a_refresh_loads_in_the_scope_of_its_key() {
    let source = Arc::new(Source::new(1));
    let mut hold = source.hold();
    let here = || whose_queued::refresh(Arc::clone(&source));
    let other = tokio::spawn(with_tenant(Org(9), with_user(Person(9), here())));
    hold.reached().await;
    let mut refresh = Box::pin(here());
    let mut poll = || refresh.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(with_tenant_sync(Org(1), || with_user_sync(Person(1), &mut poll)).is_pending());
    assert_eq!((source.reads(), testing::waiting()), (1, 1), "it queues");
    hold.release();
    other.await.unwrap();
    let read = with_tenant(Org(2), with_user(Person(2), refresh)).await;
    assert!(read.contains("org=1:person=1"), "{read}");
}

#[cached(per_user)]
async fn of_user(source: &Source, user: Person) -> u64 {
    let _ = user;
    source.read().await
}

#[cached(per_user)]
async fn of_another_user(source: &Source, user: Person) -> u64 {
    of_user(source, Person(user.0 + 1)).await
}

#[cached(per_tenant)]
async fn of_an_org_with_users(source: &Source, org: Org) -> u64 {
    let _ = org;
    of_user(source, Person(1)).await
}

#[cached(per_user)]
async fn of_the_same_user(source: &Source, user: Person) -> u64 {
    of_user(source, user).await
}

#[cache_core::test]
async fn a_caller_for_another_user_than_its_nested_call_is_not_stored() {
    let source = Source::new(1);
    of_the_same_user(&source, Person(1)).await;
    assert_eq!(of_the_same_user::entry(Person(1)).get().await, Some(1));
    let error = in_another_cache(async {
        of_another_user(&source, Person(1)).await;
        assert_eq!(of_another_user::entry(Person(1)).get().await, None);
        of_an_org_with_users(&source, Org(1)).await;
        assert_eq!(of_an_org_with_users::entry(Org(1)).get().await, None);
    })
    .await
    .unwrap_err();
    assert_eq!(error.lines().count(), 2, "{error}");
}

#[cached]
async fn leaks_within(source: &Source) -> u64 {
    leaks(source).await
}

#[cached]
async fn leaks_within_within(source: &Source) -> u64 {
    leaks_within(source).await
}

/// From load to load, however many lie between: the scope, and that there was none.
#[cache_core::test]
async fn no_caller_around_a_leak_is_stored() {
    let source = Source::new(1);
    for tenant in [None, Some(Org(1))] {
        let error = in_another_cache(async {
            match tenant {
                Some(tenant) => with_tenant(tenant, leaks_within_within(&source)).await,
                None => leaks_within_within(&source).await,
            };
            assert_eq!(leaks_within_within::entry().get().await, None);
            assert_eq!(leaks_within::entry().get().await, None);
            let stats = Cache::current().stats();
            assert_eq!(stats.total().scope_conflicts, 3, "once for each");
        })
        .await
        .unwrap_err();
        assert_eq!(error.lines().count(), 3, "{error}");
    }
}

/// A call without its scope beside one in a scope that the caller lacks: one conflict, told once.
#[cache_core::test]
async fn a_caller_with_two_conflicts_is_counted_once() {
    #[cached]
    async fn leaks_twice(source: &Source) -> u64 {
        roles(source, Org(1)).await + ambient_read(source).await
    }
    let source = Source::new(1);
    in_another_cache(async {
        leaks_twice(&source).await;
        assert_eq!(Cache::current().stats().function("leaks_twice").scope_conflicts, 1);
    })
    .await
    .unwrap_err();
}

#[derive(cache_core::NoKey)]
struct Impatience {
    tenants: Source,
    end: Source,
    enough: tokio::sync::Notify,
}

#[cached]
async fn leaks_then_waits(impatience: Arc<Impatience>) -> u64 {
    let read = ambient_read(&impatience.tenants).await;
    impatience.end.read().await;
    read
}

#[cached]
async fn goes_on_without(impatience: Arc<Impatience>) -> u64 {
    tokio::select! {
        biased;
        read = leaks_then_waits(Arc::clone(&impatience)) => read,
        () = impatience.enough.notified() => 0,
    }
}

/// A load that goes on without the load that it has waited for has asked it all the same.
#[cache_core::test]
async fn who_gives_up_waiting_for_a_leak_is_not_stored() {
    let impatience = Arc::new(Impatience {
        tenants: Source::new(1),
        end: Source::new(0),
        enough: tokio::sync::Notify::new(),
    });
    let error = in_another_cache(async {
        let mut hold = impatience.end.hold();
        let leader = tokio::spawn(with_tenant(Org(1), leaks_then_waits(Arc::clone(&impatience))));
        hold.reached().await;
        let around = tokio::spawn(goes_on_without(Arc::clone(&impatience)));
        tests::until(|| testing::waiting() == 1).await;
        impatience.enough.notify_one();
        assert_eq!(around.await.unwrap(), 0);
        assert_eq!(goes_on_without::entry().get().await, None);
        hold.release();
        leader.await.unwrap();
    })
    .await
    .unwrap_err();
    assert!(error.contains("goes_on_without"), "{error}");
}

#[derive(cache_core::User)]
struct Login(String);

#[cached(per_user)]
fn of_login(login: &Login, name: &str) -> String {
    format!("{} {name}", login.0)
}

/// A long scope is shortened by itself, so that there is room for the arguments in every key.
#[cache_core::test]
fn long_users_leave_room_for_the_arguments() {
    let login = |last: char| Login(format!("{}{last}", "x".repeat(2_000)));
    let key = |last| of_login::entry(&login(last), "n").key();
    assert!(key('a').ends_with("of_login@43f1bd8f:name=n"), "{}", key('a'));
    assert_ne!(key('a'), key('b'));
}
