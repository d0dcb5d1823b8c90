//! A PostgreSQL server, from the distribution's package.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::Folder;

/// How long it may take to answer, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the server, and ends it when it is told a line or when the pipe to this process is closed because the process is gone: by
/// `immediate` shutdown, which leaves no shared memory behind. Then nobody else removes the folder.
const KEEPER: &str = r#"folder=$1; shift
"$@" </dev/null >/dev/null 2>"$folder/log" & echo $!
told=; read -r _ && told=yes
kill -QUIT $! 2>/dev/null; wait $! 2>/dev/null
[ "$told" ] || rm -rf "$folder""#;

/// A server in a folder of its own, which listens there and at no port, until it is dropped. Its user and its database are called
/// `postgres`.
#[derive(Debug)]
pub struct Postgres {
    keeper: Child,
    folder: Folder,
}

impl Postgres {
    /// Starts one with these settings, `name=value`, and waits until it answers. It keeps nothing for the time after it.
    ///
    /// # Panics
    ///
    /// If it is not installed, or doesn't start.
    #[must_use]
    pub fn start(settings: &[&str]) -> Postgres {
        let folder = Folder::new();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).expect("a folder can be made");
        if is_root() {
            // Whose programs they are run as.
            let owned = Command::new("chown").arg("-R").arg("postgres").arg(folder.path()).status();
            assert!(owned.is_ok_and(|owned| owned.success()), "there is a user `postgres`");
        }
        let [program, arguments @ ..] = &command("initdb")[..] else { unreachable!("it has a name") };
        let made = Command::new(program)
            .args(arguments)
            .args([
                "--no-sync",
                "--auth=trust",
                "--username=postgres",
                "--encoding=UTF8",
                "--no-locale",
                "-D",
            ])
            .arg(&data)
            .current_dir("/")
            .env_remove("LC_ALL")
            .output()
            .expect("PostgreSQL is installed, see CONTRIBUTING.md");
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));

        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEPER, "sh"]).arg(folder.path()).args(command("postgres"));
        keeper.arg("-D").arg(&data).arg("-k").arg(folder.path());
        for setting in ["listen_addresses=", "fsync=off"].iter().chain(settings) {
            keeper.args(["-c", setting]);
        }
        let keeper = keeper
            .current_dir("/")
            .env_remove("LC_ALL")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Whoever ends a test with all its processes leaves it the time to clear up.
            .process_group(0)
            .spawn()
            .expect("`sh` is there");
        let mut server = Postgres { keeper, folder };
        let mut started = String::new();
        let output = server.keeper.stdout.take().expect("it has an output");
        BufReader::new(output).read_line(&mut started).expect("it says which process it started");
        server.wait();
        server
    }

    fn wait(&self) {
        let end = Instant::now() + PATIENCE;
        let [program, arguments @ ..] = &command("pg_isready")[..] else { unreachable!("it has a name") };
        loop {
            let answers = Command::new(program)
                .args(arguments)
                .arg("-q")
                .arg("-h")
                .arg(self.socket())
                .current_dir("/")
                .status();
            if answers.is_ok_and(|answers| answers.success()) {
                return;
            }
            assert!(Instant::now() < end, "PostgreSQL doesn't start: {}", self.log());
            sleep(Duration::from_millis(10));
        }
    }

    /// The folder that its socket is in.
    #[must_use]
    pub fn socket(&self) -> &Path {
        self.folder.path()
    }

    /// Where it is, as a URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://postgres@localhost/postgres?host={}", self.socket().display())
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let mut told = self.keeper.stdin.take().expect("it has an input");
        let _ = told.write_all(b"\n");
        let _ = self.keeper.wait();
    }
}

/// One of the server's programs. They refuse to run as root: then they run as the package's user.
fn command(program: &str) -> Vec<PathBuf> {
    let file = program_file(program);
    if is_root() {
        let by = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"];
        by.iter().map(PathBuf::from).chain([file]).collect()
    } else {
        vec![file]
    }
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
