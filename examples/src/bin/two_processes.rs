//! Two processes that share a cache, and a server that dies: `cargo run -p examples --features redis --bin two_processes`.
//!
//! It starts a server of its own, of Redis or of Valkey, and itself twice more. Each of these has a cache in its own memory; what
//! one writes the other sees. Every figure is measured in the run, and every value that is read is asserted.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use cache_core::{Alias, Cache, Model, NoKey, cached, invalidates};
// Links it: it is the backend of `CACHE_URL=redis://..`.
use cache_redis as _;
use servers::{Folder, Program, Server};

/// Whatever takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Model)]
#[model(name = "product", id = u32)]
struct Product;

/// Coherence `push`, the default: a hit asks nobody, and writes of others are announced.
#[derive(Alias)]
#[alias(name = "prices", ttl = "10m")]
struct Prices;

#[cached(alias = Prices, invalidate_on = [Product(id)])]
async fn price(db: &Database, id: u32) -> u64 {
    db.select_price(id)
}

#[invalidates(Product(id))]
async fn set_price(db: &Database, id: u32, cents: u64) {
    db.update_price(id, cents);
}

fn main() -> Result<(), Box<dyn Error>> {
    match std::env::args().nth(1) {
        Some(file) => process(Database::at(file)),
        None => show(),
    }
}

/// What is shown.
fn show() -> Result<(), Box<dyn Error>> {
    let program = [Program::Redis, Program::Valkey].into_iter().find(|program| program.find().is_ok());
    // Without one it says what to install.
    let program = program.map_or_else(|| Program::Redis.find().map(|_| Program::Redis), Ok)?;
    let mut server = Server::start(program, &[]);
    let folder = Folder::new();
    let file = folder.path().join("price");
    Database::at(&file).update_price(5, 400);
    let (mut one, mut other) = (Process::start(&file, &server)?, Process::start(&file, &server)?);

    println!("{program:?} at {}, and two processes", server.url());
    println!("  one    {}", one.read(1, 400)?);
    println!("  other  {}", other.read(1, 400)?);
    println!("  other  {}", other.read(1_000, 400)?);

    println!("\nA write in one of them");
    let written = one.write(450)?;
    println!("  one    sets 450: {}", written.answer);
    println!("  other  sees it {:.1?} after the writer began", other.sees(450, &written)?);

    server.kill();
    println!("\nThe server is killed");
    println!("  one    {}", one.read(1, 450)?);
    let written = one.write(500)?;
    println!("  one    sets 500: {}", written.answer);
    println!("  one    {}", one.read(1, 500)?);
    println!(
        "  other  sees it {:.1?} after the writer began: nothing is served unproven for longer than `max_staleness`, 1s",
        other.sees(500, &written)?
    );

    server.start_again();
    println!("\nIt is there again, empty");
    println!("  both   listen to it again after {:.1?}", listened(&server)?);
    for (name, process) in [("one  ", &mut one), ("other", &mut other)] {
        println!("  {name}  has told all that waited after {} more", process.ask("recover")?);
    }
    let written = one.write(550)?;
    println!("  one    sets 550: {}", written.answer);
    println!("  other  sees it {:.1?} after the writer began", other.sees(550, &written)?);
    Ok(())
}

/// How long it takes until both processes listen to a server.
fn listened(server: &Server) -> Result<Duration, Box<dyn Error>> {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        let (_, listeners): (String, u32) = server.command("PUBSUB NUMSUB cache:epochs:0");
        if listeners == 2 {
            return Ok(began.elapsed());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Err("they don't listen".into())
}

/// One of the processes, which does what it is told, line by line, and answers each with one.
#[tokio::main]
async fn process(db: Database) -> Result<(), Box<dyn Error>> {
    let cache = Cache::from_env()?.namespace("shop").install()?;
    for line in std::io::stdin().lines() {
        let line = line?;
        let (command, number) = line.split_once(' ').unwrap_or((&line, "0"));
        let (number, began) = (number.parse::<u64>()?, Instant::now());
        match command {
            "read" => {
                let (queries, mut cents) = (db.queries(), 0);
                for _ in 0..number {
                    cents = price(&db, 5).await;
                }
                let (took, queries) = (began.elapsed(), db.queries() - queries);
                println!("{cents} {number} calls, {queries} queries, {took:.1?}");
            }
            "write" => {
                let began = now();
                set_price(&db, 5, number).await;
                let pending = cache.stats().shared.map_or(0, |shared| shared.pending);
                let answer =
                    if pending == 0 { "confirmed" } else { "queued, and sent until it is confirmed" };
                println!("{began} {answer}");
            }
            "see" => {
                until(async || price(&db, 5).await == number).await?;
                println!("{}", now());
            }
            "recover" => {
                until(async || {
                    cache.stats().shared.is_some_and(|shared| !shared.open && shared.pending == 0)
                })
                .await?;
                println!("{:.1?}", began.elapsed());
            }
            _ => return Err(format!("nobody says `{command}`").into()),
        }
    }
    Ok(())
}

/// Asks again and again until it is so; not for ever.
async fn until(holds: impl AsyncFn() -> bool) -> Result<(), Box<dyn Error>> {
    let asking = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_micros(100)).await;
        }
    };
    Ok(tokio::time::timeout(PATIENCE, asking).await?)
}

/// Nanoseconds, by the clock that both processes have.
fn now() -> u128 {
    SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_nanos())
}

/// A process, as the one that started it sees it. It ends when nobody tells it anything any more.
struct Process {
    child: Child,
    told: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

/// A write: when it began, and what became of it.
struct Written {
    began: u128,
    answer: String,
}

impl Process {
    fn start(file: &Path, server: &Server) -> Result<Process, Box<dyn Error>> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(file).env("CACHE_URL", server.url()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let told = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().ok_or("no output")?);
        Ok(Process { child, told, answers })
    }

    fn ask(&mut self, line: &str) -> Result<String, Box<dyn Error>> {
        let told = self.told.as_mut().ok_or("it is told no more")?;
        writeln!(told, "{line}")?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        if answer.is_empty() { Err("the process has ended".into()) } else { Ok(answer.trim_end().to_owned()) }
    }

    /// Reads the price so often.
    fn read(&mut self, times: u32, expected: u64) -> Result<String, Box<dyn Error>> {
        let answer = self.ask(&format!("read {times}"))?;
        let (cents, how) = answer.split_once(' ').ok_or("no answer")?;
        assert_eq!(cents.parse::<u64>()?, expected);
        Ok(format!("{cents}: {how}"))
    }

    fn write(&mut self, cents: u64) -> Result<Written, Box<dyn Error>> {
        let answer = self.ask(&format!("write {cents}"))?;
        let (began, answer) = answer.split_once(' ').ok_or("no answer")?;
        Ok(Written { began: began.parse()?, answer: answer.to_owned() })
    }

    /// How long after a write began this one sees it.
    fn sees(&mut self, cents: u64, written: &Written) -> Result<Duration, Box<dyn Error>> {
        let seen: u128 = self.ask(&format!("see {cents}"))?.parse()?;
        Ok(Duration::from_nanos(u64::try_from(seen.saturating_sub(written.began))?))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.told.take());
        let _ = self.child.wait();
    }
}

/// A database of one price: a file, which both processes read.
#[derive(NoKey)]
struct Database {
    file: PathBuf,
    queries: AtomicUsize,
}

impl Database {
    fn at(file: impl Into<PathBuf>) -> Database {
        Database { file: file.into(), queries: AtomicUsize::new(0) }
    }

    fn select_price(&self, _id: u32) -> u64 {
        self.queries.fetch_add(1, Ordering::Relaxed);
        std::fs::read_to_string(&self.file).expect("it is there").parse().expect("a number")
    }

    /// In one step: whoever reads it finds the one or the other.
    fn update_price(&self, _id: u32, cents: u64) {
        let unfinished = self.file.with_extension("unfinished");
        std::fs::write(&unfinished, cents.to_string()).expect("there is room");
        std::fs::rename(&unfinished, &self.file).expect("it can be replaced");
    }

    fn queries(&self) -> usize {
        self.queries.load(Ordering::Relaxed)
    }
}
