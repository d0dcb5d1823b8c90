//! A time of day that can be stepped.

use std::path::PathBuf;
use std::sync::Arc;

use crate::Folder;

/// Where distributions put the library that tells programs another time.
const LIBRARIES: [&str; 4] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/faketime/libfaketime.so.1",
    "/usr/lib64/faketime/libfaketime.so.1",
];

/// The time of day of servers that are [started by](crate::Server::start_by) it, which see a step within a second. Their monotonic
/// clocks are the kernel's. Of [`Valkey`](crate::Program::Valkey) alone: the allocator of Debian's Redis asks for the time before the
/// library is ready to tell it.
#[derive(Clone, Debug)]
pub struct WallClock {
    library: &'static str,
    folder: Arc<Folder>,
}

impl WallClock {
    /// One that is right.
    ///
    /// # Errors
    ///
    /// What to install, if it is missing.
    ///
    /// # Panics
    ///
    /// If there is no room for a file.
    pub fn new() -> Result<WallClock, String> {
        let library = LIBRARIES.into_iter().find(|library| std::path::Path::new(library).exists()).ok_or(
            "`libfaketime` is not installed: run `scripts/test`, or install it (Debian: `apt-get install faketime`)",
        )?;
        let clock = WallClock { library, folder: Arc::new(Folder::new()) };
        clock.step(0);
        Ok(clock)
    }

    /// From now on it is so many seconds later than it is.
    ///
    /// # Panics
    ///
    /// If there is no room for a file.
    pub fn step(&self, seconds: i64) {
        // At once: a program that reads it while it is written would be somewhere else.
        let unfinished = self.folder.path().join("unfinished");
        std::fs::write(&unfinished, format!("{seconds:+}\n")).expect("a file can be written");
        std::fs::rename(unfinished, self.file()).expect("a file can be renamed");
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("offset")
    }

    /// What tells a program.
    pub(crate) fn environment(&self) -> [(&'static str, String); 4] {
        [
            ("LD_PRELOAD", self.library.to_owned()),
            ("FAKETIME_TIMESTAMP_FILE", self.file().display().to_string()),
            // It looks once a second: a look at each question would slow the server down.
            ("FAKETIME_CACHE_DURATION", "1".to_owned()),
            ("DONT_FAKE_MONOTONIC", "1".to_owned()),
        ]
    }
}
