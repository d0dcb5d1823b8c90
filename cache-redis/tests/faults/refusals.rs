//! Servers that answer, and refuse.

use std::io::{Read, Write};
use std::net::TcpListener;

use cache_core::Durability;
use cache_core::shared::{Bump, Epoch, SharedTier, TagId, TierError};

use super::*;

/// Greetings that aren't understood, as an older Redis, proxies and a server that knows `HELLO` alone write them.
const NO_RESP3: [&str; 4] = [
    "-ERR unknown command `HELLO`, with args beginning with: `3`, \r\n",
    "-ERR unknown command 'HELLO', with args beginning with: '3' \r\n",
    "-ERR unsupported command 'hello'\r\n",
    "-NOPROTO unsupported protocol version\r\n",
];

/// What is no fit server says so to who builds the tier, and to nobody who calls.
#[tokio::test]
async fn what_speaks_no_resp3_is_refused_with_what_to_do() {
    for greeting in NO_RESP3 {
        let url = fake(greeting);
        let tier = RedisTier::new(&*url).unwrap();
        let refused = tier.read(None, &[]).await.unwrap_err();
        assert!(
            matches!(&refused, TierError::Refused(why) if why.contains("RESP3") && why.contains("7.0 or newer")),
            "{greeting}: {refused:?}"
        );
        let source = Source::new(1);
        assert_eq!(Process::at(url).verified(&source).await, 1);
    }
}

/// A server that answers each command with the same error. Who it was asked by has ended with the test.
fn fake(answer: &'static str) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("there is a free port");
    let port = listener.local_addr().expect("it has an address").port();
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let mut asked = [0; 4096];
                while let Ok(length @ 1..) = client.read(&mut asked) {
                    // Each command is a list, which begins so.
                    let commands = asked[..length].iter().filter(|byte| **byte == b'*').count();
                    if client.write_all(answer.repeat(commands).as_bytes()).is_err() {
                        return;
                    }
                }
            });
        }
    });
    format!("redis://127.0.0.1:{port}")
}

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
    tier.bump(&drawn, Durability::Primary).await.expect("an invalidation goes through");

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
