//! The servers and processes of a run.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};

use servers::{Cluster, Folder, Program, Proxy, Server, WallClock};

use super::memory::{Memory, WORKERS};
use super::options::{Options, Topology};
use super::source::Source;
use super::worker::Task;

/// The name that the Sentinel knows the primary by.
const NAME: &str = "chaos";
/// How long who doesn't answer is waited for: where a replica is to take over, and where none is.
pub const TAKEOVER: Duration = Duration::from_millis(1500);
pub const NEVER: Duration = Duration::from_secs(120);
/// How long servers may take to agree.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where the servers are.
pub enum Servers {
    /// One, and a network of its own for each process.
    Single {
        server: Server,
        proxies: Vec<Proxy>,
        clock: Option<WallClock>,
    },
    /// Two that take turns, and who watches them.
    Sentinel {
        sentinel: Server,
        pair: Box<[Server; 2]>,
        primary: usize,
    },
    Cluster(Box<Cluster>),
}

/// The servers and processes of a part of the run.
pub struct World {
    pub servers: Servers,
    pub memory: &'static Memory,
    pub folder: Folder,
    pub random: fastrand::Rng,
    pub tally: Tally,
    children: Vec<Child>,
    owners: u64,
    source: std::sync::Arc<Source>,
    runtime: tokio::runtime::Runtime,
    options: Options,
    deaths: Vec<(usize, u64)>,
}

/// What is counted beside what the processes count.
#[derive(Default, Debug)]
pub struct Tally {
    /// For each write whose writer died, how long an older version was served.
    pub died: Vec<Duration>,
    /// Invalidations that nobody told the fate of.
    pub lost: u64,
}

impl World {
    /// Starts all of it.
    pub fn start(topology: Topology, options: &Options, seed: u64) -> World {
        let folder = Folder::new();
        let memory = Memory::map(&folder.path().join("memory"));
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let source =
            runtime.block_on(Source::open(&folder.path().join("database"), memory, 0, u64::MAX, true));
        let mut world = World {
            servers: servers(topology, options),
            memory,
            folder,
            random: fastrand::Rng::with_seed(seed),
            tally: Tally::default(),
            children: Vec::new(),
            owners: 0,
            source,
            runtime,
            options: options.clone(),
            deaths: Vec::new(),
        };
        for worker in 0..WORKERS {
            let child = world.spawn(worker);
            world.children.push(child);
        }
        world
    }

    fn spawn(&mut self, worker: usize) -> Child {
        self.owners += 1;
        let servers = match &self.servers {
            Servers::Single { proxies, .. } => vec!["single".to_owned(), proxies[worker].url()],
            Servers::Sentinel { sentinel, .. } => {
                vec!["sentinel".to_owned(), NAME.to_owned(), sentinel.url()]
            }
            Servers::Cluster(cluster) => vec!["cluster".to_owned(), cluster.urls().join(",")],
        };
        let task = Task {
            folder: PathBuf::from(self.folder.path()),
            worker,
            owner: self.owner(worker),
            servers,
            replicated: self.options.replicated,
            without: self.options.flaw.map(|flaw| flaw.promise().to_owned()),
        };
        let program = std::env::current_exe().expect("this program has a file");
        // It ends when its input does, however this process ends.
        Command::new(program).args(task.words()).stdin(Stdio::piped()).spawn().expect("a process starts")
    }

    /// A number for each life of each process.
    fn owner(&self, worker: usize) -> u64 {
        self.owners * WORKERS as u64 + worker as u64
    }

    /// Ends a process at once. What it wrote and had not told is told by nobody.
    pub fn end_worker(&mut self, worker: usize) {
        let _ = self.children[worker].kill();
        let _ = self.children[worker].wait();
        self.bury(worker);
    }

    /// Starts another in the place of one that was ended.
    pub fn begin_worker(&mut self, worker: usize) {
        self.children[worker] = self.spawn(worker);
    }

    /// Notes what a process that is gone has committed and not told.
    fn bury(&mut self, worker: usize) {
        self.memory.workers[worker].waiting.store(0, SeqCst);
        for (id, row) in self.memory.rows.iter().enumerate() {
            for version in row.open(worker as u64) {
                let now = self.runtime.block_on(self.source.version(id as i64)).expect("it is read");
                // Where it isn't there any more, who wrote after it has told for both.
                if now == version {
                    row.bury(version);
                    self.deaths.push((id, version));
                } else {
                    row.forget(version);
                }
            }
        }
    }

    /// Stops a process, or lets it go on.
    pub fn signal_worker(&self, worker: usize, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.children[worker].id().to_string()]).status();
        assert!(sent.is_ok_and(|sent| sent.success()), "the process is there");
    }

    /// Fails where a process has ended by itself.
    pub fn all_live(&mut self) -> bool {
        self.children.iter_mut().all(|child| matches!(child.try_wait(), Ok(None)))
    }

    /// Ends all of it, when nothing is written any more. Says what was never told.
    pub fn settle(&mut self) {
        use super::memory::Phase;
        self.memory.set_phase(Phase::Settle);
        // Longer than a write takes, and than anything old is served that may be.
        std::thread::sleep(Duration::from_secs(1 + super::functions::OFF_TTL_SECONDS));
        let waiting =
            |memory: &Memory| memory.workers.iter().map(|counts| counts.waiting.load(SeqCst)).sum::<u64>();
        let memory = self.memory;
        wait("nothing waits to be told", || waiting(memory) == 0);
        self.tally.lost += waiting(memory);
        std::thread::sleep(Duration::from_secs(1 + super::functions::OFF_TTL_SECONDS));
        self.memory.set_phase(Phase::Sweep);
        if !wait("all rows have been read", || {
            memory.workers.iter().all(|counts| counts.swept.load(SeqCst) > 0)
        }) {
            eprintln!("violation: a process doesn't come to an end");
            self.tally.lost += 1;
        }
        for (id, version) in &self.deaths {
            if let Some(slot) = self.memory.row(*id).version(*version) {
                self.tally.died.push(slot.served_old_for());
            } else {
                self.tally.died.push(Duration::ZERO);
            }
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn servers(topology: Topology, options: &Options) -> Servers {
    match topology {
        Topology::Single => {
            let clock = match options.program {
                None | Some(Program::Valkey) => Some(WallClock::new().unwrap_or_else(|why| panic!("{why}"))),
                Some(Program::Redis) => None,
            };
            let server = match &clock {
                Some(clock) => Server::start_by(clock, Program::Valkey, &[]),
                None => Server::start(Program::Redis, &[]),
            };
            let proxies = (0..WORKERS).map(|_| Proxy::before(&server)).collect();
            Servers::Single { server, proxies, clock }
        }
        Topology::Sentinel => {
            let program = options.program.unwrap_or(Program::Redis);
            let primary = Server::start(program, &["--repl-diskless-sync-delay", "0"]);
            let replica = Server::start_replica(&primary);
            let sentinel = Server::start_sentinel(NAME, &primary);
            let pair = Box::new([primary, replica]);
            let servers = Servers::Sentinel { sentinel, pair, primary: 0 };
            servers.wait_for_replica();
            servers.take_for_dead_within(NEVER);
            servers
        }
        Topology::Cluster => {
            let cluster = Cluster::start_replicated(options.program.unwrap_or(Program::Redis));
            let servers = Servers::Cluster(Box::new(cluster));
            servers.take_for_dead_within(NEVER);
            servers
        }
    }
}

impl Servers {
    /// Waits until the Sentinel knows a replica that has all that is there.
    pub fn wait_for_replica(&self) {
        let Servers::Sentinel { pair, primary, .. } = self else { return };
        let replica = &pair[1 - primary];
        let is_fit = |one: &HashMap<String, String>| {
            let is = |field: &str, value: &str| one.get(field).is_some_and(|found| found == value);
            is("port", &replica.port().to_string()) && is("flags", "slave") && is("master-link-status", "ok")
        };
        wait("the Sentinel knows the replica", || self.ask_sentinel::<Vec<_>>("REPLICAS").iter().any(is_fit));
        wait("it replicates", || replica.info("master_link_status") == "up");
        // Longer than the seconds in which it counts itself.
        wait("it has run for a while", || {
            replica.info("uptime_in_seconds").parse::<u64>().is_ok_and(|time| time > 1)
        });
    }

    /// Waits until the Sentinel sends everybody to that one.
    pub fn wait_for_switch(&self, to: usize) {
        let Servers::Sentinel { pair, .. } = self else { return };
        let port = pair[to].port().to_string();
        let switched = || self.ask_sentinel::<Vec<String>>("GET-MASTER-ADDR-BY-NAME").get(1) == Some(&port);
        wait("the Sentinel names the new primary", || switched() && pair[to].info("role") == "master");
    }

    /// How long who doesn't answer is waited for before another takes over: the busiest machine is no reason to take anybody for dead
    /// who isn't.
    pub fn take_for_dead_within(&self, time: Duration) {
        let time = time.as_millis().to_string();
        match self {
            Servers::Single { .. } => {}
            Servers::Sentinel { sentinel, .. } => {
                sentinel.command::<()>(&format!("SENTINEL SET {NAME} down-after-milliseconds {time}"));
            }
            Servers::Cluster(cluster) => {
                let set = format!("CONFIG SET cluster-node-timeout {time}");
                cluster.living().for_each(|server| server.command::<()>(&set));
            }
        }
    }

    fn ask_sentinel<T: redis::FromRedisValue + Default>(&self, question: &str) -> T {
        let Servers::Sentinel { sentinel, .. } = self else { return T::default() };
        redis::cmd("SENTINEL").arg(&[question, NAME]).query(&mut sentinel.connection()).unwrap_or_default()
    }
}

/// Waits until that holds; says whether it does.
pub fn wait(what: &str, holds: impl Fn() -> bool) -> bool {
    let held = wait_for(PATIENCE, holds);
    if !held {
        eprintln!("it was waited in vain for {PATIENCE:?} until {what}");
    }
    held
}

/// Waits for so long at the most until that holds; says whether it does.
pub fn wait_for(patience: Duration, holds: impl Fn() -> bool) -> bool {
    let end = Instant::now() + patience;
    loop {
        if holds() {
            return true;
        }
        if Instant::now() > end {
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
