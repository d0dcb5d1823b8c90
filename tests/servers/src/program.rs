//! Where the servers' programs are.

use std::path::{Path, PathBuf};

/// A server's program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Program {
    /// Redis: `redis-server`, as the distribution has it.
    Redis,
    /// Valkey: where `scripts/test` puts it, or `valkey-server`, as the distribution has it.
    Valkey,
}

impl Program {
    /// The program's file.
    ///
    /// # Errors
    ///
    /// What to install, if it is nowhere.
    pub fn find(self) -> Result<PathBuf, String> {
        match self {
            Program::Redis => on_path("redis-server").ok_or_else(|| {
                "`redis-server` is not installed: run `scripts/test`, or install it (Debian: `apt-get install redis-server`)".into()
            }),
            Program::Valkey => unpacked().or_else(|| on_path("valkey-server")).ok_or_else(|| {
                "`valkey-server` is not installed: run `scripts/test`, which puts it into `target/valkey`, or install it".into()
            }),
        }
    }
}

/// In the target folder that is built into, or in the workspace's.
fn unpacked() -> Option<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    let targets = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from).into_iter().chain([workspace]);
    targets.map(|target| target.join("valkey/valkey-server")).find(|file| file.exists())
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}
