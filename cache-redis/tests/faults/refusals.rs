//! Servers that answer, and refuse.

use cache_core::shared::{Bump, Epoch, SharedTier, TagId, TierError};

use super::*;

on_both! {
    a_password_that_is_refused
    a_user_who_may_do_too_little
    a_server_that_has_no_memory_left
    a_server_that_has_become_a_replica
    a_replica_is_no_tier
    a_server_whose_scripts_are_forgotten
}

async fn a_password_that_is_refused(program: Program) {
    let server = Server::start(program, &["--requirepass", "one"]);
    let url = server.url();
    let wrong = url.replace("//", "//:two@");
    let tier = RedisTier::new(wrong.clone()).unwrap();
    let refused = tier.read(None, &[]).await.unwrap_err();
    assert!(matches!(refused, TierError::Refused(_)), "{refused:?}");

    let processes = [Process::at(wrong.clone()), Process::at(wrong)];
    let [one, other] = processes;
    let world = World { server, source: Arc::new(Source::new(1)), one, other };
    world.goes_on(2).await;
    assert!(world.one.pending() > 0, "nobody has confirmed it (I11)");
    let mut connection = redis::Client::open(url.replace("//", "//:one@")).unwrap().get_connection().unwrap();
    let _: () = redis::cmd("CONFIG").arg(&["SET", "requirepass", "two"]).query(&mut connection).unwrap();
    world.recovers(2).await;
}

async fn a_user_who_may_do_too_little(program: Program) {
    let world = World::new(program, &[]).await;
    world.server.command::<()>("ACL SETUSER default -@scripting -subscribe");
    world.server.command::<i64>("CLIENT KILL TYPE pubsub");
    // The other one still reads, what nobody has replaced.
    world.goes_on_alone(2).await;
    assert!(world.one.pending() > 0, "nobody has confirmed it (I11)");
    world.server.command::<()>("ACL SETUSER default +@all");
    world.recovers(2).await;
}

/// Under `noeviction` nothing is stored any more; an invalidation takes no memory, and goes through.
async fn a_server_that_has_no_memory_left(program: Program) {
    let world = World::new(program, &[]).await;
    world.server.command::<()>("CONFIG SET maxmemory 1");
    let tier = RedisTier::new(world.server.url()).unwrap();
    let drawn = [Bump { tag: TagId(1), epoch: Epoch::draw() }];
    let refused = tier.init(&drawn, Duration::from_secs(60)).await.unwrap_err();
    assert!(matches!(&refused, TierError::Refused(why) if why.contains("OOM")), "{refused:?}");
    tier.bump(&drawn).await.expect("an invalidation goes through");

    world.goes_on(2).await;
    until("it is confirmed all the same", async || world.one.is_well()).await;
    assert_eq!(world.other.verified(&world.source).await, 2);
    world.server.command::<()>("CONFIG SET maxmemory 0");
    world.recovers(2).await;
}

/// It answers, with what it had: that may be older than what its primary has by now.
async fn a_server_that_has_become_a_replica(program: Program) {
    let world = World::new(program, &[]).await;
    world.server.command::<()>("REPLICAOF 127.0.0.1 1");
    world.goes_on(2).await;
    assert!(world.one.pending() > 0, "nobody has confirmed it (I11)");
    world.server.command::<()>("REPLICAOF NO ONE");
    world.recovers(2).await;
}

async fn a_replica_is_no_tier(program: Program) {
    let server = Server::start(program, &["--replicaof", "127.0.0.1 1"]);
    let tier = RedisTier::new(server.url()).unwrap();
    let refused = tier.read(Some("a"), &[]).await.unwrap_err();
    assert!(matches!(&refused, TierError::Refused(why) if why.contains("replica")), "{refused:?}");
}

async fn a_server_whose_scripts_are_forgotten(program: Program) {
    let world = World::new(program, &[]).await;
    for number in 2..4 {
        world.server.command::<()>("SCRIPT FLUSH");
        world.goes_on(number).await;
    }
    world.recovers(3).await;
}
