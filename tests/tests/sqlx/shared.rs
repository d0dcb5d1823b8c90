//! Transactions beside other processes: what a commit invalidates is invalidated for all when it has returned.

use cache_core::shared::MemoryTier;
use cache_core::shared::memory::Request;
use cache_core::{Cache, cached, invalidates, testing};
use cache_sqlx::{Tx, begin};
use sqlx::{Sqlite, SqlitePool};

use super::Account;

type Result<T> = std::result::Result<T, sqlx::Error>;

#[cached(cache = cache, skip(cache), invalidate_on = [Account(id)])]
async fn cents(cache: &Cache, bank: &SqlitePool, id: i64) -> Result<i64> {
    let _ = cache;
    sqlx::query_scalar("select cents from account where id = ?").bind(id).fetch_one(bank).await
}

#[invalidates(Account(id), cache = cache)]
async fn set_cents(tx: &mut Tx<Sqlite>, cache: &Cache, id: i64, cents: i64) -> Result<()> {
    let _ = cache;
    let update = sqlx::query("update account set cents = ? where id = ?").bind(cents).bind(id);
    update.execute(&mut **tx).await.map(drop)
}

/// The server takes its time. Who is told that it is committed finds what is committed.
#[tokio::test]
async fn a_commit_returns_when_what_it_invalidates_is_invalidated() {
    let options = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1);
    let bank = options.connect("sqlite::memory:").await.unwrap();
    let table = "create table account (id integer, cents integer); insert into account values (1, 70)";
    sqlx::raw_sql(table).execute(&bank).await.unwrap();
    let tier = MemoryTier::new();
    let (here, there) = (testing::process(tier.clone()), testing::process(tier.connect()));
    for process in [&here, &there] {
        assert_eq!(cents(process, &bank, 1).await.unwrap(), 70);
        testing::settled(process).await;
    }

    let mut tx = begin(&bank).await.unwrap();
    set_cents(&mut tx, &here, 1, 20).await.unwrap();
    let bump = tier.on(Request::Bump).next(1).pause();
    let commit = tokio::spawn(tx.commit());
    bump.reached(1).await;
    // Whatever could go on has gone on by then.
    for _ in 0..100 {
        assert_eq!(cents(&here, &bank, 1).await.unwrap(), 70, "it is not invalidated yet");
        tokio::task::yield_now().await;
    }
    assert!(!commit.is_finished(), "nor is the commit over");
    bump.release();
    commit.await.unwrap().unwrap();
    assert_eq!(cents(&here, &bank, 1).await.unwrap(), 20);
    assert_eq!(cents(&there, &bank, 1).await.unwrap(), 20);
}
