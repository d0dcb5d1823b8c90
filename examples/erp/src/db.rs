//! The database: PostgreSQL or SQLite, by its URL. Both know the SQL of this application, so it is written once, for sqlx's `Any`.
//! An application on one of them has its pool in this place.

use std::cell::Cell;
use std::path::Path;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

use cache_core::NoKey;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{Any, AnyPool, Executor};

/// A transaction: what its writers invalidate is invalidated when it commits.
pub type Tx = cache_sqlx::Tx<Any>;

tokio::task_local! {
    /// How often this request has asked.
    static ASKED: Cell<u64>;
}

/// Runs a request, and says how often it asked the database. What it is given by another's load it didn't ask for.
pub async fn asking<F: Future>(request: F) -> (F::Output, u64) {
    let counted = async { (request.await, ASKED.with(Cell::get)) };
    ASKED.scope(Cell::new(0), counted).await
}

/// Connections to the database, and how often it was asked. Never a part of a key.
#[derive(NoKey, Debug)]
pub struct Db {
    pool: AnyPool,
    is_sqlite: bool,
    queries: AtomicU64,
}

impl Db {
    /// Connects, and makes the file of SQLite if there is none, and its folder.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn connect(url: &str) -> Result<Db, sqlx::Error> {
        sqlx::any::install_default_drivers();
        let is_sqlite = url.starts_with("sqlite:");
        let mut url = url.to_owned();
        if let Some(file) = url.strip_prefix("sqlite:").filter(|file| !file.contains([':', '?'])) {
            let folder = Path::new(file.trim_start_matches("//")).parent();
            folder.map_or(Ok(()), std::fs::create_dir_all)?;
            url += "?mode=rwc";
        }
        let options = AnyConnectOptions::from_str(&url)?;
        let pool = AnyPoolOptions::new().max_connections(if url.contains(":memory:") { 1 } else { 16 });
        let pool = pool.after_connect(move |connection, _| {
            Box::pin(async move {
                if is_sqlite {
                    // Readers don't wait for a writer, and writers wait for each other.
                    connection.execute("pragma journal_mode = wal").await?;
                    connection.execute("pragma synchronous = normal").await?;
                }
                Ok(())
            })
        });
        Ok(Db { pool: pool.connect_with(options).await?, is_sqlite, queries: AtomicU64::new(0) })
    }

    /// The pool, for one query: it is counted.
    pub fn query(&self) -> &AnyPool {
        self.queries.fetch_add(1, Ordering::Relaxed);
        // Outside of a request nobody counts.
        let _ = ASKED.try_with(|asked| asked.set(asked.get() + 1));
        &self.pool
    }

    /// Whether there is a table. Of several processes that look in transactions one does at a time, if it is PostgreSQL.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn has_table(&self, tx: &mut Tx, table: &str) -> Result<bool, sqlx::Error> {
        let tables = match self.is_sqlite {
            true => "select count(*) from sqlite_master where name = $1",
            false => {
                sqlx::query("select pg_advisory_xact_lock(7)").execute(&mut **tx).await?;
                "select count(*) from pg_tables where tablename = $1 and schemaname = current_schema()"
            }
        };
        Ok(sqlx::query_scalar::<_, i64>(tables).bind(table).fetch_one(&mut **tx).await? > 0)
    }

    /// Begins a transaction.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn begin(&self) -> Result<Tx, sqlx::Error> {
        cache_sqlx::begin(self.query()).await
    }

    /// How often it was asked: queries outside of transactions, and transactions.
    pub fn queries(&self) -> u64 {
        self.queries.load(Ordering::Relaxed)
    }
}
