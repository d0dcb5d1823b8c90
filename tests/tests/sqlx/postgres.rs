//! PostgreSQL: commits that take their time, fail, or answer nobody.

use cache_core::{cached, invalidates, unit_of_work};
use cache_sqlx::{Tx, begin};
use servers::Postgres as Server;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{PgConnection, PgPool, Postgres};

use super::{Account, until};

type Result<T> = std::result::Result<T, sqlx::Error>;

/// Accounts 1 and 2, without a cent. At a commit an account is not below zero.
async fn bank() -> (Server, PgPool) {
    // Commits that ask for a standby's answer wait for ever: there is none. No others do.
    let server = Server::start(&["synchronous_standby_names=nobody", "synchronous_commit=local"]);
    let options = PgConnectOptions::new_without_pgpass().socket(server.socket()).username("postgres");
    let bank = PgPoolOptions::new().connect_with(options.database("postgres")).await.unwrap();
    let tables = "create table account (id bigint primary key, cents bigint not null);
        create function positive() returns trigger language plpgsql as $$
            begin if new.cents < 0 then raise 'below zero'; end if; return null; end $$;
        create constraint trigger positive after update on account deferrable initially deferred
            for each row execute function positive();
        insert into account values (1, 0), (2, 0);";
    sqlx::raw_sql(tables).execute(&bank).await.unwrap();
    (server, bank)
}

async fn select(bank: &PgPool, id: i64) -> Result<i64> {
    sqlx::query_scalar("select cents from account where id = $1").bind(id).fetch_one(bank).await
}

async fn update(connection: &mut PgConnection, id: i64, cents: i64) -> Result<()> {
    let update = sqlx::query("update account set cents = $2 where id = $1").bind(id).bind(cents);
    update.execute(connection).await.map(drop)
}

#[cached(invalidate_on = [Account(id)])]
async fn balance(bank: &PgPool, id: i64) -> Result<i64> {
    select(bank, id).await
}

#[invalidates(Account(id))]
async fn set_balance(tx: &mut Tx<Postgres>, id: i64, cents: i64) -> Result<()> {
    update(tx, id, cents).await
}

#[invalidates(Account(id), before_commit)]
async fn set_balance_raw(
    transaction: &mut sqlx::Transaction<'_, Postgres>,
    id: i64,
    cents: i64,
) -> Result<()> {
    update(transaction, id, cents).await
}

/// Its commit waits for a standby's answer: written, and not seen by anybody until somebody ends the wait.
async fn begin_slow(bank: &PgPool) -> Result<(Tx<Postgres>, i32)> {
    let mut tx = begin(bank).await?;
    sqlx::raw_sql("set local synchronous_commit = on").execute(&mut *tx).await?;
    let backend = sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut *tx).await?;
    Ok((tx, backend))
}

async fn its_commit_waits(bank: &PgPool, backend: i32) {
    let waits = "select wait_event = 'SyncRep' from pg_stat_activity where pid = $1";
    let waits = async || sqlx::query_scalar(waits).bind(backend).fetch_one(bank).await.unwrap_or(false);
    until("the commit waits", waits).await;
}

async fn signal(bank: &PgPool, how: &'static str, backend: i32) -> Result<()> {
    let signalled: bool = sqlx::query_scalar(how).bind(backend).fetch_one(bank).await?;
    assert!(signalled);
    Ok(())
}

/// The race, while the commit is under way: what it writes is not seen yet, and what is read now is kept until it is
/// over.
#[cache_core::test]
async fn a_reader_during_the_commit_keeps_nothing() -> Result<()> {
    let (_server, bank) = bank().await;
    let (mut tx, backend) = begin_slow(&bank).await?;
    set_balance(&mut tx, 1, 50).await?;
    assert_eq!(balance(&bank, 1).await?, 0);
    let commit = tokio::spawn(tx.commit());
    its_commit_waits(&bank, backend).await;
    assert_eq!(balance(&bank, 1).await?, 0);
    assert_eq!(balance::entry(1).get().await.transpose()?, Some(0), "stored: nobody can see the new one");

    signal(&bank, "select pg_cancel_backend($1)", backend).await?;
    commit.await.unwrap()?;
    assert_eq!(balance(&bank, 1).await?, 50);
    Ok(())
}

/// Who waited for the commit has gone away. It goes on, and is invalidated when it is over, not when nobody waits.
#[cache_core::test]
async fn a_commit_that_nobody_waits_for_invalidates_when_it_is_over() -> Result<()> {
    let (_server, bank) = bank().await;
    let (mut tx, backend) = begin_slow(&bank).await?;
    set_balance(&mut tx, 1, 50).await?;
    tokio::select! {
        biased;
        answer = tx.commit() => panic!("the commit waits: {answer:?}"),
        () = its_commit_waits(&bank, backend) => {}
    }
    assert_eq!(balance(&bank, 1).await?, 0);
    let watch = balance::entry(1).watch();

    signal(&bank, "select pg_cancel_backend($1)", backend).await?;
    until("it is invalidated", async || watch.is_gone()).await;
    assert_eq!(balance(&bank, 1).await?, 50);
    Ok(())
}

/// It is written, and the answer is an error: the connection is lost.
#[cache_core::test]
async fn a_commit_whose_answer_is_lost_invalidates() -> Result<()> {
    let (_server, bank) = bank().await;
    let (mut tx, backend) = begin_slow(&bank).await?;
    set_balance(&mut tx, 1, 50).await?;
    let commit = tokio::spawn(tx.commit());
    its_commit_waits(&bank, backend).await;
    assert_eq!(balance(&bank, 1).await?, 0);

    signal(&bank, "select pg_terminate_backend($1)", backend).await?;
    commit.await.unwrap().expect_err("the connection is lost");
    assert_eq!(select(&bank, 1).await?, 50, "and it is committed");
    assert_eq!(balance(&bank, 1).await?, 50);
    Ok(())
}

#[cache_core::test]
async fn a_commit_that_is_refused_invalidates() -> Result<()> {
    let (_server, bank) = bank().await;
    let watch = balance::entry(1).watch();
    let mut tx = begin(&bank).await?;
    set_balance(&mut tx, 1, -1).await?;
    watch.assert_kept();
    tx.commit().await.expect_err("below zero");
    watch.assert_gone();
    assert_eq!(balance(&bank, 1).await?, 0);
    Ok(())
}

#[cache_core::test]
async fn a_rollback_keeps_what_is_stored() -> Result<()> {
    let (_server, bank) = bank().await;
    balance(&bank, 1).await?;
    let mut tx = begin(&bank).await?;
    set_balance(&mut tx, 1, 50).await?;
    tx.rollback().await?;
    let mut tx = begin(&bank).await?;
    set_balance(&mut tx, 1, 60).await?;
    drop(tx);
    assert_eq!(balance::entry(1).get().await.transpose()?, Some(0));
    assert_eq!(select(&bank, 1).await?, 0);
    Ok(())
}

#[cache_core::test]
async fn a_unit_of_work_around_the_transaction_and_its_commit() -> Result<()> {
    let (_server, bank) = bank().await;
    unit_of_work(async {
        let mut transaction = bank.begin().await?;
        set_balance_raw(&mut transaction, 1, 50).await?;
        // Somewhere else, so not in the unit.
        let there = bank.clone();
        assert_eq!(tokio::spawn(async move { balance(&there, 1).await }).await.unwrap()?, 0);
        transaction.commit().await
    })
    .await?;
    assert_eq!(balance(&bank, 1).await?, 50);
    Ok(())
}
