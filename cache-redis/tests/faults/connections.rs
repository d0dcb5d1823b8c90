//! Connections that are lost, and servers that are silent.

use servers::Proxy;

use super::*;

on_both! {
    a_killed_connection_for_commands
    a_killed_connection_for_announcements
    a_server_that_pauses
    a_server_that_hangs
    a_server_that_is_away
    a_server_that_comes_up_later
    a_network_that_swallows_everything
    a_network_that_is_slow
}

/// `CLIENT KILL` ends the one for commands; it is there again with the next call.
async fn a_killed_connection_for_commands(program: Program) {
    let world = World::new(program, &[]).await;
    for number in 2..6 {
        world.server.command::<i64>("CLIENT KILL TYPE normal");
        world.goes_on(number).await;
    }
    world.recovers(5).await;
}

/// Who may have missed something looks at what he has before he serves it (I9).
async fn a_killed_connection_for_announcements(program: Program) {
    let world = World::new(program, &[]).await;
    for number in 2..6 {
        let before = world.other.gaps();
        world.server.command::<i64>("CLIENT KILL TYPE pubsub");
        until("it is noticed", async || world.other.gaps() > before).await;
        world.goes_on(number).await;
    }
    world.recovers(5).await;
}

async fn a_server_that_pauses(program: Program) {
    let world = World::new(program, &[]).await;
    // It ends it itself: nobody could tell it to.
    world.server.command::<()>("CLIENT PAUSE 3000 ALL");
    world.goes_on(2).await;
    world.recovers(2).await;
}

/// Its connections stay, and nothing answers: for longer than they are believed.
async fn a_server_that_hangs(program: Program) {
    let world = World::new(program, &[]).await;
    world.server.freeze();
    world.goes_on(2).await;
    assert!(world.one.pending() > 0, "nobody has confirmed it (I11)");
    world.goes_on(3).await;
    world.server.thaw();
    world.recovers(3).await;
}

async fn a_server_that_is_away(program: Program) {
    let mut world = World::new(program, &[]).await;
    world.server.kill();
    world.goes_on(2).await;
    assert!(world.one.pending() > 0, "nobody has confirmed it (I11)");
    world.server.start_again();
    world.recovers(2).await;
}

/// Nothing answers when the program starts.
async fn a_server_that_comes_up_later(program: Program) {
    let mut server = Server::start(program, &[]);
    server.kill();
    let source = Arc::new(Source::new(1));
    let world = World { one: Process::at(server.url()), other: Process::at(server.url()), source, server };
    world.goes_on(2).await;
    let World { mut server, source, one, other } = world;
    server.start_again();
    World { server, source, one, other }.recovers(2).await;
}

/// Two processes, each with a network of its own between it and the server.
async fn apart(program: Program) -> (World, [Proxy; 2]) {
    let server = Server::start(program, &[]);
    let networks = [Proxy::before(&server), Proxy::before(&server)];
    let [one, other] = networks.each_ref().map(|network| Process::at(network.url()));
    let world = World { source: Arc::new(Source::new(1)), one, other, server };
    world.shares().await;
    (world, networks)
}

/// Connections end, and nobody says so. They are given up, and others are made.
async fn a_network_that_swallows_everything(program: Program) {
    let (world, networks) = apart(program).await;
    for network in &networks {
        network.swallow();
    }
    world.goes_on(2).await;
    // The server doesn't know of it either: the two that it had are still there.
    let heard = || world.server.command::<(String, u64)>("PUBSUB NUMSUB cache:epochs:0").1;
    until("both listen again", async || heard() == 4).await;
    world.recovers(2).await;
}

/// Beyond the deadline of what is asked.
async fn a_network_that_is_slow(program: Program) {
    let (world, networks) = apart(program).await;
    networks[0].slow(Duration::from_millis(700));
    world.goes_on(2).await;
    networks[0].slow(Duration::ZERO);
    world.recovers(2).await;
}
