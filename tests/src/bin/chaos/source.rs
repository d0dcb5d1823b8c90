//! The source of truth: a table of rows, each with a version, in SQLite.

use std::collections::HashSet;
use std::path::Path;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cache_core::NoKey;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{SqliteConnection, SqlitePool};

use super::clock::now;
use super::memory::{Counts, Memory, ROWS};

/// A row's number, and the version that it had.
pub type Seen = (i64, u64);

/// What a body fails with: a number of its own, by which who gets it can say whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken(pub u64);

/// The table, as one process has it.
#[derive(NoKey, Debug)]
pub struct Source {
    pub pool: SqlitePool,
    memory: Shared,
    /// Which life of which process this is.
    pub owner: u64,
    /// The errors that bodies made here.
    made: Mutex<HashSet<u64>>,
}

#[derive(Clone, Copy)]
struct Shared(&'static Memory, usize);

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Memory")
    }
}

tokio::task_local! {
    /// How long this call's own bodies took, in nanoseconds.
    pub static IN_BODIES: std::cell::Cell<u64>;
}

impl Source {
    /// Opens the table; makes it, if `new`.
    pub async fn open(
        file: &Path,
        memory: &'static Memory,
        worker: usize,
        owner: u64,
        new: bool,
    ) -> Arc<Source> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(new)
            .journal_mode(SqliteJournalMode::Wal)
            // Processes die, the machine doesn't.
            .synchronous(SqliteSynchronous::Off)
            // A process that is stopped in the middle of a transaction keeps the others waiting.
            .busy_timeout(Duration::from_secs(20));
        let pool = SqlitePoolOptions::new().max_connections(6).acquire_timeout(Duration::from_secs(60));
        let pool = pool.connect_with(options).await.expect("the database opens");
        if new {
            sqlx::raw_sql("create table item (id integer primary key, version integer not null)")
                .execute(&pool)
                .await
                .expect("a table");
            for id in 0..ROWS as i64 {
                sqlx::query("insert into item values (?, 0)").bind(id).execute(&pool).await.expect("a row");
            }
        }
        Arc::new(Source { pool, memory: Shared(memory, worker), owner, made: Mutex::default() })
    }

    pub fn memory(&self) -> &'static Memory {
        self.memory.0
    }

    pub fn counts(&self) -> &'static Counts {
        &self.memory.0.workers[self.memory.1]
    }

    /// Whether a body made that error here.
    pub fn made(&self, Broken(number): &Broken) -> bool {
        self.made.lock().expect("nobody panics with it").contains(number)
    }

    fn broken(&self) -> Broken {
        let number = fastrand::u64(..);
        self.made.lock().expect("nobody panics with it").insert(number);
        Counts::add(&self.counts().body_errors);
        Broken(number)
    }

    /// Reads rows. Sometimes it takes long after it has read them, which is where every race is, and sometimes it fails.
    pub async fn read(&self, ids: &[i64]) -> Result<Vec<Seen>, Broken> {
        let began = now();
        let read = self.read_all(ids).await;
        let _ = IN_BODIES.try_with(|in_bodies| in_bodies.set(in_bodies.get() + now() - began));
        read
    }

    async fn read_all(&self, ids: &[i64]) -> Result<Vec<Seen>, Broken> {
        let mut seen = Vec::with_capacity(ids.len());
        for id in ids {
            seen.push((*id, self.version(*id).await.map_err(|_| self.broken())?));
        }
        match fastrand::u32(..1000) {
            0..20 => tokio::time::sleep(Duration::from_millis(fastrand::u64(1..30))).await,
            20..22 => tokio::time::sleep(Duration::from_millis(fastrand::u64(30..300))).await,
            22..25 => return Err(self.broken()),
            _ => {}
        }
        Ok(seen)
    }

    /// The version that a row has.
    pub async fn version(&self, id: i64) -> Result<u64, sqlx::Error> {
        let version: i64 = sqlx::query_scalar("select version from item where id = ?")
            .bind(id)
            .fetch_one(&self.pool)
            .await?;
        Ok(u64::try_from(version).expect("a version"))
    }

    /// Gives rows new versions, in a transaction.
    pub async fn update(&self, transaction: &mut SqliteConnection, ids: &[i64]) -> Result<Vec<Seen>, Broken> {
        let mut written = Vec::with_capacity(ids.len());
        for id in ids {
            // The lock first: versions are drawn in the order of the commits.
            let locked = sqlx::query("update item set version = version where id = ?").bind(id);
            locked.execute(&mut *transaction).await.map_err(|_| self.broken())?;
            let version = self.memory().row(*id as usize).draw(self.owner);
            written.push((*id, version));
            let update = sqlx::query("update item set version = ? where id = ?");
            let update = update.bind(i64::try_from(version).expect("a version")).bind(id);
            update.execute(&mut *transaction).await.map_err(|_| self.broken())?;
        }
        Ok(written)
    }

    /// [`update`](Self::update), committed.
    pub async fn write(&self, ids: &[i64]) -> Result<Vec<Seen>, Broken> {
        let mut transaction = self.pool.begin_with("begin immediate").await.map_err(|_| self.broken())?;
        let written = self.update(&mut transaction, ids).await?;
        transaction.commit().await.map_err(|_| self.broken())?;
        self.committed(&written);
        Ok(written)
    }

    /// These are committed.
    pub fn committed(&self, written: &[Seen]) {
        for (id, version) in written {
            self.memory().row(*id as usize).commit(*version);
            Counts::add(&self.counts().writes);
        }
    }

    /// A load of a row's plain pushed value.
    pub fn count_load(&self, id: i64) {
        self.memory().row(id as usize).loads.fetch_add(1, SeqCst);
    }
}
