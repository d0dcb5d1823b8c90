//! Invalidations that outlive their server: a replica has them.

use cache_core::Durability;
use cache_core::shared::{Bump, Epoch, NodeId, SharedTier, TagId, TierError};
use servers::Cluster;

use super::*;

on_both! {
    what_is_confirmed_a_replica_has
    without_a_replica_it_is_done_and_not_confirmed
    a_replica_that_hangs_delays_nothing_else
    many_wait_for_a_replica_together
    a_connection_that_waits_is_made_again
    a_cluster_has_it_replicated_at_each_server
}

const HOUR: Duration = Duration::from_secs(3600);

fn tier(server: &Server) -> RedisTier {
    RedisTier::new(server.url()).expect("a URL")
}

/// Tags that lie anywhere, with epochs.
async fn begun(tier: &RedisTier, count: u128) -> Vec<TagId> {
    let drawn: Vec<Bump> =
        (0..count).map(|tag| Bump { tag: TagId(tag << 64), epoch: Epoch::draw() }).collect();
    tier.init(&drawn, HOUR).await.expect("they get epochs");
    drawn.iter().map(|bump| bump.tag).collect()
}

/// Bumps all of them; what it came to, when it is certain that it is done.
async fn bumped(tier: &RedisTier, tags: &[TagId]) -> Result<(), TierError> {
    let bumps: Vec<Bump> = tags.iter().map(|tag| Bump { tag: *tag, epoch: Epoch::draw() }).collect();
    let done = tier.bump(&bumps, Durability::Replicated).await;
    let epochs: Vec<_> = bumps.iter().map(|bump| Some(bump.epoch)).collect();
    assert_eq!(tier.read(None, tags).await.expect("it is read").epochs, epochs, "it is done: {done:?}");
    done
}

fn is_unreplicated(done: &Result<(), TierError>) -> bool {
    matches!(done, Err(TierError::Unreplicated(_)))
}

/// It may be too late, on a machine that is busy; then it isn't confirmed.
async fn until_confirmed(tier: &RedisTier, tags: &[TagId]) {
    until("a replica has it in time", async || match bumped(tier, tags).await {
        Ok(()) => true,
        done => {
            assert!(is_unreplicated(&done), "{done:?}");
            false
        }
    })
    .await;
}

/// What lies at the key of an epoch.
fn stored(server: &Server, tag: TagId) -> Option<Vec<u8>> {
    let key = [&[0xff], &tag.0.to_be_bytes()[..]].concat();
    redis::cmd("GET").arg(key).query(&mut server.connection()).expect("it is read")
}

async fn what_is_confirmed_a_replica_has(program: Program) {
    let primary = Server::start(program, &[]);
    let replica = Server::start_replica(&primary);
    let tier = tier(&primary);
    let tags = begun(&tier, 1).await;
    for _ in 0..20 {
        until_confirmed(&tier, &tags).await;
        // Nobody writes meanwhile, so that it is what was written, and nothing newer.
        assert_eq!(stored(&replica, tags[0]), stored(&primary, tags[0]));
    }
}

async fn without_a_replica_it_is_done_and_not_confirmed(program: Program) {
    let primary = Server::start(program, &[]);
    let tier = tier(&primary);
    let tags = begun(&tier, 3).await;
    let done = bumped(&tier, &tags).await;
    assert!(is_unreplicated(&done), "{done:?}");

    // One that comes later, and one that is cut off.
    let replica = Server::start_replica(&primary);
    until_confirmed(&tier, &tags).await;
    replica.freeze();
    let done = bumped(&tier, &tags).await;
    assert!(is_unreplicated(&done), "{done:?}");
    replica.thaw();
    until_confirmed(&tier, &tags).await;
}

/// Who waits for it is the only one who waits.
async fn a_replica_that_hangs_delays_nothing_else(program: Program) {
    let primary = Server::start(program, &[]);
    let replica = Server::start_replica(&primary);
    let tier = tier(&primary);
    let tags = begun(&tier, 2).await;
    until_confirmed(&tier, &tags).await;
    replica.freeze();
    // On a machine that is busy the wait may be over before anything is looked at.
    until("others are answered meanwhile", async || {
        let durable = tokio::spawn({
            let (tier, tag) = (tier.clone(), tags[0]);
            async move { bumped(&tier, &[tag]).await }
        });
        until("it waits, or has waited", async || {
            durable.is_finished() || primary.info("blocked_clients") != "0"
        })
        .await;
        let other = Bump { tag: tags[1], epoch: Epoch::draw() };
        tier.bump(&[other], Durability::Primary).await.expect("it is bumped");
        assert_eq!(tier.read(None, &tags[1..]).await.expect("it is read").epochs, [Some(other.epoch)]);
        let meanwhile = !durable.is_finished();
        let done = durable.await.expect("it ends");
        assert!(is_unreplicated(&done), "{done:?}");
        meanwhile
    })
    .await;
    replica.thaw();
    until_confirmed(&tier, &tags).await;
}

/// Each by itself would keep the last of them waiting for a hundred times as long.
async fn many_wait_for_a_replica_together(program: Program) {
    let primary = Server::start(program, &[]);
    let replica = Server::start_replica(&primary);
    let tier = tier(&primary);
    let tags = begun(&tier, 100).await;
    until_confirmed(&tier, &tags).await;
    replica.freeze();
    primary.command::<()>("CONFIG RESETSTAT");
    let waiting: Vec<_> = tags
        .into_iter()
        .map(|tag| {
            let tier = tier.clone();
            tokio::spawn(async move { bumped(&tier, &[tag]).await })
        })
        .collect();
    for waiting in waiting {
        let done = waiting.await.expect("it ends");
        assert!(is_unreplicated(&done), "{done:?}");
    }
    let waits = primary.calls("wait");
    assert!((1..=20).contains(&waits), "{waits}");
}

async fn a_connection_that_waits_is_made_again(program: Program) {
    let mut primary = Server::start(program, &[]);
    let replica = Server::start_replica(&primary);
    let tier = tier(&primary);
    let tags = begun(&tier, 1).await;
    until_confirmed(&tier, &tags).await;
    primary.command::<i64>("CLIENT KILL TYPE normal");
    until("both connections are there again", async || {
        let bump = [Bump { tag: tags[0], epoch: Epoch::draw() }];
        tier.bump(&bump, Durability::Replicated).await.is_ok()
    })
    .await;
    drop(replica);
    primary.start_again();
    let replica = Server::start_replica(&primary);
    until("it is the new run of the server that is asked", async || {
        let bump = [Bump { tag: tags[0], epoch: Epoch::draw() }];
        tier.bump(&bump, Durability::Replicated).await.is_ok()
    })
    .await;
    drop(replica);
}

async fn a_cluster_has_it_replicated_at_each_server(program: Program) {
    let cluster = Cluster::start_replicated(program);
    let tier = RedisTier::builder().cluster(cluster.urls()).build().expect("URLs");
    let tags = begun(&tier, 50).await;
    until_confirmed(&tier, &tags).await;
    for number in 0..3 {
        cluster.replica(number).freeze();
        let done = bumped(&tier, &tags).await;
        assert!(is_unreplicated(&done), "{done:?}");
        // Of others it is known all the same. The servers are numbered in the order of their slots, from one.
        let node = NodeId(number as u64 + 1);
        let others: Vec<TagId> = tags.iter().copied().filter(|tag| tier.node(*tag) != node).collect();
        until_confirmed(&tier, &others).await;
        cluster.replica(number).thaw();
    }
    until_confirmed(&tier, &tags).await;
}
