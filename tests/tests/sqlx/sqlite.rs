//! SQLite: what a `Tx` collects, and when it is invalidated.

use cache_core::{Cache, cached, discard, invalidates, unit_of_work};
use cache_sqlx::{Tx, begin};
use servers::Folder;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{Connection, Sqlite, SqliteConnection, SqlitePool};
use tests::Source;

use super::Account;

type Result<T> = std::result::Result<T, sqlx::Error>;

/// Accounts 1 and 2, without a cent. Readers don't wait for writers (WAL).
async fn bank() -> (Folder, SqlitePool) {
    let folder = Folder::new();
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("bank"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal);
    let bank = SqlitePool::connect_with(options).await.unwrap();
    let tables = "create table account (id integer primary key, cents integer not null);
        create table owner (account integer references account deferrable initially deferred);
        insert into account values (1, 0), (2, 0);";
    sqlx::raw_sql(tables).execute(&bank).await.unwrap();
    (folder, bank)
}

async fn select(connection: impl sqlx::SqliteExecutor<'_>, id: i64) -> Result<i64> {
    sqlx::query_scalar("select cents from account where id = ?").bind(id).fetch_one(connection).await
}

async fn update(connection: &mut SqliteConnection, id: i64, cents: i64) -> Result<()> {
    let update = sqlx::query("update account set cents = ? where id = ?").bind(cents).bind(id);
    update.execute(connection).await.map(drop)
}

#[cached(invalidate_on = [Account(id)])]
async fn balance(bank: &SqlitePool, id: i64) -> Result<i64> {
    select(bank, id).await
}

/// As the transaction sees it.
#[cached(invalidate_on = [Account(id)])]
async fn balance_within(tx: &mut Tx<Sqlite>, id: i64) -> Result<i64> {
    select(&mut **tx, id).await
}

#[invalidates(Account(id))]
async fn set_balance(tx: &mut Tx<Sqlite>, id: i64, cents: i64) -> Result<()> {
    update(tx, id, cents).await
}

#[invalidates(Account(id), before_commit)]
async fn set_balance_raw(transaction: &mut SqliteConnection, id: i64, cents: i64) -> Result<()> {
    update(transaction, id, cents).await
}

#[invalidates(Account(each ids))]
async fn touch(tx: &mut Tx<Sqlite>, ids: &[i64]) {
    let _ = (tx, ids);
}

/// The race: a reader between the update and the commit loads the old row, and keeps it until the commit.
#[cache_core::test]
async fn a_reader_between_the_update_and_the_commit_keeps_nothing() -> Result<()> {
    let (_folder, bank) = bank().await;
    let mut tx = begin(&bank).await?;
    set_balance(&mut tx, 1, 50).await?;
    assert_eq!(balance(&bank, 1).await?, 0);
    assert_eq!(balance::entry(1).get().await.transpose()?, Some(0), "stored: it is what is committed");
    tx.commit().await?;
    assert_eq!(balance(&bank, 1).await?, 50);
    Ok(())
}

/// The same race, where the writer invalidates before the commit: this is what a `Tx` is for.
#[cache_core::test]
async fn before_the_commit_is_too_early() -> Result<()> {
    let (_folder, bank) = bank().await;
    let mut transaction = bank.begin().await?;
    set_balance_raw(&mut transaction, 1, 50).await?;
    assert_eq!(balance(&bank, 1).await?, 0);
    transaction.commit().await?;
    assert_eq!(select(&bank, 1).await?, 50);
    assert_eq!(balance(&bank, 1).await?, 0, "stale, and kept");
    Ok(())
}

/// With a unit of work around the transaction it isn't.
#[cache_core::test]
async fn a_unit_of_work_around_the_transaction_and_its_commit() -> Result<()> {
    let (_folder, bank) = bank().await;
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

/// A load that read the old row before the commit, and ends after it.
#[cache_core::test]
async fn a_load_across_the_commit_is_not_stored() -> Result<()> {
    #[cached(invalidate_on = [Account(id)])]
    async fn slow_balance(bank: &SqlitePool, wait: &Source, id: i64) -> Result<i64> {
        let cents = select(bank, id).await;
        wait.read().await;
        cents
    }
    let (_folder, bank) = bank().await;
    let wait = Source::default();
    let mut hold = wait.hold();
    let mut tx = begin(&bank).await?;
    set_balance(&mut tx, 1, 50).await?;
    let writer = async {
        hold.reached().await;
        let committed = tx.commit().await;
        hold.release();
        committed
    };
    let (old, committed) = tokio::join!(slow_balance(&bank, &wait, 1), writer);
    committed?;
    assert_eq!(old?, 0);
    assert_eq!(slow_balance(&bank, &wait, 1).await?, 50);
    Ok(())
}

#[cache_core::test]
async fn a_rollback_keeps_what_is_stored() -> Result<()> {
    let (_folder, bank) = bank().await;
    balance(&bank, 1).await?;
    let watch = balance::entry(1).watch();
    let mut tx = begin(&bank).await?;
    set_balance(&mut tx, 1, 50).await?;
    tx.rollback().await?;
    watch.assert_kept();
    assert_eq!(balance::entry(1).get().await.transpose()?, Some(0));
    Ok(())
}

#[cache_core::test]
async fn a_drop_before_the_commit_keeps_what_is_stored() -> Result<()> {
    let (_folder, bank) = bank().await;
    let watch = balance::entry(1).watch();
    let mut tx = begin(&bank).await?;
    set_balance(&mut tx, 1, 50).await?;
    drop(tx);
    watch.assert_kept();
    assert_eq!(balance(&bank, 1).await?, 0);
    Ok(())
}

/// Nobody knows what an error of a commit means.
#[cache_core::test]
async fn a_commit_that_fails_invalidates() -> Result<()> {
    let (_folder, bank) = bank().await;
    let watch = balance::entry(1).watch();
    let mut tx = begin(&bank).await?;
    set_balance(&mut tx, 1, 50).await?;
    sqlx::query("insert into owner values (3)").execute(&mut *tx).await?;
    watch.assert_kept();
    tx.commit().await.expect_err("there is no account 3");
    watch.assert_gone();
    Ok(())
}

/// What is read in the transaction may never be committed.
#[cache_core::test]
async fn what_is_read_within_is_not_stored() -> Result<()> {
    let (_folder, bank) = bank().await;
    let mut tx = begin(&bank).await?;
    assert_eq!(balance_within(&mut tx, 1).await?, 0);
    assert_eq!(balance_within::entry(1).get().await.transpose()?, None);

    set_balance(&mut tx, 1, 50).await?;
    assert_eq!(balance_within(&mut tx, 1).await?, 50);
    assert_eq!(balance_within::refresh(&mut tx, 1).await?, 50);
    assert_eq!(balance_within::entry(1).get().await.transpose()?, None);
    tx.rollback().await
}

/// What is stored is served until the transaction has written: from then on it may see something else.
#[cache_core::test]
async fn what_is_stored_is_served_until_the_first_write() -> Result<()> {
    let (_folder, bank) = bank().await;
    let stored = balance_within::entry(1).begin().await.store(Ok(7));
    assert!(stored);
    let mut tx = begin(&bank).await?;
    assert_eq!(balance_within(&mut tx, 1).await?, 7);
    set_balance(&mut tx, 2, 50).await?;
    assert_eq!(balance_within(&mut tx, 1).await?, 0);
    Ok(())
}

/// A cached function that is handed what is not committed isn't stored, whoever reads it for it.
#[cache_core::test]
async fn a_load_with_a_transaction_inside_is_not_stored() -> Result<()> {
    #[cached(invalidate_on = [Account])]
    async fn begins(bank: &SqlitePool) -> Result<i64> {
        let mut tx = begin(bank).await?;
        update(&mut tx, 1, 50).await?;
        let sum = sqlx::query_scalar("select sum(cents) from account").fetch_one(&mut *tx).await;
        tx.rollback().await?;
        sum
    }
    #[cached(invalidate_on = [Account])]
    async fn calls(bank: &SqlitePool) -> Result<i64> {
        let mut transaction = bank.begin().await?;
        update(&mut transaction, 1, 50).await?;
        on(&mut transaction, 1).await
    }
    #[cached(invalidate_on = [Account(id)])]
    async fn on(connection: &mut SqliteConnection, id: i64) -> Result<i64> {
        select(connection, id).await
    }
    let (_folder, bank) = bank().await;
    assert_eq!((begins(&bank).await?, calls(&bank).await?), (50, 50));
    assert_eq!(
        (begins::entry().get().await.transpose()?, calls::entry().get().await.transpose()?),
        (None, None)
    );

    // On a connection without a transaction it is stored.
    let mut connection = bank.acquire().await?;
    assert_eq!(on(&mut connection, 1).await?, 0);
    assert_eq!(on::entry(1).get().await.transpose()?, Some(0));
    let mut transaction = connection.begin().await?;
    update(&mut transaction, 1, 60).await?;
    assert_eq!(on(&mut transaction, 1).await?, 60, "neither stored nor served");
    Ok(())
}

/// A hundred thousand rows are one bump, of their model.
#[cache_core::test]
async fn very_many_rows_are_one_invalidation() -> Result<()> {
    let (_folder, bank) = bank().await;
    let watch = balance::entry(1).watch();
    let before = Cache::current().stats().invalidations;
    let mut tx = begin(&bank).await?;
    for hundred in (0..100_000).collect::<Vec<_>>().chunks(100) {
        touch(&mut tx, hundred).await;
    }
    assert_eq!(Cache::current().stats().invalidations, before);
    tx.commit().await?;
    assert_eq!(Cache::current().stats().invalidations, before + 1);
    watch.assert_gone();
    Ok(())
}

/// A `Tx` in a unit of work has its own: its commit is one, whatever becomes of what is around it.
#[cache_core::test]
async fn in_a_unit_of_work_the_commit_counts() -> Result<()> {
    let (_folder, bank) = bank().await;
    let (one, two) = (balance::entry(1).watch(), balance::entry(2).watch());
    unit_of_work(async {
        let mut tx = begin(&bank).await?;
        set_balance(&mut tx, 1, 50).await?;
        discard();
        tx.commit().await?;
        one.assert_gone();

        let mut tx = begin(&bank).await?;
        set_balance(&mut tx, 2, 50).await?;
        tx.rollback().await
    })
    .await?;
    two.assert_kept();
    Ok(())
}

/// A savepoint is the `Tx`'s own connection: what is written there follows the commit of the whole.
#[cache_core::test]
async fn a_savepoint_collects_into_the_whole() -> Result<()> {
    let (_folder, bank) = bank().await;
    let watch = balance::entry(1).watch();
    let mut tx = begin(&bank).await?;
    set_balance(&mut tx, 1, 50).await?;
    let mut savepoint = tx.begin().await?;
    update(&mut savepoint, 1, 60).await?;
    savepoint.rollback().await?;
    watch.assert_kept();
    tx.commit().await?;
    watch.assert_gone();
    assert_eq!(balance(&bank, 1).await?, 50);
    Ok(())
}

/// A writer that is given two transactions doesn't say which holds what: it is invalidated at both commits.
#[cache_core::test]
async fn a_writer_in_two_transactions_follows_both() -> Result<()> {
    #[invalidates(Account(id))]
    async fn copy(from: &mut Tx<Sqlite>, to: &mut Tx<Sqlite>, id: i64) -> Result<()> {
        update(to, id, select(&mut **from, id).await? + 1).await
    }
    let ((_one, one), (_two, two)) = (bank().await, bank().await);
    let (mut from, mut to) = (begin(&one).await?, begin(&two).await?);
    copy(&mut from, &mut to, 1).await?;
    let watch = balance::entry(1).watch();
    from.commit().await?;
    watch.assert_gone();
    let watch = balance::entry(1).watch();
    to.commit().await?;
    watch.assert_gone();
    Ok(())
}

/// A transaction of sqlx's own becomes one: for what only sqlx can begin.
#[cache_core::test]
async fn a_transaction_of_sqlx_becomes_one() -> Result<()> {
    let (_folder, bank) = bank().await;
    let watch = balance::entry(1).watch();
    let mut tx = Tx::from(bank.begin_with("begin immediate").await?);
    set_balance(&mut tx, 1, 50).await?;
    watch.assert_kept();
    tx.commit().await?;
    watch.assert_gone();
    Ok(())
}
