//! Models, rows, composite rows, `across`; ids in every borrowed form.

use std::borrow::Cow;
use std::sync::Arc;

use cache_core::{CacheKey, Model, cached, invalidates, testing};
use tests::{Article, Client, Invoice, Org, Role};

#[derive(Model)]
#[model(name = "options.page", id = String)]
struct Page;

/// A composite id, in order.
#[derive(Model)]
#[model(name = "options.line", per_tenant = Org)]
struct Line {
    #[model(id)]
    _order: i64,
    #[model(id)]
    _number: u32,
}

#[derive(CacheKey, Clone, Copy)]
struct Sku(u32);

#[derive(Model)]
#[model(name = "options.part", id = Sku)]
struct Part;

#[cached(per_tenant, invalidate_on = [Role(id)])]
fn role(org: Org, id: i64) -> i64 {
    org.0 + id
}

#[cached(per_tenant, invalidate_on = [Role])]
fn roles(org: Org) -> i64 {
    org.0
}

#[cached(invalidate_on = [across(Role)])]
fn all_roles() -> i64 {
    0
}

#[cached(per_tenant, invalidate_on = [Role, Invoice(id)])]
fn invoice(client: Client, id: i64) -> i64 {
    client.client + id
}

#[invalidates(Role(id))]
fn write_role(org: Org, id: i64) {
    let _ = (org, id);
}

#[invalidates(Role)]
fn write_roles(org: Org) {
    let _ = org;
}

#[invalidates(across(Role))]
fn write_all_roles() {}

/// Has no tenant: wider.
#[invalidates(Role(id))]
fn write_role_of_unknown_tenant(id: i64) {
    let _ = id;
}

#[invalidates(Invoice(id))]
fn write_invoice(client: Client, id: i64) {
    let _ = (client, id);
}

struct Watches {
    rows: Vec<(i64, i64, testing::Watch)>,
    models: Vec<(i64, testing::Watch)>,
    all: testing::Watch,
}

fn watch() -> Watches {
    let orgs = [1, 2];
    Watches {
        rows: orgs
            .into_iter()
            .flat_map(|org| [5, 6].map(|id| (org, id, role::entry(Org(org), id).watch())))
            .collect(),
        models: orgs.into_iter().map(|org| (org, roles::entry(Org(org)).watch())).collect(),
        all: all_roles::entry().watch(),
    }
}

impl Watches {
    fn gone(&self) -> (Vec<(i64, i64)>, Vec<i64>, bool) {
        (
            self.rows.iter().filter(|(.., watch)| watch.is_gone()).map(|(org, id, _)| (*org, *id)).collect(),
            self.models.iter().filter(|(_, watch)| watch.is_gone()).map(|(org, _)| *org).collect(),
            self.all.is_gone(),
        )
    }
}

#[cache_core::test]
fn a_write_reaches_exactly_what_depends_on_it() {
    let watches = watch();
    write_role(Org(1), 5);
    assert_eq!(watches.gone(), (vec![(1, 5)], vec![1], true), "a row");

    let watches = watch();
    write_roles(Org(2));
    assert_eq!(watches.gone(), (vec![(2, 5), (2, 6)], vec![2], true), "a model in a tenant");

    for write in [write_all_roles as fn(), || write_role_of_unknown_tenant(5)] {
        let watches = watch();
        write();
        let everything = vec![(1, 5), (1, 6), (2, 5), (2, 6)];
        assert_eq!(watches.gone(), (everything, vec![1, 2], true), "in all tenants");
    }
}

#[cache_core::test]
fn a_model_belongs_to_its_level_of_the_tenant() {
    let of = |org, client| invoice::entry(Client { org: Org(org), client }, 5).watch();
    let (own, sibling, other) = (of(1, 1), of(1, 2), of(2, 1));
    write_invoice(Client { org: Org(1), client: 1 }, 5);
    assert_eq!([own.is_gone(), sibling.is_gone(), other.is_gone()], [true, false, false]);

    let (own, sibling, other) = (of(1, 1), of(1, 2), of(2, 1));
    write_role(Org(1), 9);
    assert_eq!([own.is_gone(), sibling.is_gone(), other.is_gone()], [true, true, false], "an organisation's");

    let (own, sibling, other) = (of(1, 1), of(1, 2), of(2, 1));
    write_role_of(Client { org: Org(1), client: 2 }, 9);
    assert_eq!(
        [own.is_gone(), sibling.is_gone(), other.is_gone()],
        [true, true, false],
        "by a writer further in"
    );
}

#[invalidates(Role(id))]
fn write_role_of(client: Client, id: i64) {
    let _ = (client, id);
}

struct Command {
    page: String,
    sku: Sku,
}

#[cached(invalidate_on = [Page(name), Page("home"), Page(format!("{name}/draft")), Article(*id), Part(Sku(7))])]
fn borrowed<'a>(name: &'a str, id: &'a u64) -> u64 {
    name.len() as u64 + id
}

#[invalidates(Page(command.page), Part(command.sku))]
fn of_fields(command: Command) {
    drop(command);
}

#[invalidates(Page(a), Page(b), Page(c), Page(d), Page(e))]
fn in_all_forms(a: String, b: &str, c: &String, d: Arc<str>, e: Cow<'_, str>) {
    drop((a, b, c, d, e));
}

#[cache_core::test]
fn ids_are_borrowed_in_every_form() {
    let page = |name| borrowed::entry(name, &1).watch();
    let (mine, other) = (page("about"), page("terms"));
    of_fields(Command { page: "about".into(), sku: Sku(8) });
    assert_eq!([mine.is_gone(), other.is_gone()], [true, false]);
    let other = page("terms");
    of_fields(Command { page: "terms/draft".into(), sku: Sku(8) });
    other.assert_gone();
    let other = page("terms");
    of_fields(Command { page: "none".into(), sku: Sku(7) });
    other.assert_gone();
    for position in 0..5 {
        let mine = page("about");
        let name = |at| if at == position { "about" } else { "none" };
        in_all_forms(name(0).into(), name(1), &name(2).into(), name(3).into(), name(4).into());
        mine.assert_gone();
    }
}

#[cached(per_tenant, invalidate_on = [Line(order, number)])]
fn line(org: Org, order: i64, number: u32) -> i64 {
    org.0 + order + i64::from(number)
}

#[invalidates(Line(order, number))]
fn write_line(org: Org, order: &i64, number: u32) {
    let _ = (org, order, number);
}

#[cache_core::test]
fn composite_ids_are_taken_in_order() {
    let at = |order, number| line::entry(Org(1), order, number).watch();
    let (mine, swapped, other) = (at(1, 2), at(2, 1), at(1, 3));
    write_line(Org(1), &1, 2);
    assert_eq!([mine.is_gone(), swapped.is_gone(), other.is_gone()], [true, false, false]);
}
