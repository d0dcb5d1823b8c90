//! A PostgreSQL server of a test's own, from the distribution's package. nextest runs each test in a process of its own,
//! so a server for all of them would have nobody to stop it.

use std::path::PathBuf;
use std::process::{Child, Command};

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::{Folder, until};

/// Runs until it is dropped.
pub(crate) struct Server {
    process: Child,
    folder: Folder,
}

impl Server {
    /// Starts one, and connects to it.
    pub(crate) async fn start() -> (Server, PgPool) {
        let folder = Folder::new();
        let made = command("initdb")
            .args([
                "--no-sync",
                "--auth=trust",
                "--username=postgres",
                "--encoding=UTF8",
                "--no-locale",
                "-D",
            ])
            .arg(folder.path())
            .output()
            .expect("PostgreSQL is installed, see CONTRIBUTING.md");
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));

        let log = folder.path().join("log");
        let process = command("postgres")
            .arg("-D")
            .arg(folder.path())
            .arg("-k")
            .arg(folder.path())
            // Commits that ask for a standby's answer wait for ever: there is none. No others do.
            .args(["-c", "synchronous_standby_names=nobody", "-c", "synchronous_commit=local"])
            .args(["-c", "listen_addresses=", "-c", "fsync=off"])
            .stdout(std::process::Stdio::null())
            .stderr(std::fs::File::create(&log).expect("a log can be written"))
            .spawn()
            .expect("postgres starts");
        let server = Server { process, folder };

        let options = PgConnectOptions::new_without_pgpass()
            .socket(server.folder.path())
            .username("postgres")
            .database("postgres");
        let pool = PgPoolOptions::new().connect_lazy_with(options);
        until("the server answers", async || sqlx::query("select 1").execute(&pool).await.is_ok()).await;
        (server, pool)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Not `Child::kill`, which would leave its shared memory behind. This is `immediate` shutdown.
        let _ = Command::new("kill").args(["-QUIT", &self.process.id().to_string()]).status();
        let _ = self.process.wait();
    }
}

/// One of the server's programs. They refuse to run as root: then they run as the package's user.
fn command(program: &str) -> Command {
    let program = program_file(program);
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir("/").env_remove("LC_ALL");
    command
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("`id` is there");
    id.stdout.trim_ascii() == b"0"
}

/// Debian keeps them beside the PATH, by version: the newest.
fn program_file(program: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let files = versions.filter_map(|version| {
        let number: u32 = version.file_name().to_str()?.parse().ok()?;
        let file = version.path().join("bin").join(program);
        file.exists().then_some((number, file))
    });
    files.max().map_or_else(|| program.into(), |(_, file)| file)
}
