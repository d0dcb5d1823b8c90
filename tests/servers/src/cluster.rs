//! Clusters.

use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use crate::{Program, Server};

const PATIENCE: Duration = Duration::from_secs(60);
const SLOTS: usize = 16_384;

/// A Cluster: so many primaries, each with a replica if there are to be some.
#[derive(Debug)]
pub struct Cluster {
    servers: Vec<Server>,
    primaries: usize,
}

impl Cluster {
    /// Starts one of three primaries, and waits until it answers for all slots.
    ///
    /// # Panics
    ///
    /// As [`Server::start`] does, and if they don't find together.
    #[must_use]
    pub fn start(program: Program, replicas: bool) -> Cluster {
        // Short where a replica is to take over; elsewhere a busy machine is no reason to take anybody for dead.
        Cluster::found(program, replicas, if replicas { "1000" } else { "15000" })
    }

    /// Starts one with replicas, none of which soon takes over: a busy machine is no reason to take anybody for dead.
    ///
    /// # Panics
    ///
    /// As [`start`](Self::start) does.
    #[must_use]
    pub fn start_replicated(program: Program) -> Cluster {
        Cluster::found(program, true, "15000")
    }

    fn found(program: Program, replicas: bool, timeout: &str) -> Cluster {
        let primaries = 3;
        let count = if replicas { 2 * primaries } else { primaries };
        let arguments = [
            "--cluster-enabled",
            "yes",
            "--cluster-node-timeout",
            timeout,
            "--cluster-replica-validity-factor",
            "0",
            "--repl-diskless-sync-delay",
            "0",
        ];
        let servers = thread::scope(|scope| {
            let starting: Vec<_> =
                (0..count).map(|_| scope.spawn(|| Server::start(program, &arguments))).collect();
            starting.into_iter().map(|server| server.join().expect("it starts")).collect()
        });
        let cluster = Cluster { servers, primaries };
        for number in 0..primaries {
            let (first, last) = (number * SLOTS / primaries, (number + 1) * SLOTS / primaries - 1);
            cluster.servers[number].command::<()>(&format!("CLUSTER ADDSLOTSRANGE {first} {last}"));
            // So that they agree at once on who is newer.
            let _: redis::Value =
                cluster.servers[number].command(&format!("CLUSTER SET-CONFIG-EPOCH {}", number + 1));
        }
        for server in &cluster.servers[1..] {
            server.command::<()>(&format!("CLUSTER MEET 127.0.0.1 {}", cluster.servers[0].port()));
        }
        cluster.wait("they know each other", |cluster| {
            cluster.servers.iter().all(|server| known(server) == count)
        });
        for (number, server) in cluster.servers.iter().enumerate().skip(primaries) {
            let primary: String = cluster.servers[number - primaries].command("CLUSTER MYID");
            server.command::<()>(&format!("CLUSTER REPLICATE {primary}"));
        }
        cluster.wait("all of them answer for all slots", |cluster| {
            cluster.servers.iter().all(|server| server.cluster_info("cluster_state") == "ok")
        });
        if replicas {
            cluster.wait("replicas replicate", |cluster| {
                cluster.servers[primaries..].iter().all(|server| server.info("master_link_status") == "up")
            });
        }
        cluster
    }

    /// The URLs of its primaries, as they were at the start.
    #[must_use]
    pub fn urls(&self) -> Vec<String> {
        self.servers[..self.primaries].iter().map(Server::url).collect()
    }

    /// A primary, as it was at the start.
    pub fn primary(&mut self, number: usize) -> &mut Server {
        assert!(number < self.primaries, "a primary");
        &mut self.servers[number]
    }

    /// [`primary`](Self::primary), to be looked at.
    #[must_use]
    pub fn original(&self, number: usize) -> &Server {
        assert!(number < self.primaries, "a primary");
        &self.servers[number]
    }

    /// The replica of that one, as it was at the start.
    #[must_use]
    pub fn replica(&self, number: usize) -> &Server {
        &self.servers[self.primaries + number]
    }

    /// All that run.
    pub fn living(&self) -> impl Iterator<Item = &Server> {
        self.servers.iter().filter(|server| server.is_running())
    }

    /// Whether the replica of that primary is one itself now, as the others have it too.
    #[must_use]
    pub fn has_taken_over(&self, number: usize) -> bool {
        let replica = self.replica(number);
        replica.info("role") == "master" && replica.cluster_info("cluster_state") == "ok"
    }

    /// The slots in which something lies, each with the primary that it lies at.
    #[must_use]
    pub fn used_slots(&self) -> Vec<(u16, usize)> {
        let mut slots: Vec<(u16, usize)> = Vec::new();
        for (number, server) in self.servers[..self.primaries].iter().enumerate() {
            let mut connection = server.connection();
            let keys: Vec<Vec<u8>> = redis::cmd("KEYS").arg("*").query(&mut connection).expect("keys");
            for key in keys {
                let slot =
                    redis::cmd("CLUSTER").arg("KEYSLOT").arg(key).query(&mut connection).expect("a slot");
                slots.push((slot, number));
            }
        }
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    /// Gives a slot, and all that lies there, from one primary to another.
    ///
    /// # Panics
    ///
    /// If one of them refuses.
    pub fn move_slot(&self, slot: u16, from: usize, to: usize) {
        self.begin_move(slot, from, to);
        self.end_move(slot, from, to);
    }

    /// Moves all that lies in a slot. The slot stays, until [`end_move`](Self::end_move).
    ///
    /// # Panics
    ///
    /// If one of them refuses.
    pub fn begin_move(&self, slot: u16, from: usize, to: usize) {
        let (from_server, to_server) = (&self.servers[from], &self.servers[to]);
        let from_id: String = from_server.command("CLUSTER MYID");
        let to_id: String = to_server.command("CLUSTER MYID");
        to_server.command::<()>(&format!("CLUSTER SETSLOT {slot} IMPORTING {from_id}"));
        from_server.command::<()>(&format!("CLUSTER SETSLOT {slot} MIGRATING {to_id}"));
        loop {
            let mut connection = from_server.connection();
            let keys: Vec<Vec<u8>> = redis::cmd("CLUSTER")
                .arg("GETKEYSINSLOT")
                .arg(slot)
                .arg(100)
                .query(&mut connection)
                .expect("keys");
            if keys.is_empty() {
                break;
            }
            let mut migrate = redis::cmd("MIGRATE");
            migrate
                .arg("127.0.0.1")
                .arg(to_server.port())
                .arg("")
                .arg(0)
                .arg(5000)
                .arg("REPLACE")
                .arg("KEYS")
                .arg(keys);
            migrate.query::<()>(&mut connection).expect("keys are moved");
        }
    }

    /// The slot is the other one's from now on, as all of them have it.
    ///
    /// # Panics
    ///
    /// If one of them refuses.
    pub fn end_move(&self, slot: u16, from: usize, to: usize) {
        let to_id: String = self.servers[to].command("CLUSTER MYID");
        let others = (0..self.primaries).filter(|number| *number != to && *number != from);
        let order: Vec<&Server> =
            [to, from].into_iter().chain(others).map(|number| &self.servers[number]).collect();
        let port = i64::from(self.servers[to].port());
        // One that has told others of an older state meanwhile, by a newer number, has taken it back: then once more.
        self.wait("all know who has the slot", |_| {
            for server in &order {
                server.command::<()>(&format!("CLUSTER SETSLOT {slot} NODE {to_id}"));
                let _: String = self.servers[to].command("CLUSTER BUMPEPOCH");
            }
            order.iter().all(|server| owner(server, slot) == Some(port))
        });
    }

    fn wait(&self, what: &str, holds: impl Fn(&Cluster) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !holds(self) {
            assert!(Instant::now() < end, "the Cluster: it was waited in vain until {what}");
            sleep(Duration::from_millis(10));
        }
    }
}

fn known(server: &Server) -> usize {
    server.cluster_info("cluster_known_nodes").parse().expect("a number")
}

/// The port of the primary that has a slot, as that server has it.
fn owner(server: &Server, slot: u16) -> Option<i64> {
    type Row = (i64, i64, redis::Value);
    let rows: Vec<Vec<redis::Value>> = server.command("CLUSTER SLOTS");
    rows.into_iter().find_map(|row| {
        let (first, last, primary): Row =
            redis::from_redis_value(redis::Value::Array(row.into_iter().take(3).collect())).ok()?;
        let redis::Value::Array(primary) = primary else { return None };
        let port = redis::from_redis_value(primary.into_iter().nth(1)?).ok()?;
        (first..=last).contains(&i64::from(slot)).then_some(port)
    })
}
