//! Calls while the server is dead, once the cache doesn't ask it any more.

use std::hint::black_box;
use std::time::Instant;

use cache_core::Cache;
use cache_redis::RedisTier;
use servers::{Program, Server};
use tokio::runtime::Runtime;

use super::page::near;
use crate::row::Row;
use crate::statistics::median;

/// Each of another page: what is near would tell nothing of the server.
const CALLS: u64 = 5_000;

pub(super) fn row(runtime: &Runtime) -> Row {
    let mut server = Server::start(Program::Redis, &[]);
    let dead = Cache::builder().tier(RedisTier::new(server.url()).expect("a URL")).build().expect("a cache");
    let alone = Cache::builder().build().expect("a cache");
    runtime.block_on(near(&dead, 0));
    server.kill();
    let mut id = 0;
    while !dead.stats().shared.is_some_and(|shared| shared.open) {
        id += 1;
        runtime.block_on(near(&dead, id));
    }
    let mut took = [Vec::new(), Vec::new(), Vec::new()];
    runtime.block_on(async {
        for id in (id + 1..).take(CALLS as usize) {
            let start = Instant::now();
            black_box(near(&dead, id).await);
            took[0].push(start.elapsed().as_nanos() as f64);
            let start = Instant::now();
            black_box(near(&alone, id).await);
            took[1].push(start.elapsed().as_nanos() as f64);
            let start = Instant::now();
            black_box(near::uncached(&alone, id).await);
            took[2].push(start.elapsed().as_nanos() as f64);
        }
    });
    assert!(dead.stats().shared.is_some_and(|shared| shared.open), "the server is dead all the time");
    let [ours, theirs, body] = took.map(median);
    Row {
        case: "dead-redis",
        unit: "ns",
        threads: 1,
        ours: ours - body,
        theirs_name: "ours, a miss without a tier; both beyond the body's own time",
        theirs: theirs - body,
        ours_allocs: 0.0,
        theirs_allocs: 0.0,
        lacks: "other processes",
    }
}
