//! Data that are lost, old or of another kind (I6).

use super::*;

on_both! {
    all_is_flushed
    the_generation_alone_is_evicted
    all_is_evicted
    a_restart_that_comes_back_empty
    a_restart_that_brings_old_data_back
    a_newcomer_after_a_restart_with_old_data
    other_types_where_epochs_and_entries_are
    strings_of_others_where_epochs_and_entries_are
}

async fn all_is_flushed(program: Program) {
    let world = World::new(program, &[]).await;
    for number in 2..4 {
        world.server.command::<()>("FLUSHALL");
        world.goes_on(number).await;
    }
    world.recovers(3).await;
}

/// Whoever relies on it says it again, and goes on with the same one: who comes later must not begin another.
async fn the_generation_alone_is_evicted(program: Program) {
    let world = World::new(program, &[]).await;
    let mut connection = world.server.connection();
    let key = b"\xfd";
    let said: Vec<u8> = redis::cmd("GET").arg(key).query(&mut connection).unwrap();
    let _: i64 = redis::cmd("DEL").arg(key).query(&mut connection).unwrap();
    let connection = std::cell::RefCell::new(connection);
    let there = || redis::cmd("GET").arg(key).query::<Option<Vec<u8>>>(&mut connection.borrow_mut()).unwrap();
    until("it is said again", async || there().is_some()).await;
    assert_eq!(there(), Some(said));
    world.recovers(1).await;
}

async fn all_is_evicted(program: Program) {
    let world = World::new(program, &["--maxmemory-policy", "allkeys-lru"]).await;
    let used: u64 = world.server.info("used_memory").trim().parse().unwrap();
    world.server.command::<()>(&format!("CONFIG SET maxmemory {}", used + 200_000));
    let mut connection = world.server.connection();
    let filler = vec![b'x'; 10_000];
    for number in 0..100 {
        let _: () =
            redis::cmd("SET").arg(format!("filler {number}")).arg(&filler).query(&mut connection).unwrap();
    }
    assert_ne!(world.server.info("evicted_keys"), "0");
    world.goes_on(2).await;
    world.server.command::<()>("CONFIG SET maxmemory 0");
    world.recovers(2).await;
}

async fn a_restart_that_comes_back_empty(program: Program) {
    let mut world = World::new(program, &[]).await;
    world.server.start_again();
    world.goes_on(2).await;
    world.recovers(2).await;
}

/// The bumps since the last save are lost: old epochs are back, and the entries that they were the stamps of.
async fn a_restart_that_brings_old_data_back(program: Program) {
    let mut world = World::new(program, &[]).await;
    world.server.command::<()>("SAVE");
    world.goes_on(2).await;
    until("the write is confirmed", async || world.one.is_well()).await;
    world.server.start_again();
    assert_ne!(world.server.command::<i64>("DBSIZE"), 0, "it has loaded what it saved");
    world.recovers(2).await;
}

/// Nobody who knew the server before is left: what is known of it is what lies there.
async fn a_newcomer_after_a_restart_with_old_data(program: Program) {
    let World { mut server, source, one, other } = World::new(program, &[]).await;
    server.command::<()>("SAVE");
    one.set(&source, 2).await;
    until("the write is confirmed", async || one.is_well()).await;
    drop((one, other));
    server.start_again();
    assert_ne!(server.command::<i64>("DBSIZE"), 0, "it has loaded what it saved");
    let newcomer = Process::at(server.url());
    assert_eq!(newcomer.price(&source).await, 2);
    assert_eq!(newcomer.verified(&source).await, 2);
    let world = World { one: newcomer, other: Process::at(server.url()), server, source };
    world.recovers(2).await;
}

async fn other_types_where_epochs_and_entries_are(program: Program) {
    spoiled(program, |connection, key| {
        let _: i64 = redis::cmd("DEL").arg(key).query(connection).unwrap();
        let _: i64 = redis::cmd("RPUSH").arg(key).arg("of another").query(connection).unwrap();
    })
    .await;
}

async fn strings_of_others_where_epochs_and_entries_are(program: Program) {
    spoiled(program, |connection, key| {
        let _: () = redis::cmd("SET").arg(key).arg("of another").query(connection).unwrap();
    })
    .await;
}

/// Something else is put where anything of the tier is: epochs, entries, leases, the generation.
async fn spoiled(program: Program, spoil: impl Fn(&mut redis::Connection, &[u8])) {
    let world = World::new(program, &[]).await;
    let mut connection = world.server.connection();
    let keys: Vec<Vec<u8>> = redis::cmd("KEYS").arg("*").query(&mut connection).unwrap();
    assert!(keys.iter().any(|key| key.starts_with(b"\xff")), "there are epochs");
    keys.iter().for_each(|key| spoil(&mut connection, key));
    world.goes_on(2).await;
    for key in keys {
        let _: i64 = redis::cmd("DEL").arg(key).query(&mut connection).unwrap();
    }
    world.recovers(2).await;
}
