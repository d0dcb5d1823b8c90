//! What goes wrong with a server: calls return what their bodies return meanwhile (I4), and the promises hold afterwards.
//! And faults that other caching libraries have, each by its row in the project's list.

mod clusters;
mod connections;
mod data;
mod durability;
mod failovers;
mod fault_07_absent_at_first;
mod fault_08_stampede;
mod fault_12_invalidation_that_scans;
mod fault_15_outage;
mod refusals;
mod runtimes;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cache_core::{Alias, Cache, Model, NoKey, cached, invalidates, testing};
use cache_redis::RedisTier;
use servers::{Program, Server};
use tokio::task::LocalSet;

/// Makes a test of each of these for each server.
#[macro_export]
macro_rules! on_both {
    ($($(#[$note:meta])* $test:ident)*) => {
        mod on_redis {
            $($(#[$note])* #[tokio::test] async fn $test() {
                $crate::in_a_task(super::$test(servers::Program::Redis)).await
            })*
        }
        mod on_valkey {
            $($(#[$note])* #[tokio::test] async fn $test() {
                $crate::in_a_task(super::$test(servers::Program::Valkey)).await
            })*
        }
    };
}

/// How many connections for commands processes have. Not those by which it is asked here, some of which may not be closed yet.
fn connections(server: &Server) -> usize {
    let list = server.command::<String>("CLIENT LIST TYPE normal");
    list.lines().filter(|connection| !connection.contains(" cmd=client|list ")).count()
}

/// As handlers run.
async fn in_a_task(test: impl Future<Output = ()> + 'static) {
    let set = LocalSet::new();
    if let Err(ended) = set.run_until(async { tokio::task::spawn_local(test).await }).await {
        std::panic::resume_unwind(ended.into_panic());
    }
}

#[derive(Model)]
#[model(name = "article", id = u64)]
struct Article;

/// A database of one number, which counts its reads.
#[derive(NoKey, Debug, Default)]
struct Source {
    number: AtomicU64,
    reads: AtomicU64,
}

impl Source {
    fn new(number: u64) -> Source {
        Source { number: AtomicU64::new(number), reads: AtomicU64::new(0) }
    }

    fn read(&self) -> u64 {
        self.reads.fetch_add(1, Ordering::SeqCst);
        self.number.load(Ordering::SeqCst)
    }

    fn reads(&self) -> u64 {
        self.reads.load(Ordering::SeqCst)
    }
}

/// Writes of others are seen when they are announced.
#[derive(Alias)]
#[alias(name = "pushed", ttl = "1h")]
struct Pushed;

/// Each call asks. Long enough for a machine that is busy: what is looked at is not how long it takes.
#[derive(Alias)]
#[alias(name = "verified", ttl = "1h", coherence = verify, deadline = "2s")]
struct Verified;

#[cached(alias = Pushed, cache = cache, skip(cache), invalidate_on = [Article(id)])]
async fn price(cache: &Cache, source: &Source, id: u64) -> u64 {
    let _ = (cache, id);
    source.read()
}

#[cached(alias = Verified, cache = cache, skip(cache), invalidate_on = [Article(id)])]
async fn verified_price(cache: &Cache, source: &Source, id: u64) -> u64 {
    let _ = (cache, id);
    source.read()
}

#[invalidates(Article(id), cache = cache)]
async fn set_price(cache: &Cache, source: &Source, id: u64, price: u64) {
    let _ = (cache, id);
    source.number.store(price, Ordering::SeqCst);
}

/// A process beside a server, with connections of its own.
struct Process(Cache);

impl Process {
    fn at(url: String) -> Process {
        Process::beside(RedisTier::new(url).expect("a URL"))
    }

    fn beside(tier: RedisTier) -> Process {
        Process(Cache::builder().tier(tier).build().expect("a cache"))
    }

    async fn price(&self, source: &Source) -> u64 {
        guarded(price(&self.0, source, 5)).await
    }

    async fn verified(&self, source: &Source) -> u64 {
        guarded(verified_price(&self.0, source, 5)).await
    }

    /// Until it has a connection where its calls are made, beside the tier's own.
    async fn calls_often(&self, server: &Server, source: &Source) {
        // One of each of two processes, and that.
        until("it has one more", async || {
            for _ in 0..16 {
                self.verified(source).await;
            }
            connections(server) >= 3
        })
        .await;
    }

    async fn set(&self, source: &Source, to: u64) {
        guarded(set_price(&self.0, source, 5, to)).await;
    }

    /// Whether the tier is asked, and has confirmed all that it was told.
    fn is_well(&self) -> bool {
        let shared = self.0.stats().shared.expect("there is a tier");
        !shared.open && shared.pending == 0
    }

    fn pending(&self) -> usize {
        self.0.stats().shared.expect("there is a tier").pending
    }

    fn retried(&self) -> u64 {
        self.0.stats().shared.expect("there is a tier").retried
    }

    fn gaps(&self) -> u64 {
        self.0.stats().shared.expect("there is a tier").gaps
    }
}

/// Two processes beside one server, or a Cluster, which share a price of 1.
struct World<S = Server> {
    server: S,
    source: Arc<Source>,
    one: Process,
    other: Process,
}

impl World {
    async fn new(program: Program, arguments: &[&str]) -> World {
        let server = Server::start(program, arguments);
        let world = World {
            source: Arc::new(Source::new(1)),
            // One of them with a connection where it calls, the other one without.
            one: Process::at(format!("{}?connection_per_runtime=true", server.url())),
            other: Process::at(server.url()),
            server,
        };
        world.shares().await;
        world.one.calls_often(&world.server, &world.source).await;
        world
    }
}

impl<S> World<S> {
    /// What one process writes and reads now is what its bodies say, whatever the tier does.
    async fn goes_on_alone(&self, number: u64) {
        let World { source, one, .. } = self;
        one.set(source, number).await;
        assert_eq!(one.price(source).await, number, "its own write");
        assert_eq!(one.verified(source).await, number, "its own write");
    }

    /// And others that can't ask the tier, or hear of it, see it too.
    async fn goes_on(&self, number: u64) {
        self.goes_on_alone(number).await;
        let World { source, other, .. } = self;
        // Others are told, or go on for `max_staleness` without.
        until("another process sees it", async || other.price(source).await == number).await;
    }

    /// After a fault: what waited is confirmed, all see it, and writes are seen as they should be.
    async fn recovers(&self, number: u64) {
        let World { source, one, other, .. } = self;
        until("the tier is asked again", async || one.is_well() && other.is_well()).await;
        for process in [one, other] {
            assert_eq!(process.verified(source).await, number, "what was confirmed is seen at once (I1)");
        }
        until("pushed ones are seen", async || {
            one.price(source).await == number && other.price(source).await == number
        })
        .await;
        self.shares().await;
        for (number, [writer, reader]) in (number + 1..).zip([[one, other], [other, one]]) {
            writer.set(source, number).await;
            until("the write is confirmed", async || writer.is_well()).await;
            assert_eq!(reader.verified(source).await, number, "at once (I1)");
            until("the write is heard", async || reader.price(source).await == number).await;
        }
    }

    /// What one process has loaded the other one doesn't load, sooner or later.
    async fn shares(&self) {
        static IDS: AtomicU64 = AtomicU64::new(100);
        until("a value is shared", async || {
            let id = IDS.fetch_add(1, Ordering::SeqCst);
            guarded(verified_price(&self.one.0, &self.source, id)).await;
            testing::settled(&self.one.0).await;
            let reads = self.source.reads();
            guarded(verified_price(&self.other.0, &self.source, id)).await;
            self.source.reads() == reads
        })
        .await;
        // The ones that are looked at.
        for process in [&self.one, &self.other] {
            process.price(&self.source).await;
            process.verified(&self.source).await;
            testing::settled(&process.0).await;
        }
    }
}

/// A call, which may take as long as it likes, but not for ever.
async fn guarded<T>(call: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), call).await.expect("a call ends")
}

/// Waits until that holds.
async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let waiting = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    if tokio::time::timeout(Duration::from_secs(40), waiting).await.is_err() {
        panic!("it was waited in vain until {what}");
    }
}
