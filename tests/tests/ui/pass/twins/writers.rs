//! Writers, and what they say of what they write.

use cache_core::{Cache, Model, cached, invalidates};

use crate::Org;

#[derive(Model)]
#[model(name = "writers.product", id = i64)]
struct Product;

#[derive(Model)]
#[model(name = "writers.role", per_tenant = Org, id = i64)]
struct Role;

struct Created {
    id: i64,
}

#[cached(invalidate_on = [Product(id)])]
fn price(id: i64) -> i64 {
    id
}

#[invalidates(Product(id), Role, on = ok)]
fn save(org: Org, id: i64) -> Result<(), String> {
    let _ = (org, id);
    Ok(())
}

/// In place of `ret` of nothing: an argument, the whole model, or a result that names the row.
#[invalidates(Product)]
fn rename(name: &str) {
    let _ = name;
}

#[invalidates(Product(ret.id))]
fn create(id: i64) -> Result<Created, String> {
    Ok(Created { id })
}

#[invalidates(Product(each ids), across(Role), on = |error| !error.is_empty())]
async fn save_all(ids: Vec<i64>) -> Result<(), String> {
    let _ = ids;
    Ok(())
}

#[invalidates(Role(id), per_tenant = Org(org), cache = cache)]
fn grant(cache: &Cache, org: i64, id: i64) {
    let _ = (cache, org, id);
}

#[invalidates(Role(id), per_tenant = ambient)]
fn revoke(id: i64) {
    let _ = id;
}

/// On an open transaction: a transaction that knows of the cache, or a unit of work around it.
#[invalidates(Product(id))]
async fn in_a_transaction(tx: &mut cache_sqlx::Tx<sqlx::Sqlite>, id: i64) {
    let _ = (tx, id);
}

#[invalidates(Product(id), before_commit)]
async fn in_a_unit(connection: &mut sqlx::SqliteConnection, id: i64) {
    let _ = (connection, id);
}

pub(crate) fn main() {
    assert_eq!(price(5), 5);
    assert_eq!((save(Org(1), 5), price::entry(5).get()), (Ok(()), None));
    assert_eq!(price(5), 5);
    assert!(create(5).is_ok_and(|created| created.id == 5) && price::entry(5).get().is_none());
    rename("a");
    grant(&Cache::current(), 1, 5);
    revoke(5);
    let _ = (in_a_transaction, in_a_unit, save_all(vec![5]));
}
