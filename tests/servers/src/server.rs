//! A server that runs.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use redis::{Connection, FromRedisValue, RedisResult};

use crate::{Folder, Program, WallClock};

/// How long a server may take to answer, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs the server, and ends it when it is told a line, or when the pipe to this process is closed because the process is gone: then
/// nobody else removes the folder.
const KEEPER: &str = r#"folder=$1; shift
"$@" </dev/null >/dev/null 2>&1 & echo $!
told=; read -r _ && told=yes
kill -KILL $! 2>/dev/null; wait $! 2>/dev/null
[ "$told" ] || rm -rf "$folder""#;

/// A server, until it is dropped.
#[derive(Debug)]
pub struct Server {
    program: Program,
    arguments: Vec<String>,
    folder: Folder,
    port: u16,
    process: Option<Process>,
    clock: Option<WallClock>,
}

#[derive(Debug)]
struct Process {
    keeper: Child,
    id: u32,
}

impl Server {
    /// Starts one with these arguments, and waits until it answers. It keeps nothing on disk unless they say so.
    ///
    /// # Panics
    ///
    /// If it is not installed, with what to install, or doesn't start.
    #[must_use]
    pub fn start(program: Program, arguments: &[&str]) -> Server {
        Server::start_in(program, keeping_nothing(arguments), Folder::new(), None)
    }

    /// Starts one whose time of day is that of a clock, which can be [stepped](WallClock::step).
    ///
    /// # Panics
    ///
    /// As [`start`](Self::start) does.
    #[must_use]
    pub fn start_by(clock: &WallClock, program: Program, arguments: &[&str]) -> Server {
        Server::start_in(program, keeping_nothing(arguments), Folder::new(), Some(clock.clone()))
    }

    fn start_in(
        program: Program,
        arguments: Vec<String>,
        folder: Folder,
        clock: Option<WallClock>,
    ) -> Server {
        let mut server = Server { program, arguments, folder, port: 0, process: None, clock };
        // Between the look for a free port and its use somebody else may take it.
        for _ in 0..20 {
            server.port = free_port();
            if server.try_start() {
                return server;
            }
        }
        panic!("{program:?} doesn't start: {}", server.log());
    }

    /// Starts a replica of a primary, and waits until it has all that is there.
    ///
    /// # Panics
    ///
    /// As [`start`](Self::start) does, and if it never has.
    #[must_use]
    pub fn start_replica(primary: &Server) -> Server {
        let of = format!("127.0.0.1 {}", primary.port);
        // The primary waits for no other one.
        primary.command::<()>("CONFIG SET repl-diskless-sync-delay 0");
        let replica = Server::start(primary.program, &["--replicaof", &of]);
        let end = Instant::now() + PATIENCE;
        while replica.info("master_link_status") != "up" {
            assert!(Instant::now() < end, "it doesn't replicate: {}", replica.log());
            sleep(Duration::from_millis(5));
        }
        replica
    }

    /// Starts a Sentinel that watches a primary under that name, alone, and soon takes it for dead.
    ///
    /// # Panics
    ///
    /// As [`start`](Self::start) does.
    #[must_use]
    pub fn start_sentinel(name: &str, primary: &Server) -> Server {
        let folder = Folder::new();
        let settings = format!(
            "sentinel monitor {name} 127.0.0.1 {} 1\nsentinel down-after-milliseconds {name} 300\n\
             sentinel failover-timeout {name} 1000\n",
            primary.port
        );
        // It writes there what it learns.
        let file = folder.path().join("sentinel.conf");
        std::fs::write(&file, settings).expect("a file can be written");
        let file = file.to_str().expect("a path is text").to_owned();
        Server::start_in(primary.program, vec![file, "--sentinel".to_owned()], folder, None)
    }

    /// Starts it again, where it was and with what it has stored.
    ///
    /// # Panics
    ///
    /// If it doesn't start.
    pub fn start_again(&mut self) {
        self.kill();
        assert!(self.try_start(), "{:?} doesn't start again: {}", self.program, self.log());
    }

    /// Ends it at once. It stores nothing.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            let mut told = process.keeper.stdin.take().expect("it has an input");
            let _ = told.write_all(b"\n");
            let _ = process.keeper.wait();
        }
    }

    /// Whether it hasn't been ended.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.process.is_some()
    }

    /// It does nothing until [`thaw`](Self::thaw): its connections stay, and nothing answers.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Ends [`freeze`](Self::freeze).
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    /// Where it is, as a URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// The port that it listens on, on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where it keeps what it keeps.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A connection of the caller's own.
    ///
    /// # Panics
    ///
    /// If it doesn't answer.
    #[must_use]
    pub fn connection(&self) -> Connection {
        self.try_connection().expect("the server answers")
    }

    /// Sends a command, written as words, and gives its answer.
    ///
    /// # Panics
    ///
    /// If it is refused.
    pub fn command<T: FromRedisValue>(&self, words: &str) -> T {
        let mut command = redis::Cmd::new();
        for word in words.split_whitespace() {
            command.arg(word);
        }
        command.query(&mut self.connection()).unwrap_or_else(|error| panic!("`{words}`: {error}"))
    }

    /// A field of `INFO`, however often connections are lost: a server that takes over is cut off from all.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[must_use]
    pub fn info(&self, field: &str) -> String {
        self.field("INFO", field)
    }

    /// How often a command was called, since it started or `CONFIG RESETSTAT`. A command with another in it is written `client|list`.
    #[must_use]
    pub fn calls(&self, command: &str) -> u64 {
        let all: String = self.command("INFO commandstats");
        let name = format!("cmdstat_{command}:calls=");
        let calls = all.lines().find_map(|line| line.strip_prefix(&name)?.split(',').next());
        calls.map_or(0, |calls| calls.parse().expect("a number"))
    }

    /// A field of `CLUSTER INFO`.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[must_use]
    pub fn cluster_info(&self, field: &str) -> String {
        self.field("CLUSTER INFO", field)
    }

    fn field(&self, question: &str, field: &str) -> String {
        let ask = || -> RedisResult<String> {
            let mut command = redis::Cmd::new();
            command.arg(question.split(' ').collect::<Vec<_>>());
            command.query(&mut self.try_connection()?)
        };
        let end = Instant::now() + PATIENCE;
        let all = loop {
            match ask() {
                Ok(all) => break all,
                Err(error) => assert!(error.is_io_error() && Instant::now() < end, "`{question}`: {error}"),
            }
        };
        let mut fields = all.lines().filter_map(|line| line.split_once(':'));
        fields.find(|(name, _)| *name == field).map(|(_, value)| value.trim().to_owned()).expect("a field")
    }

    fn try_start(&mut self) -> bool {
        let file = self.program.find().unwrap_or_else(|why| panic!("{why}"));
        let mut keeper = Command::new("sh")
            .args(["-c", KEEPER, "sh"])
            .arg(self.folder.path())
            .arg(file)
            .args(&self.arguments)
            .args(["--bind", "127.0.0.1", "--port", &self.port.to_string(), "--logfile", "log"])
            .arg("--dir")
            .arg(self.folder.path())
            .current_dir(self.folder.path())
            .envs(self.clock.iter().flat_map(WallClock::environment))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Whoever ends a test with all its processes leaves it the time to clear up.
            .process_group(0)
            .spawn()
            .expect("`sh` is there");
        let mut id = String::new();
        let output = keeper.stdout.take().expect("it has an output");
        BufReader::new(output).read_line(&mut id).expect("it says which process it started");
        let id = id.trim().parse().expect("a process has a number");
        self.process = Some(Process { keeper, id });
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if self.answers(id) {
                return true;
            }
            if !is_running(id) {
                break;
            }
            sleep(Duration::from_millis(5));
        }
        self.kill();
        false
    }

    /// Whether that process is who answers at the port.
    fn answers(&self, id: u32) -> bool {
        let answer =
            || -> RedisResult<String> { redis::cmd("INFO").arg("server").query(&mut self.try_connection()?) };
        match answer() {
            Ok(text) => text.lines().any(|line| line == format!("process_id:{id}")),
            // It asks for a password: the test knows it.
            Err(error) => error.code() == Some("NOAUTH"),
        }
    }

    fn try_connection(&self) -> RedisResult<Connection> {
        redis::Client::open(self.url())?.get_connection_with_timeout(PATIENCE)
    }

    fn signal(&self, signal: &str) {
        let id = self.process.as_ref().expect("it runs").id;
        let sent = Command::new("kill").args([signal, &id.to_string()]).status().expect("`kill` is there");
        assert!(sent.success(), "the server runs");
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// With these arguments, unless they say otherwise.
fn keeping_nothing(arguments: &[&str]) -> Vec<String> {
    let defaults = ["--save", "", "--appendonly", "no"];
    defaults.iter().chain(arguments).map(ToString::to_string).collect()
}

fn is_running(id: u32) -> bool {
    let alive = Command::new("kill").args(["-0", &id.to_string()]).stderr(Stdio::null()).status();
    alive.is_ok_and(|alive| alive.success())
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("there is a free port");
    listener.local_addr().expect("it has an address").port()
}
