//! A hit in the shared tier, beside a bare `GET` and beside `cached` on Redis.

use std::time::Instant;

use cache_core::Cache;
use redis::aio::MultiplexedConnection;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::page::{Page, elsewhere, page, theirs};
use crate::allocations;
use crate::row::Row;
use crate::statistics::median;

/// How many pages there are, each asked for in turn: hardly any is near when it is asked for again.
const PAGES: u64 = 10_000;
/// How many ask at once where throughput is measured.
const TASKS: u64 = 64;

/// Where calls are made.
enum Place {
    /// In what the runtime is blocked on.
    Main,
    /// In a task.
    Task,
}

/// A page, bare.
async fn get(connection: &mut MultiplexedConnection, id: u64) -> Vec<u8> {
    redis::cmd("GET")
        .arg(format!("bare:page:{id}"))
        .query_async(connection)
        .await
        .expect("the server is there")
}

pub(super) struct Hits<'a> {
    pub(super) runtime: &'a Runtime,
    pub(super) bare: MultiplexedConnection,
    /// The same as the process's own, with a connection on each runtime that calls.
    pub(super) at_hand: Cache,
    /// How many hits of each side.
    pub(super) hits: usize,
    /// How many rounds of all tasks.
    pub(super) rounds: usize,
}

impl Hits<'_> {
    /// Stores all pages, for all three.
    pub(super) fn store(&self) {
        let (mut bare, cache) = (self.bare.clone(), self.at_hand.clone());
        self.runtime.block_on(async move {
            for id in 0..PAGES {
                page(id).await;
                elsewhere(&cache, id).await;
                theirs(id).await.expect("the server is there");
                let bytes = serde_json::to_vec(&Page::new(id)).expect("a page can be written");
                let command = redis::cmd("SET").arg(format!("bare:page:{id}")).arg(bytes).to_owned();
                let () = command.query_async(&mut bare).await.expect("the server is there");
            }
        });
    }

    pub(super) fn rows(&self, report: &mut impl FnMut(Row)) {
        let mut bare = self.bare.clone();
        let ours_allocs = self.allocations(async |id| drop(page(id).await));
        let get_allocs = self.allocations(async |id| drop(get(&mut bare, id).await));
        let theirs_allocs = self.allocations(async |id| drop(theirs(id).await));
        let connection = self.bare.clone();
        let ours = |id| async move { drop(page(id).await) };
        let cache = self.at_hand.clone();
        let at_hand = move |id| {
            let cache = cache.clone();
            async move { drop(elsewhere(&cache, id).await) }
        };
        let gets = move |id| {
            let mut connection = connection.clone();
            async move { drop(get(&mut connection, id).await) }
        };
        let cached = |id| async move { drop(theirs(id).await) };
        // As `main` calls, and as a handler does, without and with a connection on its runtime.
        let get_rows = [
            ("shared-hit", self.by_turns(Place::Main, ours, gets.clone())),
            ("shared-hit-task", self.by_turns(Place::Task, ours, gets.clone())),
            ("shared-hit-per-runtime", self.by_turns(Place::Task, at_hand.clone(), gets)),
        ];
        for (case, [ours, theirs]) in get_rows {
            report(Row {
                case,
                unit: "ns",
                threads: 1,
                ours,
                theirs_name: "redis: GET, p50",
                theirs,
                ours_allocs,
                theirs_allocs: get_allocs,
                lacks: "reading what it got, invalidation, all else",
            });
        }
        let cached_rows = [
            ("shared-vs-cached", self.by_turns(Place::Main, ours, cached)),
            ("shared-vs-cached-task", self.by_turns(Place::Task, ours, cached)),
            ("shared-vs-cached-per-runtime", self.by_turns(Place::Task, at_hand, cached)),
        ];
        for (case, [ours, theirs]) in cached_rows {
            report(Row {
                case,
                unit: "ns",
                threads: 1,
                ours,
                theirs_name: "cached: concurrent_cached on AsyncRedisCache, p50",
                theirs,
                ours_allocs,
                theirs_allocs,
                lacks: "one load per key, invalidation, going on without the server",
            });
        }
        for (case, at_hand) in
            [("shared-throughput", None), ("shared-throughput-per-runtime", Some(&self.at_hand))]
        {
            let [ours, theirs] = self.throughput(at_hand);
            report(Row {
                case,
                unit: "ns",
                threads: 2,
                ours,
                theirs_name: "redis: GET by 64 tasks on one connection",
                theirs,
                ours_allocs,
                theirs_allocs: get_allocs,
                lacks: "reading what it got, invalidation, all else",
            });
        }
    }

    /// Nanoseconds of a call of each, one after the other: medians.
    fn by_turns<A: Future + Send, B: Future + Send>(
        &self,
        place: Place,
        one: impl Fn(u64) -> A + Send + 'static,
        other: impl Fn(u64) -> B + Send + 'static,
    ) -> [f64; 2] {
        let ids = (0..PAGES).cycle().take(self.hits);
        let calls = async move {
            let mut took = [Vec::new(), Vec::new()];
            for id in ids {
                let start = Instant::now();
                one(id).await;
                let between = Instant::now();
                other(id).await;
                took[0].push((between - start).as_nanos() as f64);
                took[1].push(between.elapsed().as_nanos() as f64);
            }
            took
        };
        let took = match place {
            Place::Main => self.runtime.block_on(calls),
            Place::Task => self.runtime.block_on(self.runtime.spawn(calls)).expect("it ends"),
        };
        took.map(median)
    }

    fn allocations(&self, mut call: impl AsyncFnMut(u64)) -> f64 {
        // Asked for by nobody for a while, so that none is near.
        let ids = PAGES / 2..PAGES / 2 + 100;
        let calls = ids.clone().count();
        let allocated = allocations::during(|| {
            self.runtime.block_on(async {
                for id in ids {
                    call(id).await;
                }
            });
        });
        allocated.count as f64 / calls as f64
    }

    /// Nanoseconds for each hit, of all tasks together: medians of rounds by turns.
    fn throughput(&self, at_hand: Option<&Cache>) -> [f64; 2] {
        let mut took = [Vec::new(), Vec::new()];
        for round in 0..self.rounds {
            for side in [round % 2, 1 - round % 2] {
                let start = Instant::now();
                self.runtime.block_on(async {
                    let mut tasks = JoinSet::new();
                    for task in 0..TASKS {
                        let (mut bare, at_hand) = (self.bare.clone(), at_hand.cloned());
                        tasks.spawn(async move {
                            for id in (0..PAGES).cycle().skip((task * PAGES / TASKS) as usize).take(100) {
                                match (side, &at_hand) {
                                    (0, None) => drop(page(id).await),
                                    (0, Some(cache)) => drop(elsewhere(cache, id).await),
                                    _ => drop(get(&mut bare, id).await),
                                }
                            }
                        });
                    }
                    tasks.join_all().await;
                });
                took[side].push(start.elapsed().div_f64((TASKS * 100) as f64).as_nanos() as f64);
            }
        }
        took.map(median)
    }
}
