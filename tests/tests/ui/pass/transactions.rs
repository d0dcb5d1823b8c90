//! Writers and cached functions on transactions, in all forms.

#![deny(warnings)]

use cache_core::{Model, NoKey, OpenTransaction, Transaction, Unit, cached, invalidates};
use cache_sqlx::Tx;
use sqlx::{PgConnection, PgPool, Postgres, Sqlite, SqlitePool};

#[derive(Model)]
#[model(name = "shop.product", id = i64)]
struct Product;

#[invalidates(Product(id))]
async fn in_tx(tx: &mut Tx<Postgres>, id: i64) {
    let _ = (tx, id);
}

#[invalidates(Product(id))]
async fn in_tx_by_value(mut tx: Tx<Sqlite>, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query("delete from product where id = ?").bind(id).execute(&mut *tx).await?;
    tx.commit().await
}

#[invalidates(Product(ret.id))]
async fn by_result(tx: &mut Tx<Postgres>) -> Result<Row, sqlx::Error> {
    let _ = tx;
    Ok(Row { id: 5 })
}

struct Row {
    id: i64,
}

#[invalidates(Product(id), before_commit)]
async fn in_transaction(transaction: &mut sqlx::Transaction<'_, Postgres>, id: i64) {
    let _ = (transaction, id);
}

#[invalidates(Product(id), on = ok, before_commit)]
async fn on_connection(connection: &mut PgConnection, id: i64) -> Result<(), sqlx::Error> {
    let _ = (connection, id);
    Ok(())
}

/// A pool has no transaction open, and whatever is begun in the body is committed there.
#[invalidates(Product(id))]
async fn on_pool(pool: &PgPool, id: i64) {
    let _ = (pool, id);
}

#[cached(invalidate_on = [Product(id)])]
async fn price_in_tx(tx: &mut Tx<Postgres>, id: i64) -> i64 {
    let _ = tx;
    id
}

#[cached(invalidate_on = [Product(id)])]
async fn price_on_connection(connection: &mut PgConnection, id: i64) -> i64 {
    let _ = connection;
    id
}

#[cached(invalidate_on = [Product(id)])]
async fn price_on_pool(pool: SqlitePool, id: i64) -> i64 {
    let _ = pool;
    id
}

/// One of the user's own, sync.
#[derive(NoKey)]
struct Own(Unit);

impl Transaction for Own {
    fn unit(&self) -> &Unit {
        &self.0
    }
}

#[invalidates(Product(id))]
fn in_own(own: &Own, id: i64) {
    let _ = (own, id);
}

#[cached(invalidate_on = [Product(id)], skip(open))]
fn price_in_own(own: &Own, open: &Open, id: i64) -> i64 {
    let _ = (own, open);
    id
}

struct Open(bool);

impl OpenTransaction for Open {
    fn is_open(&self) -> bool {
        self.0
    }
}

fn main() {
    let own = Own(Unit::begin());
    assert_eq!(price_in_own(&own, &Open(false), 5), 5);
    assert_eq!(price_in_own::entry(5).get(), None);
    assert!(price_in_own::entry(5).begin().store(7));
    assert_eq!(price_in_own(&own, &Open(false), 5), 7);
    assert_eq!(price_in_own(&own, &Open(true), 5), 5);

    in_own(&own, 5);
    assert_eq!(price_in_own(&own, &Open(false), 5), 5);
    assert_eq!(price_in_own::entry(5).get(), Some(7));
    own.0.end();
    assert_eq!(price_in_own::entry(5).get(), None);

    let _ = (price_in_tx::entry(5), price_on_connection::entry(5), price_on_pool::entry(5));
    let _ = (in_tx, in_tx_by_value, by_result, in_transaction, on_connection, on_pool);
    let _ = (price_in_tx, price_on_connection, price_on_pool);
}
