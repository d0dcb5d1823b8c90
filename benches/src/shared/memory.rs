//! What an entry takes in Redis beyond its key and its payload, and what is left of ids that never come again.

use std::ops::RangeInclusive;
use std::thread;

use cache_core::Cache;
use cache_redis::RedisTier;
use redis::Connection;
use servers::{Program, Server};
use tokio::runtime::Runtime;

use super::page::{BODY, elsewhere};
use crate::row::Row;

const IDS: u64 = 20_000;
/// An epoch's key: `FF` and a tag; and its value.
const EPOCH: [usize; 2] = [17, 17];

pub(super) fn rows(runtime: &Runtime, report: &mut impl FnMut(Row)) {
    let server = Server::start(Program::Redis, &[]);
    let cache = Cache::builder().tier(RedisTier::new(server.url()).expect("a URL")).build().expect("a cache");
    load(runtime, &cache, IDS..=IDS);
    let before = used(&server);
    load(runtime, &cache, 0..=IDS - 1);
    let ours = (used(&server) - before) / IDS as f64;
    // With the fingerprint of the type: `@` and 8 digits.
    let key = elsewhere::entry(&cache, IDS / 2).key().to_string().len() + 9;
    // As `bincode` writes it: a number of three bytes, the length likewise, and the text.
    let payload = BODY + 6;
    let theirs =
        bare(|connection, id| set(connection, &format!("{id:0key$}").into_bytes(), &vec![b'x'; payload]));
    let own = (key + payload) as f64;
    report(of("memory-per-entry", ours - own, "redis: SET of such a key and payload", theirs - own));

    remove_entries(&mut server.connection());
    let left = (used(&server) - before) / IDS as f64;
    assert_all_expire(&mut server.connection());
    let number = |id: u64| [&[0xff][..], &u128::from(id).to_be_bytes()].concat();
    let theirs = bare(|connection, id| set(connection, &number(id), &[b'x'; EPOCH[1]]));
    report(of("memory-per-old-id", left, "redis: SET of 17 bytes at 17 bytes", theirs));
}

/// Until all are stored: a few at a time, for they are on their way when a call returns.
fn load(runtime: &Runtime, cache: &Cache, ids: RangeInclusive<u64>) {
    for id in ids {
        let stored = over(cache);
        runtime.block_on(elsewhere(cache, id));
        while over(cache) == stored {
            thread::yield_now();
        }
    }
}

/// How many stores are over.
fn over(cache: &Cache) -> u64 {
    let counts = cache.stats().function("elsewhere");
    assert_eq!(counts.unshared, 0, "the server takes each");
    counts.shared_stores
}

fn of(case: &'static str, ours: f64, theirs_name: &'static str, theirs: f64) -> Row {
    let (ours_allocs, theirs_allocs) = (0.0, 0.0);
    let lacks = "what says when it is out of date";
    Row { case, unit: "bytes", threads: 1, ours, theirs_name, theirs, ours_allocs, theirs_allocs, lacks }
}

/// Bytes that a server of its own uses for each of as many, set so.
fn bare(mut set: impl FnMut(&mut Connection, u64)) -> f64 {
    let server = Server::start(Program::Redis, &[]);
    let connection = &mut server.connection();
    set(connection, IDS);
    let before = used(&server);
    (0..IDS).for_each(|id| set(connection, id));
    (used(&server) - before) / IDS as f64
}

fn set(connection: &mut Connection, key: &[u8], value: &[u8]) {
    let command = redis::cmd("SET").arg(key).arg(value).arg("PX").arg(3_600_000).to_owned();
    let () = command.query(connection).expect("the server is there");
}

fn used(server: &Server) -> f64 {
    server.info("used_memory_dataset").parse().expect("a number")
}

/// All keys but those of epochs, as if their time had run out.
fn remove_entries(connection: &mut Connection) {
    let entries: Vec<_> = keys(connection).into_iter().filter(|key| key[0] < 0x80).collect();
    for entries in entries.chunks(1000) {
        let () = redis::cmd("DEL").arg(entries).query(connection).expect("the server is there");
    }
}

/// What is left is bounded: each epoch has a time at which it goes.
fn assert_all_expire(connection: &mut Connection) {
    for key in keys(connection).into_iter().filter(|key| key[0] == 0xff) {
        let left: i64 = redis::cmd("PTTL").arg(key).query(connection).expect("the server is there");
        assert!(left > 0, "an epoch that never goes");
    }
}

fn keys(connection: &mut Connection) -> Vec<Vec<u8>> {
    redis::cmd("KEYS").arg("*").query(connection).expect("the server is there")
}
