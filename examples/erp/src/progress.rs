//! A bar that shows how far something is, where somebody looks.

use std::io::{IsTerminal, Write};

/// On a terminal a bar, elsewhere nothing.
#[derive(Debug)]
pub struct Progress {
    what: &'static str,
    of: u64,
    shown: bool,
}

const WIDTH: u64 = 40;

impl Progress {
    pub fn new(what: &'static str, of: u64) -> Progress {
        Progress { what, of: of.max(1), shown: std::io::stderr().is_terminal() }
    }

    /// So much is done.
    pub fn at(&self, done: u64) {
        if self.shown {
            let filled = usize::try_from(WIDTH * done / self.of).unwrap_or(0);
            let (bar, percent) = ("#".repeat(filled), 100 * done / self.of);
            // Nobody to be told where it can't be written.
            let _ = write!(std::io::stderr(), "\r{} [{bar:40}] {percent:3} %", self.what);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            let _ = writeln!(std::io::stderr());
        }
    }
}
