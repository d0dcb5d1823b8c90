//! A program with something for each lint, and for each a twin that it says nothing of.

use std::panic::{AssertUnwindSafe, catch_unwind};

use cache_core::graph::Lint;
use cache_core::{Alias, cached, graph};

mod dependencies {
    use cache_core::{Model, cached, invalidates};

    #[derive(Model)]
    #[model(name = "written", id = u64)]
    pub(super) struct Written;

    #[derive(Model)]
    #[model(name = "unwritten", id = u64)]
    pub(super) struct Unwritten;

    #[derive(Model)]
    #[model(name = "by-hand", id = u64, allow(dependency_never_invalidated))]
    pub(super) struct ByHand;

    #[cached(invalidate_on = [Unwritten(id)])]
    pub(super) fn bad(id: u64) -> u64 {
        id
    }

    #[cached(invalidate_on = [Written(id), ByHand(id)])]
    pub(super) fn good(id: u64) -> u64 {
        id
    }

    #[cached(invalidate_on = [Unwritten], allow(dependency_never_invalidated))]
    pub(super) fn allowed() -> u64 {
        1
    }

    #[invalidates(Written(id))]
    pub(super) fn write(id: u64) {
        let _ = id;
    }
}

mod invalidations {
    use cache_core::{Model, cached, invalidates};

    #[derive(Model)]
    #[model(name = "read", id = u64)]
    pub(super) struct Read;

    #[derive(Model)]
    #[model(name = "unread", id = u64)]
    pub(super) struct Unread;

    #[derive(Model)]
    #[model(name = "read-on-the-way", id = u64, allow(invalidation_of_nothing))]
    pub(super) struct ReadOnTheWay;

    #[cached(invalidate_on = [Read])]
    pub(super) fn read() -> u64 {
        1
    }

    #[invalidates(Read(id), Unread(id))]
    pub(super) fn bad(id: u64) {
        let _ = id;
    }

    #[invalidates(Read(id), ReadOnTheWay(id))]
    pub(super) fn good(id: u64) {
        let _ = id;
    }

    #[invalidates(Unread(id), allow(invalidation_of_nothing))]
    pub(super) fn allowed(id: u64) {
        let _ = id;
    }
}

mod tenants {
    use cache_core::{Model, Tenant, cached, invalidates};

    #[derive(Tenant, Clone, Copy)]
    pub(super) struct Org(pub(super) i64);

    #[derive(Tenant, Clone, Copy)]
    pub(super) struct Client {
        #[tenant(parent)]
        pub(super) org: Org,
        pub(super) client: i64,
    }

    #[derive(Model)]
    #[model(name = "of-org", per_tenant = Org, id = i64)]
    pub(super) struct OfOrg;

    #[derive(Model)]
    #[model(name = "of-client", per_tenant = Client, id = i64)]
    pub(super) struct OfClient;

    #[cached(per_tenant, invalidate_on = [OfOrg(id), OfClient(id)])]
    pub(super) fn read(client: Client, id: i64) -> i64 {
        client.client + id
    }

    #[invalidates(OfOrg(id))]
    pub(super) fn none(id: i64) {
        let _ = id;
    }

    #[invalidates(OfOrg(id), OfClient(id))]
    pub(super) fn another_level(org: Org, id: i64) {
        let _ = (org, id);
    }

    #[invalidates(OfOrg(id))]
    pub(super) fn several(from: Org, to: Org, id: i64) {
        let _ = (from, to, id);
    }

    #[invalidates(OfOrg(id), OfClient(id))]
    pub(super) fn inside(client: Client, id: i64) {
        let _ = (client, id);
    }

    #[invalidates(OfOrg(id), per_tenant = to)]
    pub(super) fn given(from: Org, to: Org, id: i64) {
        let _ = (from, to, id);
    }

    #[invalidates(OfOrg(id), per_tenant = ambient)]
    pub(super) fn ambient(id: i64) {
        let _ = id;
    }

    #[invalidates(across(OfOrg))]
    pub(super) fn all() {}

    #[invalidates(OfOrg, allow(writer_without_tenant))]
    pub(super) fn allowed() {}

    /// What it is, its caller knows.
    #[invalidates(OfOrg(id))]
    pub(super) fn unknown<T: Tenant>(tenant: T, id: i64) {
        let _ = (tenant, id);
    }
}

mod ttls {
    use std::time::Duration;

    use cache_core::{Alias, DefaultAlias, Settings, Ttl, Unscoped, cached};

    #[derive(Alias)]
    #[alias(name = "short", ttl = "1m", max_ttl = "1h")]
    pub(super) struct Short;

    /// Its derive would refuse it.
    pub(super) struct ByHand;

    impl Alias for ByHand {
        const NAME: &'static str = "by-hand";
        const SETTINGS: Settings = DefaultAlias::SETTINGS.max_ttl(Ttl::For(Duration::from_secs(60)));
        type Tenant = Unscoped;
        type User = Unscoped;
    }

    #[cached(alias = Short, ttl = "2h", none_ttl = "1h", err_ttl = "90m")]
    pub(super) fn bad() -> Result<Option<u64>, String> {
        Ok(None)
    }

    #[cached(alias = Short, ttl = "1h", none_ttl = "1h", err_ttl = "1h")]
    pub(super) fn good() -> Result<Option<u64>, String> {
        Ok(None)
    }

    #[cached(alias = Short, ttl = "2h", allow(ttl_over_max))]
    pub(super) fn allowed() -> u64 {
        1
    }

    #[cached(alias = ByHand, ttl = "1m")]
    pub(super) fn of_an_alias_by_hand() -> u64 {
        1
    }
}

#[derive(Alias)]
#[alias(name = "unused")]
struct Unused;

#[derive(Alias)]
#[alias(name = "of-entries", allow(unused_alias))]
struct OfEntries;

#[derive(Alias)]
#[alias(name = "used")]
struct Used;

#[cached(alias = Used)]
fn in_an_alias() -> u64 {
    1
}

mod names {
    #[cache_core::cached(name = "twice")]
    pub(super) fn one() -> u64 {
        1
    }

    #[cache_core::cached(name = "twice")]
    pub(super) fn another() -> u64 {
        2
    }

    #[cache_core::cached(name = "three-times", allow(duplicate_name))]
    pub(super) fn allowed() -> u64 {
        1
    }

    #[cache_core::cached(name = "three-times")]
    pub(super) fn allowed_there() -> u64 {
        2
    }

    #[derive(cache_core::User)]
    #[user(name = "person")]
    pub(super) struct One(pub(super) u64);

    #[derive(cache_core::User)]
    #[user(name = "person")]
    pub(super) struct Another(pub(super) u64);
}

/// What there is, less the places.
fn found() -> Vec<String> {
    let findings = graph().lint();
    findings.iter().map(|finding| format!("{}: {}", finding.lint, finding.message)).collect()
}

#[test]
fn each_lint_finds_its_own_and_no_more() {
    let tenants = |of: &str| format!("belong to tenants (`{of}`): it invalidates them in all tenants");
    let (org, client) = (tenants("org"), tenants("org/client"));
    let expected = [
        "dependency_never_invalidated: `graph_lints::dependencies::bad` depends on `unwritten`, which no writer changes",
        "invalidation_of_nothing: `graph_lints::invalidations::bad` invalidates `unread`, which no cached function depends on",
        &format!(
            "writer_without_tenant: `graph_lints::tenants::none` has no tenant, and rows of `of-org` {org}"
        ),
        &format!(
            "writer_without_tenant: `graph_lints::tenants::another_level` has a tenant of another level (`org`), and rows of \
             `of-client` {client}"
        ),
        &format!(
            "writer_without_tenant: `graph_lints::tenants::several` has two arguments that could be its tenant, and rows of \
             `of-org` {org}"
        ),
        "ttl_over_max: `ttl` of alias `by-hand` is `5m`, longer than its `max_ttl`: `1m`",
        "ttl_over_max: `ttl` of `graph_lints::ttls::bad` is `2h`, longer than `max_ttl` of its alias `short`: `1h`",
        "ttl_over_max: `err_ttl` of `graph_lints::ttls::bad` is `1h30m`, longer than `max_ttl` of its alias `short`: `1h`",
        "unused_alias: no cached function is in alias `unused`",
    ];
    let found: Vec<_> = found().into_iter().filter(|found| !found.starts_with("duplicate_name")).collect();
    let (mut found, mut expected) = (found, expected.map(str::to_owned).to_vec());
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn names_that_stand_for_two_are_found_where_the_second_is() {
    let graph = graph();
    let findings = graph.lint();
    let twice = |name: &str| {
        let mut of = findings.iter().filter(|finding| finding.lint == "duplicate_name");
        let finding = of.find(|finding| finding.message.contains(name)).expect("found");
        (finding.location.expect("somewhere"), finding.message.clone())
    };
    let places: Vec<_> = graph.functions.iter().filter(|function| function.name == "twice").collect();
    let message = format!("two functions are named `twice`: here and at {}", places[0].location);
    assert_eq!(twice("`twice`"), (places[1].location, message));
    let people: Vec<_> = graph.users.iter().filter(|user| user.name == "person").collect();
    let message = format!("two users are named `person`: here and at {}", people[0].location);
    assert_eq!(twice("`person`"), (people[1].location, message));
    assert_eq!(findings.iter().filter(|finding| finding.lint == "duplicate_name").count(), 2);
}

/// The test that `check_graph!` makes, called here and by nobody else.
#[test]
#[expect(unnameable_test_items, reason = "it fails, and that is looked at")]
fn the_test_fails_with_all_of_it() {
    let fails = |check: fn()| {
        let payload = catch_unwind(AssertUnwindSafe(check)).expect_err("there is something to find");
        payload.downcast_ref::<String>().expect("a message").clone()
    };
    let all = {
        cache_core::check_graph!();
        fails(cache_graph)
    };
    assert!(all.starts_with("11 findings in what the cache knows of this program:\n\n"), "{all}");
    for finding in graph().lint() {
        assert!(all.contains(&format!("{finding}\n")), "{finding}");
    }

    let rest = {
        cache_core::check_graph!(
            allow =
                [ttl_over_max, duplicate_name, writer_without_tenant, unused_alias, invalidation_of_nothing]
        );
        fails(cache_graph)
    };
    let line =
        1 + include_str!("graph_lints.rs").lines().position(|line| line.contains("[Unwritten(id)]")).unwrap();
    assert_eq!(
        rest.lines().take(3).collect::<Vec<_>>(),
        [
            "one finding in what the cache knows of this program:",
            "",
            &format!(
                "tests/tests/graph_lints.rs:{line}:5: `graph_lints::dependencies::bad` depends on `unwritten`, which no writer \
                 changes [dependency_never_invalidated]"
            ),
        ]
    );
}

/// The attributes know the names by themselves: what they say of another is in a UI test.
#[test]
fn the_attributes_know_each_lint() {
    let said = include_str!("ui/fail/graph/lint_is_none.stderr");
    let known = said.split("lints are: ").nth(1).and_then(|said| said.lines().next()).expect("a list");
    let names: Vec<_> = Lint::all().map(|lint| format!("`{}`", lint.name())).collect();
    assert_eq!(known, names.join(", "));
}

/// A type parameter may be any model: of a program that has such a writer nothing would be said.
#[test]
fn all_of_them_are_called() {
    assert_eq!((dependencies::bad(1), dependencies::good(1), dependencies::allowed()), (1, 1, 1));
    dependencies::write(1);
    assert_eq!(invalidations::read(), 1);
    [invalidations::bad, invalidations::good, invalidations::allowed].iter().for_each(|write| write(1));
    let (org, client) = (tenants::Org(1), tenants::Client { org: tenants::Org(1), client: 2 });
    assert_eq!(tenants::read(client, 1), 3);
    [tenants::none, tenants::ambient].iter().for_each(|write| write(1));
    tenants::another_level(org, 1);
    [tenants::several, tenants::given].iter().for_each(|write| write(org, org, 1));
    tenants::inside(client, 1);
    [tenants::all, tenants::allowed].iter().for_each(|write| write());
    tenants::unknown(org, 1);
    assert_eq!((ttls::bad(), ttls::good()), (Ok(None), Ok(None)));
    assert_eq!((ttls::allowed(), ttls::of_an_alias_by_hand(), in_an_alias()), (1, 1, 1));
    assert_eq!((names::one(), names::another(), names::allowed(), names::allowed_there()), (1, 2, 1, 2));
    let _ = (Unused, OfEntries, names::One(1).0, names::Another(1).0);
}
