//! The tier keeps the contract, on each of the servers.

use cache_core::testing::conformance::Candidate;
use cache_redis::RedisTier;
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

mod behind_sentinels {
    use super::*;

    cache_core::testing::shared_tier_conformance!(
        async || {
            let primary = Server::start(Program::Valkey, &[]);
            let sentinel = Server::start_sentinel("shop", &primary);
            let connect = || RedisTier::builder().sentinels("shop", [sentinel.url()]).build().expect("a URL");
            Candidate::new(connect(), connect()).keep(sentinel).keep(primary)
        },
        worker_threads = 2
    );
}

mod on_a_cluster {
    use super::*;

    cache_core::testing::shared_tier_conformance!(
        async || {
            let cluster = Cluster::start(Program::Redis, false);
            let connect = || RedisTier::builder().cluster(cluster.urls()).build().expect("URLs");
            Candidate::new(connect(), connect()).keep(cluster)
        },
        worker_threads = 2
    );
}
