//! Transactions of [sqlx] that invalidate what was written in them when they are committed.
//!
//! A writer invalidates when it returns. In a transaction that commits later this is too early: a reader in between
//! loads the old row, and keeps it. [`begin`] gives a [`Tx`] instead, which collects what its writers invalidate and
//! invalidates it at [`commit`](Tx::commit).
//!
//! ```
//! use cache_core::{Model, cached, invalidates};
//! use cache_sqlx::Tx;
//! use sqlx::{Sqlite, SqlitePool};
//!
//! #[derive(Model)]
//! #[model(name = "bank.account", id = i64)]
//! struct Account;
//!
//! #[cached(invalidate_on = [Account(id)])]
//! async fn balance(db: &SqlitePool, id: i64) -> Result<i64, sqlx::Error> {
//!     sqlx::query_scalar("select cents from account where id = ?").bind(id).fetch_one(db).await
//! }
//!
//! #[invalidates(Account(id))]
//! async fn book(tx: &mut Tx<Sqlite>, id: i64, cents: i64) -> Result<(), sqlx::Error> {
//!     let booking = sqlx::query("update account set cents = cents + ? where id = ?").bind(cents).bind(id);
//!     booking.execute(&mut **tx).await?;
//!     Ok(())
//! }
//!
//! async fn transfer(db: &SqlitePool, from: i64, to: i64, cents: i64) -> Result<(), sqlx::Error> {
//!     let mut tx = cache_sqlx::begin(db).await?;
//!     book(&mut tx, from, -cents).await?;
//!     book(&mut tx, to, cents).await?;
//!     tx.commit().await // `balance` of both is invalidated here, and not before
//! }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), sqlx::Error> {
//! # let options = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1);
//! # let db = &options.connect("sqlite::memory:").await?;
//! # sqlx::raw_sql("create table account (id integer, cents integer); insert into account values (1, 70), (2, 0)")
//! #     .execute(db).await?;
//! # assert_eq!((balance(db, 1).await?, balance(db, 2).await?), (70, 0));
//! # transfer(db, 1, 2, 50).await?;
//! # assert_eq!((balance(db, 1).await?, balance(db, 2).await?), (20, 50));
//! # Ok(())
//! # }
//! ```
//!
//! - **Rolled back**, or dropped before its commit, it invalidates nothing.
//! - **A commit that fails** invalidates: its answer may have been lost. So does one whose caller goes away: on a tokio
//!   runtime it goes on, and invalidates when it is over.
//! - **Cached functions that take a `Tx`** read what is not committed: they are neither stored nor shared, and served
//!   what is stored only until the first write. A cached function that begins a `Tx` is not stored.
//! - **Very many rows** in one `Tx` are a handful of invalidations: beyond 1,000 of a model the model is invalidated.
//! - **Savepoints**, by sqlx's own [`Connection::begin`](sqlx::Connection::begin), collect into the `Tx` if its writers
//!   are given the `Tx`. What is rolled back to a savepoint is invalidated all the same.
//! - **In a [`unit_of_work`](cache_core::unit_of_work)** it has a unit of its own, which ends with its commit.
//!
//! What it doesn't see: `COMMIT` sent as a query, and writers that are given its connection (`&mut *tx`) in place of
//! itself. A writer that takes a connection or sqlx's own `Transaction` doesn't compile unless it says `before_commit`;
//! one that is generic over sqlx's `Executor` or `Acquire` does, for nobody knows what it is given.
//!
//! # Features
//!
//! | feature | |
//! |---|---|
//! | `postgres`, `mysql`, `sqlite` | sqlx's own, and their connections as arguments of cached functions and writers |
//!
//! sqlx's runtime and TLS are chosen in your own dependency on it. It needs Rust 1.94, as sqlx does.
#![forbid(unsafe_code)]

use std::fmt;
use std::ops::{Deref, DerefMut};

use cache_core::{NoKey, Transaction, Unit};
use sqlx::{Database, Pool};

/// Begins a transaction.
///
/// # Errors
///
/// Those of [`Pool::begin`].
pub async fn begin<DB: Database>(pool: &Pool<DB>) -> Result<Tx<DB>, sqlx::Error> {
    pool.begin().await.map(Tx::from)
}

/// A transaction that invalidates what was written in it when it is committed: see the [crate](self).
///
/// Made by [`begin`], or of one of sqlx's, before anything is written:
/// `Tx::from(pool.begin_with("begin immediate").await?)`.
pub struct Tx<DB: Database> {
    transaction: sqlx::Transaction<'static, DB>,
    unit: Uncommitted,
}

impl<DB: Database> Tx<DB> {
    /// Commits, then invalidates: reads that start when it has returned don't get what was loaded before.
    ///
    /// # Errors
    ///
    /// Those of sqlx's `commit`. It invalidates after an error too.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        let Tx { transaction, unit } = self;
        let unit = unit.committing();
        let commit = async move {
            let committed = transaction.commit().await;
            // After an error too. Where this is not reached, the unit is dropped, and ends. Waited for: who reads after the commit
            // reads what was committed, and knows what others do (I1).
            unit.end().await;
            committed
        };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return commit.await };
        // In a task of its own: what is dropped midway is under way all the same, and must not be invalidated before
        // it is over (I1).
        match runtime.spawn(commit).await {
            Ok(committed) => committed,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(error) => Err(sqlx::Error::Io(std::io::Error::other(error))),
        }
    }

    /// Rolls back, and invalidates nothing.
    ///
    /// # Errors
    ///
    /// Those of sqlx's `rollback`. Nothing is committed then either.
    pub async fn rollback(self) -> Result<(), sqlx::Error> {
        self.transaction.rollback().await
    }
}

/// What is discarded unless the commit begins.
#[derive(Debug)]
struct Uncommitted(Option<Unit>);

impl Uncommitted {
    fn unit(&self) -> &Unit {
        self.0.as_ref().expect("there until the commit begins")
    }

    fn committing(mut self) -> Unit {
        self.0.take().expect("there until the commit begins")
    }
}

impl Drop for Uncommitted {
    fn drop(&mut self) {
        if let Some(unit) = self.0.take() {
            unit.discard();
        }
    }
}

impl<DB: Database> From<sqlx::Transaction<'static, DB>> for Tx<DB> {
    fn from(transaction: sqlx::Transaction<'static, DB>) -> Self {
        Tx { transaction, unit: Uncommitted(Some(Unit::begin())) }
    }
}

impl<DB: Database> Transaction for Tx<DB> {
    fn unit(&self) -> &Unit {
        self.unit.unit()
    }
}

impl<DB: Database> NoKey for Tx<DB> {}

impl<DB: Database> Deref for Tx<DB> {
    type Target = DB::Connection;

    fn deref(&self) -> &DB::Connection {
        &self.transaction
    }
}

impl<DB: Database> DerefMut for Tx<DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        &mut self.transaction
    }
}

impl<DB: Database> fmt::Debug for Tx<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx").field("unit", &self.unit).finish_non_exhaustive()
    }
}
