//! The shared rows: with Redis, beside the peers.

mod attached;
mod children;
mod dead;
mod heard;
mod hits;
mod invalidation;
mod memory;
mod page;
mod stampede;

use std::error::Error;

use cache_core::Cache;
use cache_redis::RedisTier;
use servers::{Program, Server};

use crate::output::write_json;
use crate::row::{Figures, HEADINGS, Row};

/// The first argument of a process that takes part in a measurement.
pub(crate) const CHILD: &str = "--child";

pub(crate) fn run(quick: bool) -> Result<(), Box<dyn Error>> {
    let server = Server::start(Program::Redis, &[]);
    page::SERVER.set(server.url()).expect("it is set once");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let cache = Cache::builder().tier(RedisTier::new(server.url())?).install()?;
    let bare = runtime.block_on(redis::Client::open(server.url())?.get_multiplexed_async_connection())?;
    let mut rows = Vec::new();
    let mut report = |row: Row| {
        println!("{row}");
        rows.push(row);
    };
    println!("{HEADINGS}");
    let url = format!("{}?connection_per_runtime=true", server.url());
    let hits = hits::Hits {
        runtime: &runtime,
        at_hand: Cache::builder().tier(RedisTier::new(url)?).build()?,
        bare,
        hits: if quick { 5_000 } else { 50_000 },
        rounds: if quick { 11 } else { 101 },
    };
    hits.store();
    hits.rows(&mut report);
    report(attached::row(&cache, quick));
    report(invalidation::row(&runtime));
    report(heard::row(&runtime, &cache, &server.url(), quick)?);
    report(stampede::row(&server, quick)?);
    report(dead::row(&runtime));
    memory::rows(&runtime, &mut report);
    write_json("shared", &rows.iter().map(Figures::from).collect::<Vec<_>>())
}

/// One of several processes that a measurement takes.
pub(crate) fn child(arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    match arguments {
        [heard::KIND, url] => heard::child(&runtime, url),
        [stampede::KIND, url] => stampede::child(&runtime, url),
        _ => Err("no such child".into()),
    }
}
