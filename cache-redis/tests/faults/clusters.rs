//! Clusters that move slots, lose a primary, or are partly down.

use cache_core::Durability;
use cache_core::shared::{Bump, Epoch, NodeId, SharedTier, TagId};
use servers::Cluster;

use super::*;

on_both! {
    slots_that_move
    slots_that_are_on_their_way
    a_primary_that_is_lost
    a_primary_that_is_lost_for_good
    a_primary_that_hangs
    a_primary_that_restarts_with_old_data
    connections_that_are_killed
    a_tag_waits_for_those_before_it_on_other_servers
}

async fn world(program: Program, replicas: bool) -> World<Cluster> {
    let cluster = Cluster::start(program, replicas);
    let world = World {
        source: Arc::new(Source::new(1)),
        one: beside(&cluster),
        other: beside(&cluster),
        server: cluster,
    };
    world.shares().await;
    world
}

fn beside(cluster: &Cluster) -> Process {
    Process::beside(RedisTier::builder().cluster(cluster.urls()).build().expect("URLs"))
}

/// Those of two primaries that hold something, for the third one. Servers that give and take at the same time may come to disagree
/// for good on who has a slot, until an operator tells them.
fn slots_to_move(world: &World<Cluster>) -> Vec<(u16, usize)> {
    let mut slots = world.server.used_slots();
    slots.retain(|(_, from)| *from != 2);
    assert!(slots.len() > 10, "epochs and entries are spread: {slots:?}");
    slots
}

/// They move one after the other, while somebody writes and reads.
async fn slots_that_move(program: Program) {
    let world = world(program, false).await;
    let mut number = 1;
    for (slot, from) in slots_to_move(&world) {
        number += 1;
        world.goes_on_alone(number).await;
        world.server.move_slot(slot, from, 2);
        number += 1;
        world.goes_on_alone(number).await;
    }
    world.recovers(number).await;
}

/// For long: what lies in them is partly here and partly there, and is shared all the same.
async fn slots_that_are_on_their_way(program: Program) {
    let world = world(program, false).await;
    let slots = slots_to_move(&world);
    for (slot, from) in &slots {
        world.server.begin_move(*slot, *from, 2);
    }
    world.goes_on_alone(2).await;
    world.recovers(2).await;
    for (slot, from) in slots {
        world.server.end_move(slot, from, 2);
    }
    world.goes_on_alone(20).await;
    world.recovers(20).await;
}

/// Its replica takes over, and goes on with what is stored there: of one primary after the other, until none of them is left.
async fn a_primary_that_is_lost(program: Program) {
    let mut world = world(program, true).await;
    let mut number = 1;
    for lost in 0..3 {
        // Longer than the seconds in which it counts itself.
        let uptime = || world.server.replica(lost).info("uptime_in_seconds").parse::<u64>().unwrap();
        until("the replica has run for a while", async || uptime() > 1).await;
        let before = generation(world.server.replica(lost));
        number += 1;
        world.one.set(&world.source, number).await;
        world.server.primary(lost).kill();
        number += 1;
        world.goes_on_alone(number).await;
        until("its replica takes over", async || world.server.has_taken_over(lost)).await;
        world.recovers(number).await;
        number += 2;
        assert_eq!(generation(world.server.replica(lost)), before);
    }
}

/// What the key of a server's generation ends with.
fn generation(server: &Server) -> Vec<u8> {
    let mut connection = server.connection();
    let keys: Vec<Vec<u8>> = redis::cmd("KEYS").arg(b"\xfd*").query(&mut connection).unwrap();
    let [key] = &keys[..] else { panic!("one of them, not {keys:?}") };
    let _: () = redis::cmd("READONLY").query(&mut connection).unwrap();
    let said: Vec<u8> = redis::cmd("GET").arg(key).query(&mut connection).unwrap();
    said[said.len() - 16..].to_vec()
}

/// It has no replica: what lies there is lost until it is back, and all else with it, as servers have it by default.
async fn a_primary_that_is_lost_for_good(program: Program) {
    let mut world = world(program, false).await;
    world.server.primary(0).kill();
    world.goes_on_alone(2).await;
    world.goes_on_alone(3).await;
    world.server.primary(0).start_again();
    world.recovers(3).await;
}

/// For longer than its replica waits, and then it comes back as one.
async fn a_primary_that_hangs(program: Program) {
    let mut world = world(program, true).await;
    world.server.primary(1).freeze();
    world.goes_on_alone(2).await;
    until("its replica takes over", async || world.server.has_taken_over(1)).await;
    world.goes_on_alone(3).await;
    world.server.primary(1).thaw();
    world.recovers(3).await;
}

async fn a_primary_that_restarts_with_old_data(program: Program) {
    let mut world = world(program, false).await;
    for number in 0..3 {
        world.server.primary(number).command::<()>("SAVE");
    }
    world.one.set(&world.source, 2).await;
    until("the write is confirmed", async || world.one.is_well()).await;
    for number in 0..3 {
        world.server.primary(number).start_again();
    }
    world.recovers(2).await;
}

async fn connections_that_are_killed(program: Program) {
    let mut world = world(program, false).await;
    let mut number = 1;
    for kind in ["normal", "pubsub"] {
        for primary in 0..3 {
            world.server.primary(primary).command::<i64>(&format!("CLIENT KILL TYPE {kind}"));
            number += 1;
            world.goes_on_alone(number).await;
        }
    }
    world.recovers(number).await;
}

/// A model comes before its rows, wherever they lie: what comes later isn't done while it isn't.
async fn a_tag_waits_for_those_before_it_on_other_servers(program: Program) {
    let mut cluster = Cluster::start(program, false);
    let tier = RedisTier::builder().cluster(cluster.urls()).build().expect("URLs");
    let hour = Duration::from_secs(3600);
    // One on each, in the order in which the Cluster was found.
    let drawn: Vec<Bump> =
        (0..100).map(|number| Bump { tag: TagId(number << 64), epoch: Epoch::draw() }).collect();
    tier.init(&drawn, hour).await.unwrap();
    let on = |node: u64| drawn.iter().find(|bump| tier.node(bump.tag) == NodeId(node)).copied().unwrap();
    let (first, then) = (on(2), on(1));
    let again = |bump: Bump| Bump { epoch: Epoch::draw(), ..bump };

    // The servers are numbered in the order of their slots.
    cluster.primary(1).freeze();
    let bumps = [again(first), again(then)];
    let bumped =
        tokio::time::timeout(Duration::from_millis(300), tier.bump(&bumps, Durability::Primary)).await;
    assert!(bumped.is_err(), "its server doesn't answer");
    assert_eq!(tier.read(None, &[then.tag]).await.unwrap().epochs, [Some(then.epoch)]);
    cluster.primary(1).thaw();
    until("both are done", async || {
        tier.bump(&[again(first), again(then)], Durability::Primary).await.is_ok()
    })
    .await;
    assert_ne!(tier.read(None, &[then.tag]).await.unwrap().epochs, [Some(then.epoch)]);
}
