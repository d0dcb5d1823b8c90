//! Others: where the cache fails, the application does; some of its failures bypass whoever was to handle them.

use super::*;

on_both! {
    an_outage_at_any_step_reaches_no_caller
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Refused;

/// What happens while a body runs.
#[derive(NoKey)]
struct During<'a>(&'a (dyn Fn() + Sync));

#[cached(alias = Pushed, cache = cache, skip(cache), invalidate_on = [Article(id)])]
async fn value(cache: &Cache, during: &During<'_>, id: u64) -> u64 {
    let _ = cache;
    (during.0)();
    id
}

#[cached(alias = Pushed, cache = cache, skip(cache), invalidate_on = [Article(id)])]
async fn option(cache: &Cache, during: &During<'_>, id: u64) -> Option<u64> {
    let _ = cache;
    (during.0)();
    (id.is_multiple_of(2)).then_some(id)
}

#[cached(alias = Pushed, cache = cache, skip(cache), invalidate_on = [Article(id)])]
async fn result(cache: &Cache, during: &During<'_>, id: u64) -> Result<u64, Refused> {
    let _ = cache;
    (during.0)();
    if id.is_multiple_of(2) { Ok(id) } else { Err(Refused) }
}

#[invalidates(Article(id), cache = cache)]
async fn write(cache: &Cache, during: &During<'_>, id: u64) -> Result<u64, Refused> {
    let _ = cache;
    (during.0)();
    if id.is_multiple_of(2) { Ok(id) } else { Err(Refused) }
}

/// A way to fail, and its end.
type Outage = (&'static str, fn(&Server), fn(&Server));

const OUTAGES: [Outage; 4] = [
    ("it hangs", Server::freeze, Server::thaw),
    (
        "it has become a replica",
        |server| server.command("REPLICAOF 127.0.0.1 1"),
        |server| server.command("REPLICAOF NO ONE"),
    ),
    (
        "it has no memory left",
        |server| server.command("CONFIG SET maxmemory 1"),
        |server| server.command("CONFIG SET maxmemory 0"),
    ),
    (
        "it ends connections, and takes no more",
        |server| {
            server.command::<()>("ACL SETUSER default -@all +acl +client");
            server.command::<i64>("CLIENT KILL TYPE pubsub");
            server.command::<i64>("CLIENT KILL TYPE normal");
        },
        |server| server.command("ACL SETUSER default +@all"),
    ),
];

async fn an_outage_at_any_step_reaches_no_caller(program: Program) {
    let world = World::new(program, &[]).await;
    let (mut id, cache) = (1000_u64, &world.one.0);
    for (what, begin, end) in OUTAGES {
        // It begins while a body runs: before it the server was well, after it nothing can be stored or told, or asked again.
        for call in 0..4 {
            let begun = std::sync::Once::new();
            let fail = || begun.call_once(|| begin(&world.server));
            let during = During(&fail);
            for round in 0..2 {
                for id in [id, id + 1] {
                    let even = id.is_multiple_of(2);
                    match call {
                        0 => assert_eq!(guarded(value(cache, &during, id)).await, id, "{what}"),
                        1 => {
                            let expected = even.then_some(id);
                            assert_eq!(guarded(option(cache, &during, id)).await, expected, "{what}");
                        }
                        2 => {
                            let expected = if even { Ok(id) } else { Err(Refused) };
                            assert_eq!(guarded(result(cache, &during, id)).await, expected, "{what}");
                        }
                        _ => {
                            let expected = if even { Ok(id) } else { Err(Refused) };
                            assert_eq!(guarded(write(cache, &during, id)).await, expected, "{what}");
                        }
                    }
                }
                assert!(begun.is_completed(), "{what}, in round {round}");
                // What a companion does: none of it has an error to return.
                guarded(value::entry(cache, id).invalidate()).await;
                let _ = guarded(value::entry(cache, id).get()).await;
                assert_eq!(guarded(value::refresh(cache, &During(&|| {}), id)).await, id, "{what}");
            }
            end(&world.server);
            until("it is asked again", async || world.one.is_well()).await;
            id += 2;
        }
    }
    world.recovers(1).await;
}
