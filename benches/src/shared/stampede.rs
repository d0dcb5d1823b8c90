//! Many callers in several processes, all at once, of a key that is missing.

use std::error::Error;
use std::sync::OnceLock;
use std::time::Duration;

use cache_core::{Alias, Cache, cached};
use cache_redis::RedisTier;
use redis::aio::MultiplexedConnection;
use servers::Server;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::children::{Children, answer, told};
use crate::row::Row;

pub(super) const KIND: &str = "stampede";
const PROCESSES: usize = 4;
const CALLERS: usize = 250;
/// How long a load takes.
const LOAD: Duration = Duration::from_millis(50);

#[derive(Alias)]
#[alias(name = "stampede", ttl = "1h")]
struct Stampede;

static COUNTS: OnceLock<MultiplexedConnection> = OnceLock::new();

#[cached(alias = Stampede)]
async fn counted(id: u64) -> u64 {
    let mut counts = COUNTS.get().expect("it is set before the first call").clone();
    let count = redis::cmd("INCR").arg(format!("loads:{id}")).to_owned();
    let () = count.query_async(&mut counts).await.expect("the server is there");
    tokio::time::sleep(LOAD).await;
    id
}

/// The most loads that any of some keys took.
pub(super) fn row(server: &Server, quick: bool) -> Result<Row, Box<dyn Error>> {
    let mut children = Children::start(PROCESSES, KIND, &server.url())?;
    let mut most = 0_u64;
    for id in 0..if quick { 20 } else { 100 } {
        children.tell(&id.to_string())?;
        children.answers()?;
        most = most.max(server.command(&format!("GET loads:{id}")));
    }
    Ok(Row {
        case: "stampede-loads",
        unit: "loads",
        threads: PROCESSES,
        ours: most as f64,
        theirs_name: "the goal",
        theirs: 1.0,
        ours_allocs: 0.0,
        theirs_allocs: 0.0,
        lacks: "",
    })
}

/// One of those processes.
pub(super) fn child(runtime: &Runtime, url: &str) -> Result<(), Box<dyn Error>> {
    Cache::builder().tier(RedisTier::new(url)?).install()?;
    let connection = runtime.block_on(redis::Client::open(url)?.get_multiplexed_async_connection())?;
    let _ = COUNTS.set(connection);
    while let Some(id) = told() {
        let id = id.parse()?;
        runtime.block_on(async {
            let mut callers = JoinSet::new();
            (0..CALLERS).for_each(|_| _ = callers.spawn(counted(id)));
            assert!(callers.join_all().await.iter().all(|got| *got == id), "each gets what was loaded");
        });
        answer("done");
    }
    Ok(())
}
