//! Primaries that die, and replicas that take over.

use cache_core::{Durability, Invalidated, Settings, target};

use super::*;

on_both! {
    a_replica_goes_on_with_the_generation_of_its_primary
    a_replica_that_lacks_the_last_writes
    a_replica_knows_what_was_confirmed_as_replicated
    what_no_replica_has_is_not_confirmed
    a_replica_of_which_nobody_knows_anything
    a_primary_that_is_replaced_while_it_lives
}

/// A primary, its replica, a Sentinel that watches them, and two processes that ask it.
struct Watched {
    sentinel: Server,
    primary: Server,
    /// And the replica.
    world: World,
}

impl Watched {
    async fn new(program: Program) -> Watched {
        let primary = Server::start(program, &[]);
        let replica = Server::start_replica(&primary);
        let sentinel = Server::start_sentinel("shop", &primary);
        until("the Sentinel knows the replica", async || {
            let all: Vec<Vec<String>> = sentinel.command("SENTINEL REPLICAS shop");
            all.len() == 1
        })
        .await;
        // Longer than the seconds in which it counts itself.
        until("it has run for a while", async || {
            replica.info("uptime_in_seconds").parse::<u64>().unwrap() > 1
        })
        .await;
        let world = World {
            source: Arc::new(Source::new(1)),
            one: beside(&sentinel),
            other: beside(&sentinel),
            server: replica,
        };
        world.shares().await;
        Watched { sentinel, primary, world }
    }

    async fn taken_over(&self) {
        until("the replica takes over", async || self.world.server.info("role") == "master").await;
    }
}

fn beside(sentinel: &Server) -> Process {
    Process::beside(RedisTier::builder().sentinels("shop", [sentinel.url()]).build().expect("URLs"))
}

/// What the key of the generation holds, but for what it begins with: which run it is of.
fn generation(server: &Server) -> Option<Vec<u8>> {
    let said: Option<Vec<u8>> = redis::cmd("GET").arg(b"\xfd").query(&mut server.connection()).unwrap();
    let run = server.info("run_id");
    said?.strip_prefix([&[1], run.as_bytes()].concat().as_slice()).map(<[u8]>::to_vec)
}

/// What is stored is still there for all.
async fn a_replica_goes_on_with_the_generation_of_its_primary(program: Program) {
    let mut watched = Watched::new(program).await;
    let before = generation(&watched.primary).unwrap();
    watched.primary.kill();
    watched.world.goes_on_alone(2).await;
    watched.taken_over().await;
    watched.world.recovers(2).await;
    assert_eq!(generation(&watched.world.server), Some(before));
}

/// Its link was lost, then a write was confirmed by its primary alone. Who made it sends it again.
async fn a_replica_that_lacks_the_last_writes(program: Program) {
    let mut watched = Watched::new(program).await;
    let world = &watched.world;
    // Connections that are there may stay; the replica doesn't know the password.
    watched.primary.command::<()>("CONFIG SET requirepass secret");
    let mut connection = redis::Client::open(watched.primary.url().replace("//", "//:secret@"))
        .unwrap()
        .get_connection()
        .unwrap();
    let _: i64 = redis::cmd("CLIENT").arg(&["KILL", "TYPE", "replica"]).query(&mut connection).unwrap();
    until("the link is lost", async || world.server.info("master_link_status") == "down").await;
    world.one.set(&world.source, 2).await;
    assert!(world.one.is_well(), "it is confirmed");
    let before = world.one.retried();
    watched.primary.kill();

    watched.taken_over().await;
    let world = &watched.world;
    until("it is sent again", async || world.one.retried() > before && world.one.is_well()).await;
    let newcomer = beside(&watched.sentinel);
    assert_eq!((newcomer.verified(&world.source).await, newcomer.price(&world.source).await), (2, 2));
    world.recovers(2).await;
}

/// Beside them, one whose invalidations count when a replica has them.
fn durable(sentinel: &Server) -> Process {
    let tier = RedisTier::builder().sentinels("shop", [sentinel.url()]).build().expect("URLs");
    let durable = |settings: Settings| settings.durability(Durability::Replicated);
    Process(Cache::builder().tier(tier).alias::<Verified>(durable).build().expect("a cache"))
}

/// Who wrote is gone with the primary: nobody could send it again.
async fn a_replica_knows_what_was_confirmed_as_replicated(program: Program) {
    let mut watched = Watched::new(program).await;
    let writer = durable(&watched.sentinel);
    let World { source, one: reader, .. } = &watched.world;
    assert_eq!(reader.verified(source).await, 1);
    testing::settled(&reader.0).await;
    source.number.store(2, Ordering::SeqCst);
    until("it is confirmed", async || {
        guarded(writer.0.invalidate(target::row::<Article>(&5))).await == Invalidated::Confirmed
    })
    .await;
    drop(writer);
    watched.primary.kill();
    watched.taken_over().await;
    let world = &watched.world;
    until("it is asked", async || world.one.is_well() && world.other.is_well()).await;
    for process in [&world.one, &world.other] {
        assert_eq!(process.verified(&world.source).await, 2);
    }
    world.recovers(2).await;
}

/// Without its replica, which is cut off: what would be lost with it is not confirmed.
async fn what_no_replica_has_is_not_confirmed(program: Program) {
    let watched = Watched::new(program).await;
    watched.sentinel.command::<()>("SENTINEL SET shop down-after-milliseconds 60000");
    let writer = durable(&watched.sentinel);
    let invalidate = async || guarded(writer.0.invalidate(target::row::<Article>(&5))).await;
    until("it is confirmed", async || invalidate().await == Invalidated::Confirmed).await;
    let replica = &watched.world.server;
    watched.primary.command::<()>("CONFIG SET requirepass secret");
    let mut connection = redis::Client::open(watched.primary.url().replace("//", "//:secret@"))
        .unwrap()
        .get_connection()
        .unwrap();
    let _: i64 = redis::cmd("CLIENT").arg(&["KILL", "TYPE", "replica"]).query(&mut connection).unwrap();
    until("the link is lost", async || replica.info("master_link_status") == "down").await;
    assert_eq!(invalidate().await, Invalidated::Queued);
    assert!(writer.is_well(), "it is done, and not sent again");
}

/// Nobody is left who could say whether it was a replica, or what it lacks: nothing that it has is trusted.
async fn a_replica_of_which_nobody_knows_anything(program: Program) {
    let Watched { sentinel, mut primary, world } = Watched::new(program).await;
    let before = generation(&primary).unwrap();
    let World { server: replica, source, one, other } = world;
    drop((one, other));
    primary.kill();
    until("the replica takes over", async || replica.info("role") == "master").await;
    source.number.store(2, Ordering::SeqCst);
    let newcomer = beside(&sentinel);
    until("it is asked", async || {
        assert_eq!((newcomer.verified(&source).await, newcomer.price(&source).await), (2, 2));
        generation(&replica).is_some()
    })
    .await;
    assert_ne!(generation(&replica), Some(before));
    World { server: replica, source, one: newcomer, other: beside(&sentinel) }.recovers(2).await;
}

/// By an operator. It still answers, until it is made a replica itself.
async fn a_primary_that_is_replaced_while_it_lives(program: Program) {
    let watched = Watched::new(program).await;
    until("the Sentinel finds the replica fit", async || {
        let asked =
            redis::cmd("SENTINEL").arg(&["FAILOVER", "shop"]).query::<()>(&mut watched.sentinel.connection());
        asked.is_ok()
    })
    .await;
    watched.world.goes_on_alone(2).await;
    watched.taken_over().await;
    watched.world.recovers(2).await;
    until("it has become a replica", async || watched.primary.info("role") == "slave").await;
    watched.world.goes_on_alone(20).await;
    watched.world.recovers(20).await;
}
