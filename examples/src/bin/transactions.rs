//! Writers in a transaction of sqlx: `cargo run -p examples --features sqlx --bin transactions`.
//!
//! Every claim that this prints is asserted.

use cache_core::{Model, cached, invalidates};
use cache_sqlx::Tx;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{Sqlite, SqlitePool};

#[derive(Model)]
#[model(name = "account", id = i64)]
struct Account;

/// The pool is not part of the key.
#[cached(invalidate_on = [Account(id)])]
async fn balance(db: &SqlitePool, id: i64) -> Result<i64, sqlx::Error> {
    println!("    (a query: the balance of {id})");
    sqlx::query_scalar("select cents from account where id = ?").bind(id).fetch_one(db).await
}

/// What it invalidates is invalidated when the transaction is committed. On `&mut Transaction`, of sqlx, it wouldn't
/// compile: it would invalidate too early.
#[invalidates(Account(id))]
async fn book(tx: &mut Tx<Sqlite>, id: i64, cents: i64) -> Result<(), sqlx::Error> {
    let booking = sqlx::query("update account set cents = cents + ? where id = ?").bind(cents).bind(id);
    booking.execute(&mut **tx).await?;
    Ok(())
}

async fn transfer(db: &SqlitePool, from: i64, to: i64, cents: i64) -> Result<Tx<Sqlite>, sqlx::Error> {
    let mut tx = cache_sqlx::begin(db).await?;
    book(&mut tx, from, -cents).await?;
    book(&mut tx, to, cents).await?;
    Ok(tx)
}

async fn show(db: &SqlitePool, expected: [i64; 2]) -> Result<(), sqlx::Error> {
    let balances = [balance(db, 1).await?, balance(db, 2).await?];
    assert_eq!(balances, expected);
    println!("  account 1: {}, account 2: {}", balances[0], balances[1]);
    Ok(())
}

async fn run(db: &SqlitePool) -> Result<(), sqlx::Error> {
    println!("At first");
    show(db, [100, 0]).await?;

    println!("\nA transfer, not committed: the others read what is committed, and may keep it");
    let tx = transfer(db, 1, 2, 70).await?;
    show(db, [100, 0]).await?;

    println!("\nIts commit invalidates both accounts");
    tx.commit().await?;
    show(db, [30, 70]).await?;

    println!("\nA transfer that is rolled back invalidates nothing");
    transfer(db, 1, 2, 30).await?.rollback().await?;
    show(db, [30, 70]).await
}

#[tokio::main]
async fn main() -> Result<(), sqlx::Error> {
    let file = std::env::temp_dir().join(format!("transactions-{}.db", std::process::id()));
    // With a write-ahead log, readers and a writer go on side by side.
    let options = SqliteConnectOptions::new().filename(&file).journal_mode(SqliteJournalMode::Wal);
    let db = SqlitePool::connect_with(options.create_if_missing(true)).await?;
    sqlx::raw_sql(
        "create table account (id integer, cents integer); insert into account values (1, 100), (2, 0)",
    )
    .execute(&db)
    .await?;
    let ran = run(&db).await;
    // The last connection takes the log with it.
    db.close().await;
    std::fs::remove_file(file)?;
    ran
}
