//! Invalidation of a model while a million keys lie in Redis, beside what finds them by their pattern.

use std::time::Instant;

use cache_core::{Cache, target};
use cache_redis::RedisTier;
use redis::Connection;
use servers::{Program, Server};
use tokio::runtime::Runtime;

use super::page::{Item, elsewhere};
use crate::row::Row;
use crate::statistics::median;

const KEYS: u64 = 1_000_000;
/// Of them so many are entries that depend on the model. The others lie there as such: what is announced is the same for any
/// number of them.
const ENTRIES: u64 = 10_000;
const ROUNDS: usize = 21;

pub(super) fn row(runtime: &Runtime) -> Row {
    let server = Server::start(Program::Redis, &["--enable-debug-command", "yes"]);
    let cache = Cache::builder().tier(RedisTier::new(server.url()).expect("a URL")).build().expect("a cache");
    let key = elsewhere::entry(&cache, 1).key().to_string();
    let (of_function, _) = key.rsplit_once(':').expect("a key has several parts");
    let () = server.command(&format!("DEBUG POPULATE {} {of_function} 16", KEYS - ENTRIES));
    runtime.block_on(async {
        for id in 0..ENTRIES {
            elsewhere(&cache, id).await;
        }
    });
    let ours = (0..ROUNDS).map(|_| {
        runtime.block_on(async {
            elsewhere(&cache, 1).await;
            let start = Instant::now();
            cache.invalidate(target::model::<Item>()).await;
            let took = start.elapsed().as_nanos() as f64;
            assert!(elsewhere::entry(&cache, 1).get().await.is_none(), "it is gone");
            took
        })
    });
    let ours = median(ours.collect());
    let lie_there: u64 = server.command("DBSIZE");
    assert!(lie_there >= KEYS, "only {lie_there} keys");
    Row {
        case: "invalidate-1m-redis",
        unit: "ns",
        threads: 1,
        ours,
        theirs_name: "redis: SCAN and UNLINK of all that match",
        theirs: remove_matching(&mut server.connection(), &format!("{of_function}*")),
        ours_allocs: 0.0,
        theirs_allocs: 0.0,
        lacks: "what was being loaded meanwhile; other processes' near entries",
    }
}

/// Nanoseconds of finding and removing all keys of a pattern, a thousand at a time.
fn remove_matching(connection: &mut Connection, pattern: &str) -> f64 {
    let start = Instant::now();
    let mut cursor = 0_u64;
    loop {
        let mut scan = redis::cmd("SCAN");
        scan.arg(cursor).arg("MATCH").arg(pattern).arg("COUNT").arg(1000);
        let (next, keys): (u64, Vec<Vec<u8>>) = scan.query(connection).expect("the server is there");
        if !keys.is_empty() {
            let () = redis::cmd("UNLINK").arg(keys).query(connection).expect("the server is there");
        }
        cursor = next;
        if cursor == 0 {
            return start.elapsed().as_nanos() as f64;
        }
    }
}
