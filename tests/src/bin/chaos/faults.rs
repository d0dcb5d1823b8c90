//! What goes wrong: each fault begins, lasts, and is mended.

use std::time::Duration;

use servers::{Proxy, Server, Way};

use super::memory::WORKERS;
use super::options::Topology;
use super::world::{NEVER, Servers, TAKEOVER, World, wait, wait_for};

/// A fault: its name, where it can be, and what it does.
pub struct Fault {
    pub name: &'static str,
    pub topologies: &'static [Topology],
    /// Faults of one place don't come together.
    pub place: Place,
    pub begin: fn(&mut World),
    /// How long it lasts, at the least and at the most.
    pub lasts: [u64; 2],
    pub end: fn(&mut World),
}

/// What a fault is a fault of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    Server,
    Network,
    Process,
}

use Place::{Network, Process, Server as AServer};
use Topology::{Cluster, Sentinel, Single};

const ALL: &[Topology] = &[Single, Sentinel, Cluster];

macro_rules! faults {
    ($($name:ident: $place:ident on $topologies:expr, $begin:expr, lasts $least:literal..$most:literal, $end:expr;)*) => {
        /// All of them.
        pub const FAULTS: &[Fault] = &[$(Fault {
            name: stringify!($name),
            topologies: $topologies,
            place: $place,
            begin: $begin,
            lasts: [$least, $most],
            end: $end,
        },)*];
    };
}

faults! {
    server_killed_comes_back_empty: AServer on &[Single], |world| world.server().kill(), lasts 100..1500, |world| {
        let _ = std::fs::remove_file(world.server().folder().join("dump.rdb"));
        world.server().start_again();
    };
    server_killed_comes_back_with_old_data: AServer on &[Single], |world| {
        world.server().command::<()>("SAVE");
        // Writes that it will have forgotten.
        std::thread::sleep(Duration::from_millis(400));
        world.server().kill();
    }, lasts 10..1000, |world| world.server().start_again();
    server_stopped: AServer on &[Single], |world| world.server().freeze(), lasts 100..2500, |world| world.server().thaw();
    client_pause: AServer on ALL, |world| world.each_primary(|server| command(server, "CLIENT PAUSE 700 ALL")), lasts 700..800, nothing;
    client_kill: AServer on ALL, |world| world.each_primary(|server| {
        command(server, "CLIENT KILL TYPE normal");
        command(server, "CLIENT KILL TYPE pubsub");
    }), lasts 0..200, nothing;
    flushall: AServer on ALL, |world| world.each_primary(|server| command(server, "FLUSHALL")), lasts 0..100, nothing;
    eviction: AServer on ALL, |world| world.each_primary(|server| {
        command(server, "CONFIG SET maxmemory-policy allkeys-random");
        let used: u64 = server.info("used_memory").parse().expect("a number");
        command(server, &format!("CONFIG SET maxmemory {}", used - used / 50));
    }), lasts 300..1500, |world| world.each_primary(|server| command(server, "CONFIG SET maxmemory 0"));
    clock_step: AServer on &[Single], |world| {
        let step = [-7200, -60, 30, 3600, 90_000][world.random.usize(..5)];
        world.step_clock(step);
    }, lasts 1200..2500, |world| world.step_clock(0);
    bytes_delayed: Network on &[Single], |world| {
        let delay = Duration::from_millis(world.random.u64(1..120));
        world.some_proxies(|proxy| proxy.slow(delay));
    }, lasts 300..1500, |world| world.each_proxy(|proxy| proxy.slow(Duration::ZERO));
    bytes_dropped: Network on &[Single], |world| world.some_proxies(|proxy| {
        proxy.block(Way::ToServer);
        proxy.block(Way::ToClient);
    }), lasts 300..2500, |world| world.each_proxy(Proxy::heal);
    partition_to_server: Network on &[Single], |world| world.some_proxies(|proxy| proxy.block(Way::ToServer)), lasts 300..2500, |world| world.each_proxy(Proxy::heal);
    partition_from_server: Network on &[Single], |world| world.some_proxies(|proxy| proxy.block(Way::ToClient)), lasts 300..2500, |world| world.each_proxy(Proxy::heal);
    half_open_connections: Network on &[Single], |world| world.some_proxies(Proxy::half_open), lasts 300..2500, nothing;
    connections_swallowed: Network on &[Single], |world| world.some_proxies(Proxy::swallow), lasts 300..2500, nothing;
    connections_cut: Network on &[Single], |world| world.some_proxies(Proxy::cut), lasts 0..200, nothing;
    process_killed: Process on ALL, |world| {
        let worker = world.random.usize(..WORKERS);
        world.end_worker(worker);
        world.begin_worker(worker);
    }, lasts 200..800, nothing;
    process_stopped: Process on ALL, |world| world.signal_worker(0, "-STOP"), lasts 1500..3500, |world| world.signal_worker(0, "-CONT");
    sentinel_failover: AServer on &[Sentinel], |world| world.fail_over(Duration::ZERO, false), lasts 0..10, nothing;
    sentinel_failover_lagging: AServer on &[Sentinel], |world| world.fail_over(Duration::from_millis(300), false), lasts 0..10, nothing;
    sentinel_failover_writer_dies: AServer on &[Sentinel], |world| world.fail_over(Duration::from_millis(300), true), lasts 0..10, nothing;
    cluster_failover: AServer on &[Cluster], World::fail_over_cluster, lasts 0..10, nothing;
    slot_migration: AServer on &[Cluster], World::move_slots, lasts 0..10, nothing;
}

fn nothing(_: &mut World) {}

/// What a server may refuse, or be gone for.
fn command(server: &Server, words: &str) {
    let words: Vec<&str> = words.split(' ').collect();
    let mut command = redis::cmd(words[0]);
    words[1..].iter().for_each(|word| {
        command.arg(word);
    });
    let _ = command.query::<redis::Value>(&mut server.connection());
}

impl World {
    fn server(&mut self) -> &mut Server {
        let Servers::Single { server, .. } = &mut self.servers else { panic!("there is one server") };
        server
    }

    fn each_primary(&mut self, each: impl Fn(&Server)) {
        match &mut self.servers {
            Servers::Single { server, .. } => each(server),
            Servers::Sentinel { pair, primary, .. } => each(&pair[*primary]),
            Servers::Cluster(cluster) => (0..3).for_each(|number| each(cluster.primary(number))),
        }
    }

    fn each_proxy(&mut self, each: impl Fn(&Proxy)) {
        if let Servers::Single { proxies, .. } = &self.servers {
            proxies.iter().for_each(each);
        }
    }

    /// One of them, or all.
    fn some_proxies(&mut self, each: impl Fn(&Proxy)) {
        let one = self.random.usize(..WORKERS + 1);
        if let Servers::Single { proxies, .. } = &self.servers {
            let chosen = |at: usize| one == WORKERS || at == one;
            proxies.iter().enumerate().filter(|(at, _)| chosen(*at)).for_each(|(_, proxy)| each(proxy));
        }
    }

    /// Whether a fault can be here.
    pub fn has_clock(&self) -> bool {
        matches!(&self.servers, Servers::Single { clock: Some(_), .. })
    }

    fn step_clock(&mut self, seconds: i64) {
        if let Servers::Single { clock: Some(clock), .. } = &self.servers {
            clock.step(seconds);
        }
    }

    /// The primary dies and its replica takes over, which has lacked what was written for so long; with it may die a process that
    /// would have told it.
    fn fail_over(&mut self, lag: Duration, with_writer: bool) {
        let kind = match (lag.is_zero(), with_writer) {
            (true, _) => 0,
            (false, false) => 1,
            (false, true) => 2,
        };
        let window = self.memory.open_window(kind, Duration::from_millis(100));
        let Servers::Sentinel { pair, primary, .. } = &mut self.servers else { return };
        let old = *primary;
        if !lag.is_zero() {
            // The replica doesn't know the password. Connections that are there stay.
            let url = pair[old].url().replace("//", "//:secret@");
            command(&pair[old], "CONFIG SET requirepass secret");
            let client = redis::Client::open(url).expect("a URL");
            if let Ok(mut connection) = client.get_connection() {
                let _ = redis::cmd("CLIENT").arg(&["KILL", "TYPE", "replica"]).query::<i64>(&mut connection);
            }
            std::thread::sleep(lag);
        }
        pair[old].kill();
        self.servers.take_for_dead_within(TAKEOVER);
        if with_writer {
            self.end_worker(1);
        }
        let Servers::Sentinel { pair, primary, .. } = &mut self.servers else { return };
        let (new, of) = (1 - old, format!("REPLICAOF 127.0.0.1 {}", pair[1 - old].port()));
        *primary = new;
        self.servers.wait_for_switch(new);
        self.servers.take_for_dead_within(NEVER);
        // It comes back as the other one's replica.
        let Servers::Sentinel { pair, .. } = &mut self.servers else { return };
        pair[old].start_again();
        command(&pair[old], &of);
        let back = &pair[old];
        wait("it is a replica", || back.info("role") == "slave");
        if with_writer {
            self.begin_worker(1);
        }
        self.memory.close_window(window);
        self.servers.wait_for_replica();
    }

    /// A primary dies, its replica takes over; then it comes back, and takes over again.
    fn fail_over_cluster(&mut self) {
        let number = self.random.usize(..3);
        if !self.hand_back(number) {
            return;
        }
        let window = self.memory.open_window(3, Duration::from_millis(100));
        let Servers::Cluster(cluster) = &mut self.servers else { return };
        cluster.primary(number).kill();
        self.servers.take_for_dead_within(TAKEOVER);
        let Servers::Cluster(cluster) = &mut self.servers else { return };
        assert!(wait("the replica takes over", || cluster.has_taken_over(number)), "a replica takes over");
        self.servers.take_for_dead_within(NEVER);
        self.memory.close_window(window);
        let Servers::Cluster(cluster) = &mut self.servers else { return };
        cluster.primary(number).start_again();
        let cluster: &servers::Cluster = cluster;
        let returned = |field: &str| cluster.original(number).info(field);
        wait("it replicates", || returned("role") == "slave" && returned("master_link_status") == "up");
        wait("it has run for a while", || {
            returned("uptime_in_seconds").parse::<u64>().is_ok_and(|uptime| uptime > 1)
        });
        self.hand_back(number);
    }

    /// Handed over to the one that was a primary before, with all that is there: nothing is lost. Says whether it is one again: on a
    /// machine that is too busy servers may not agree in time, and then it is tried again before the next fault that needs it.
    fn hand_back(&mut self, number: usize) -> bool {
        let Servers::Cluster(cluster) = &self.servers else { return false };
        if cluster.original(number).info("role") == "master" {
            return true;
        }
        let window = self.memory.open_window(4, Duration::from_millis(100));
        // Who has voted for the successor of a primary doesn't vote again for twice as long.
        self.servers.take_for_dead_within(TAKEOVER);
        let Servers::Cluster(cluster) = &self.servers else { return false };
        let is_back = || cluster.original(number).info("role") == "master";
        for _ in 0..10 {
            // Asked again, it would begin anew.
            command(cluster.original(number), "CLUSTER FAILOVER");
            if wait_for(Duration::from_secs(6), is_back) {
                break;
            }
        }
        wait("the other one replicates", || {
            cluster.replica(number).info("role") == "slave"
                && cluster.replica(number).info("master_link_status") == "up"
        });
        let is_back = is_back();
        self.servers.take_for_dead_within(NEVER);
        self.memory.close_window(window);
        is_back
    }

    /// Some of the slots in which something lies go from one primary to another.
    fn move_slots(&mut self) {
        if !(0..3).all(|number| self.hand_back(number)) {
            return;
        }
        let Servers::Cluster(cluster) = &mut self.servers else { return };
        let mut slots = cluster.used_slots();
        // Always the same way: servers that give and take at the same time may come to disagree.
        slots.retain(|(_, from)| *from != 2);
        self.random.shuffle(&mut slots);
        for (slot, from) in slots.into_iter().take(4) {
            cluster.move_slot(slot, from, 2);
        }
    }
}
