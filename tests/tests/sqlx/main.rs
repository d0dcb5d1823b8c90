//! Units of work on real databases: SQLite in a file, and PostgreSQL, a server of its own for each test.

mod postgres;
mod server;
mod shared;
mod sqlite;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A row of both databases.
#[derive(cache_core::Model)]
#[model(name = "sqlx.account", id = i64)]
pub struct Account;

/// A new name in the folder for temporary files. What is there is removed with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        static FOLDERS: AtomicU32 = AtomicU32::new(0);
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        Folder(std::env::temp_dir().join(format!("cache-sqlx-{}-{number}", std::process::id())))
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Asks again until it is so, for what another process is about to do.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !is_so().await {
        assert!(Instant::now() < end, "still not so: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
