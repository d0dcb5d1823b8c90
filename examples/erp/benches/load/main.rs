//! The application under load, with the cache and without, in one run: PostgreSQL, Redis, two processes, and wrk, which asks for a mix
//! of 95 % reads. `scripts/load` installs what it takes, and runs it.
//!
//! Prints a table and writes `target/load.json`. `--renew` puts both into README.md beside, as a table and a chart; `--seconds 5` is
//! quick, and says less.

mod chart;
mod figures;
mod processes;
mod wrk;

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use erp::data::{Size, make};
use erp::db::Db;
use servers::{Postgres, Program, Server};

use crate::figures::{Figures, Side};
use crate::processes::Processes;
use crate::wrk::Run;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<_> = std::env::args().collect();
    let seconds = arguments.iter().position(|argument| argument == "--seconds");
    let seconds =
        seconds.map_or(Ok(15), |at| arguments.get(at + 1).map_or("", |text| text).parse::<u64>())?;

    println!("making a million sales in PostgreSQL ..");
    let settings =
        ["shared_preload_libraries=pg_stat_statements", "shared_buffers=512MB", "max_connections=100"];
    let postgres = Postgres::start(&settings);
    let db = Db::connect(&postgres.url()).await?;
    make(&db, Size::FULL).await?;
    sqlx::raw_sql("create extension pg_stat_statements").execute(db.query()).await?;

    println!("without the cache ..");
    let processes = Processes::start(&postgres, None);
    wrk::run(&processes, 3, None)?;
    let full = measure(&processes, &db, seconds).await?;
    let rate = full.0.per_second() / 2.0;
    let half = wrk::run(&processes, 2 * seconds, Some(rate))?;
    let without = Side::new(full, &half);
    drop(processes);

    println!("with the cache ..");
    let mut redis =
        Server::start(Program::Redis, &["--maxmemory", "1gb", "--maxmemory-policy", "allkeys-lfu"]);
    let processes = Processes::start(&postgres, Some(&redis));
    warm(&processes, seconds)?;
    let full = measure(&processes, &db, seconds).await?;
    let half = wrk::run(&processes, 2 * seconds, Some(rate))?;
    let with = Side::new(full, &half);

    println!("hits alone ..");
    processes.get("/dashboard").await?;
    let before = statements(&db).await?;
    for _ in 0..1_000 {
        processes.get("/dashboard").await?;
    }
    // The question itself is one.
    let on_hits = statements(&db).await? - before - 1;

    println!("Redis is killed, and started again ..");
    let outage = std::thread::scope(|scope| {
        let load =
            scope.spawn(|| wrk::run(&processes, 2 * seconds, Some(rate)).map_err(|error| error.to_string()));
        std::thread::sleep(Duration::from_secs(seconds / 2));
        redis.kill();
        std::thread::sleep(Duration::from_secs(seconds / 2));
        redis.start_again();
        load.join().expect("it doesn't panic")
    })?;

    let figures = Figures { rate, without, with, on_hits, outage: (outage.requests, outage.failed) };
    let table = figures.table();
    println!("\n{table}");
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"), Into::into);
    std::fs::write(target.join("load.json"), serde_json::to_string_pretty(&figures.json())?)?;
    if arguments.iter().any(|argument| argument == "--renew") {
        let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
        let text = std::fs::read_to_string(&readme)?;
        let (before, rest) =
            text.split_once("<!-- figures -->").ok_or("README.md has no place for figures")?;
        let (_, after) =
            rest.split_once("<!-- end of figures -->").ok_or("README.md has no end of figures")?;
        std::fs::write(
            &readme,
            format!(
                "{before}<!-- figures -->\n{table}\n![How long answers take](load.svg)\n<!-- end of figures -->{after}"
            ),
        )?;
        std::fs::write(readme.with_file_name("load.svg"), chart::draw(&figures))?;
    }
    Ok(())
}

/// Asks until most of what is asked for often is cached: what a process that has just been started does isn't what it does.
fn warm(processes: &Processes, seconds: u64) -> Result<()> {
    let mut requests = 0;
    for _ in 0..12 {
        requests += wrk::run(processes, seconds, None)?.requests;
        if requests > 150_000 {
            break;
        }
    }
    println!("  after {requests} requests ..");
    Ok(())
}

/// A run, with what the database and the cache were asked for in it.
async fn measure(processes: &Processes, db: &Db, seconds: u64) -> Result<(Run, figures::Counted)> {
    let (asked, before) = (statements(db).await?, processes.statistics().await?);
    let run = wrk::run(processes, seconds, None)?;
    let after = processes.statistics().await?;
    let counted = figures::Counted::between(&before, &after, statements(db).await? - asked - 1);
    Ok((run, counted))
}

/// How many statements PostgreSQL has been sent, by its own count.
async fn statements(db: &Db) -> Result<i64> {
    let calls = "select cast(coalesce(sum(calls), 0) as bigint) from pg_stat_statements";
    Ok(sqlx::query_scalar(calls).fetch_one(db.query()).await?)
}
