//! Others: an invalidation scans all keys, blocks the server meanwhile, or keeps sets of keys that grow without bound.

use std::collections::BTreeMap;

use super::*;

on_both! {
    an_invalidation_does_the_same_however_much_depends_on_it
    what_lies_there_does_not_grow_with_invalidations
}

#[cached(alias = Pushed, cache = cache, skip(cache), invalidate_on = [Article])]
async fn any_price(cache: &Cache, source: &Source, id: u64) -> u64 {
    let _ = (cache, id);
    source.read()
}

#[invalidates(Article, cache = cache)]
async fn set_all(cache: &Cache) {
    let _ = cache;
}

/// What the server has done since `CONFIG RESETSTAT`: how often each command was called.
fn calls(server: &Server) -> BTreeMap<String, u64> {
    let all: String = server.command("INFO commandstats");
    all.lines()
        .filter_map(|line| line.strip_prefix("cmdstat_")?.split_once(":calls="))
        .map(|(name, rest)| {
            (name.to_owned(), rest.split(',').next().expect("a number").parse().expect("a number"))
        })
        .collect()
}

/// What the process asks for by itself, now and then; what the test asks for.
const BESIDES: [&str; 8] =
    ["ping", "role", "get", "hello", "info", "config|resetstat", "client|setinfo", "select"];

async fn an_invalidation_does_the_same_however_much_depends_on_it(program: Program) {
    let World { server, source, one, .. } = World::new(program, &[]).await;
    let mut done = Vec::new();
    for entries in [10, 2000] {
        for id in 0..entries {
            guarded(any_price(&one.0, &source, id)).await;
            guarded(price(&one.0, &source, id)).await;
        }
        testing::settled(&one.0).await;
        assert!(server.command::<u64>("DBSIZE") > entries, "they lie there");
        server.command::<()>("CONFIG RESETSTAT");
        guarded(set_all(&one.0)).await;
        guarded(set_price(&one.0, &source, 5, 1)).await;
        until("it is confirmed", async || one.is_well()).await;
        let mut calls = calls(&server);
        calls.retain(|name, _| !BESIDES.contains(&&**name));
        done.push(calls);
    }
    // A script for each tag, which announces and replaces: of models and rows, whatever was read of them.
    let [few, many] = [&done[0], &done[1]];
    assert_eq!(few, many);
    let tags = few["eval"];
    let expected = ["eval", "publish", "set"].map(|name| (name.to_owned(), tags));
    assert_eq!(*many, BTreeMap::from(expected));
}

/// How many keys there are, and how many bytes they hold. All are strings, so nothing grows within one.
fn lies(server: &Server) -> (usize, usize) {
    let mut connection = server.connection();
    let keys: Vec<Vec<u8>> = redis::cmd("KEYS").arg("*").query(&mut connection).expect("keys");
    let bytes = keys.iter().map(|key| {
        let held: usize = redis::cmd("STRLEN").arg(key).query(&mut connection).expect("a string");
        key.len() + held
    });
    (keys.len(), bytes.sum())
}

async fn what_lies_there_does_not_grow_with_invalidations(program: Program) {
    let World { server, source, one, .. } = World::new(program, &[]).await;
    for id in 0..100 {
        guarded(price(&one.0, &source, id)).await;
    }
    testing::settled(&one.0).await;
    let before = lies(&server);
    for round in 0..20 {
        guarded(set_all(&one.0)).await;
        // Of rows that nobody has read as well.
        for id in 0..200 {
            guarded(set_price(&one.0, &source, round * 100 + id, 1)).await;
        }
    }
    until("all are confirmed", async || one.is_well()).await;
    assert_eq!(lies(&server), before);
}
