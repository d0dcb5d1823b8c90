//! Whose a value is.

use cache_core::{Alias, Model, cached};

use crate::{Client, Org, UserId};

#[derive(Alias)]
#[alias(name = "scopes.scoped", scope = [tenant, user])]
struct Both;

#[derive(Model)]
#[model(name = "scopes.role", per_tenant = Org, id = i64)]
struct Role;

#[derive(Model)]
#[model(name = "scopes.note", per_tenant = Client, id = (i64, String))]
struct Note;

struct Request {
    org: Org,
}

#[cached(per_tenant, invalidate_on = [Role(id)])]
fn found_by_type(organisation: &Org, id: i64) -> i64 {
    organisation.0 + id
}

#[cached(per_tenant = from)]
fn one_of_two(from: Org, to: Org) -> i64 {
    from.0 + to.0
}

#[cached(per_user = to)]
fn one_of_two_users(from: UserId, to: UserId) -> i64 {
    from.0 + to.0
}

#[cached(per_tenant = request.org, skip(request))]
fn by_expression(request: &Request, id: i64) -> i64 {
    request.org.0 + id
}

#[cached(per_tenant = ambient, invalidate_on = [Role(id)])]
fn ambient(id: i64) -> i64 {
    id
}

#[cached(invalidate_on = [across(Role)])]
fn of_nobody(id: i64) -> i64 {
    id
}

#[cached(alias = Both, global)]
fn global(id: i64) -> i64 {
    id
}

#[cached(alias = Both)]
fn scoped(org: Org, user: UserId) -> i64 {
    org.0 + user.0
}

#[cached(per_tenant, invalidate_on = [Role(id), Note(id, text)])]
fn of_an_inner_tenant(client: Client, id: i64, text: &str) -> i64 {
    client.org.0 + client.client + id + text.len() as i64
}

pub(crate) fn main() {
    let (org, client) = (Org(1), Client { org: Org(1), client: 1 });
    assert_eq!((found_by_type(&org, 1), found_by_type::entry(&org, 1).get()), (2, Some(2)));
    assert_eq!(
        (one_of_two(org, org), one_of_two_users(UserId(1), UserId(1)), ambient(1), of_nobody(1)),
        (2, 2, 1, 1)
    );
    assert_eq!((by_expression(&Request { org }, 1), global(1), scoped(org, UserId(1))), (2, 1, 2));
    assert_eq!(of_an_inner_tenant(client, 1, "x"), 4);
}
