//! Twins of what fails: with what its message says.
#![deny(warnings)]

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cache_core::{Alias, CacheKey, Model, NoKey, Tenant, User, cached, invalidates};

#[derive(Alias)]
#[alias(name = "ui.long", ttl = "1d")]
struct Long;

#[derive(Alias)]
#[alias(name = "ui.scoped", scope = [tenant, user])]
struct Both;

#[derive(Tenant, Clone, Copy)]
struct Org(i64);

#[derive(Tenant, Clone, Copy)]
struct Client {
    #[tenant(parent)]
    org: Org,
    client: i64,
}

#[derive(User, Clone, Copy)]
struct UserId(i64);

#[derive(Model)]
#[model(name = "ui.role", per_tenant = Org, id = i64)]
struct Role;

#[derive(Model)]
#[model(name = "ui.note", per_tenant = Client, id = (i64, String))]
struct Note;

#[derive(Model)]
#[model(name = "ui.settings")]
struct Settings;

struct Connection;

#[derive(NoKey)]
struct Filter;

#[derive(CacheKey)]
struct Query(String);

#[cached(ttl = "5h", allow_stale)]
fn stale(id: u64) -> u64 { id }

#[cached(ttl = "forever", invalidate_on = [Settings])]
fn depends(id: u64) -> u64 { id }

#[cached(alias = Long, ttl = "4h")]
fn shorter(id: u64) -> u64 { id }

#[cached(alias = Long, invalidate_on = [Settings])]
fn of_an_alias(id: u64) -> u64 { id }

#[cached(alias = Both, global)]
fn global(id: u64) -> u64 { id }

#[cached(alias = Both)]
fn scoped(org: Org, user: UserId) -> i64 { org.0 + user.0 }

#[cached(per_tenant = from)]
fn two_tenants(from: Org, to: Org) -> i64 { from.0 + to.0 }

#[cached(per_tenant = ambient, invalidate_on = [Role(id)])]
fn ambient(id: i64) -> i64 { id }

#[cached(invalidate_on = [across(Role)])]
fn across(id: i64) -> i64 { id }

#[cached(per_tenant, invalidate_on = [Role(id), Note(id, text)])]
fn of_an_inner_tenant(client: Client, id: i64, text: &str) -> i64 { client.org.0 + client.client + id + text.len() as i64 }

#[cached(skip(limit, prices))]
fn skipped(limit: f64, prices: HashMap<u64, u64>) -> u64 { limit as u64 + prices.len() as u64 }

#[cached]
fn keyed(prices: BTreeMap<u64, u64>, query: Query, filter: &Filter) -> u64 {
    let _ = filter;
    prices.len() as u64 + query.0.len() as u64
}

#[cached(local)]
fn shared(id: u64) -> Arc<Connection> { let _ = id; Arc::new(Connection) }

#[cached(store_if = |price| { let id = *price; id > 1 })]
fn own_name(id: u64) -> u64 { id }

#[derive(Clone, Copy)]
struct Created { id: i64 }

#[invalidates(Role(ret.id), Note(each ret.notes()), per_tenant = client)]
fn create(id: i64, client: Client) -> Created { let _ = client; Created { id } }

impl Created {
    fn notes(&self) -> Vec<(i64, String)> { vec![(self.id, "x".into())] }
}

#[invalidates(Settings, on = ok)]
fn set() -> Result<(), String> { Ok(()) }

fn main() {
    let (org, client) = (Org(1), Client { org: Org(1), client: 1 });
    assert_eq!((stale(1), depends(1), shorter(1), of_an_alias(1), global(1), own_name(1)), (1, 1, 1, 1, 1, 1));
    assert_eq!((scoped(org, UserId(1)), two_tenants(org, org), ambient(1), across(1)), (2, 2, 1, 1));
    assert_eq!(of_an_inner_tenant(client, 1, "x"), 4);
    assert_eq!(skipped(1.0, HashMap::new()), 1);
    assert_eq!(keyed(BTreeMap::new(), Query("x".into()), &Filter), 1);
    let _: Arc<Connection> = shared(1);
    assert_eq!(create(1, client).id, 1);
    assert_eq!(of_an_inner_tenant::entry(client, 1, "x").get(), None);
    assert_eq!(set(), Ok(()));
    assert_eq!(depends::entry(1).get(), None);
}
