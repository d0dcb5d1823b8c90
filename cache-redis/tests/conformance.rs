//! The tier keeps the contract, on each of the servers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cache_core::testing::conformance::Candidate;
use cache_redis::{Builder, RedisTier};
use servers::{Cluster, Program, Server};

/// Two processes' connections to a server of their own.
fn candidate(program: Program) -> Candidate {
    let server = Server::start(program, &[]);
    let connect = || RedisTier::new(server.url()).expect("a URL");
    Candidate::new(connect(), connect()).keep(server)
}

mod on_redis {
    use super::*;

    cache_core::testing::shared_tier_conformance!(async || candidate(Program::Redis), worker_threads = 2);
}

mod on_valkey {
    use super::*;

    cache_core::testing::shared_tier_conformance!(async || candidate(Program::Valkey), worker_threads = 2);
}

#[test]
fn behind_a_sentinel_on_valkey() {
    behind_a_sentinel(Program::Valkey);
}

#[test]
fn behind_a_sentinel_on_redis() {
    behind_a_sentinel(Program::Redis);
}

#[test]
fn on_a_cluster_of_redis() {
    on_a_cluster(Program::Redis);
}

#[test]
fn on_a_cluster_of_valkey() {
    on_a_cluster(Program::Valkey);
}

fn behind_a_sentinel(program: Program) {
    let primary = Server::start(program, &[]);
    let replica = Server::start_replica(&primary);
    // It replaces no primary that is just busy.
    let sentinel = Server::start_sentinel("shop", &primary);
    sentinel.command::<()>("SENTINEL SET shop down-after-milliseconds 60000");
    replicated(|| RedisTier::builder().sentinels("shop", [sentinel.url()]));
    drop((sentinel, replica));
}

fn on_a_cluster(program: Program) {
    let cluster = Cluster::start_replicated(program);
    replicated(|| RedisTier::builder().cluster(cluster.urls()));
}

/// Servers that have replicas, and take long to start: each rule has a prefix of its own there.
fn replicated(builder: impl Fn() -> Builder + Sync) {
    let rules = Arc::new(AtomicU64::new(0));
    let candidate = async || {
        let prefix = format!("{}:", rules.fetch_add(1, Ordering::Relaxed));
        let connect = || builder().prefix(&prefix).build().expect("URLs");
        Candidate::new(connect(), connect()).replicas()
    };
    cache_core::testing::shared_tier_conformance!(in_one_test: candidate, worker_threads = 2);
}
