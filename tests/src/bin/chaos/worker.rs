//! A process of the run: readers and writers on an installed cache, whose every answer is checked.

use std::path::PathBuf;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cache_core::{Alias, Cache, CacheBuilder, Durability, Settings};
use cache_redis::RedisTier;

use super::flaws::{Flaw, Flawed};
use super::functions as f;
use super::memory::{Counts, Memory, Phase, ROWS};
use super::oracle::{Oracle, Promise, Verdict};
use super::source::{Broken, IN_BODIES, Seen, Source};
use super::stalls::Stalls;

/// The default of aliases.
const MAX_STALENESS: Duration = Duration::from_secs(1);
/// How long a call waits for the tier.
const DEADLINE: Duration = Duration::from_millis(50);
const READERS: usize = 4;
const VERIFIERS: usize = 3;
const WRITERS: usize = 2;

/// What the conductor tells a process, as words.
#[derive(Clone, Debug)]
pub struct Task {
    pub folder: PathBuf,
    pub worker: usize,
    pub owner: u64,
    /// `single URL`, `sentinel NAME URL`, `cluster URL,URL`.
    pub servers: Vec<String>,
    pub replicated: bool,
    pub without: Option<String>,
}

impl Task {
    pub fn words(&self) -> Vec<String> {
        let mut words = vec![
            "worker".to_owned(),
            self.folder.display().to_string(),
            self.worker.to_string(),
            self.owner.to_string(),
            self.replicated.to_string(),
            self.without.clone().unwrap_or_default(),
        ];
        words.extend(self.servers.iter().cloned());
        words
    }

    pub fn read(words: &[String]) -> Task {
        let [folder, worker, owner, replicated, without, servers @ ..] = words else {
            panic!("the conductor's words")
        };
        Task {
            folder: folder.into(),
            worker: worker.parse().expect("a number"),
            owner: owner.parse().expect("a number"),
            servers: servers.to_vec(),
            replicated: replicated == "true",
            without: Some(without.clone()).filter(|without| !without.is_empty()),
        }
    }

    fn tier(&self) -> RedisTier {
        let builder = RedisTier::builder();
        let words: Vec<&str> = self.servers.iter().map(String::as_str).collect();
        let builder = match words[..] {
            ["single", url] => builder.url(url),
            ["sentinel", name, url] => builder.sentinels(name, [url]),
            ["cluster", urls] => builder.cluster(urls.split(',')),
            _ => panic!("the conductor's words"),
        };
        builder.build().expect("the conductor's URLs")
    }

    fn cache(&self) -> Cache {
        let flaw = self.without.as_deref().and_then(Flaw::of);
        let builder = Cache::builder().namespace("chaos");
        let builder = match flaw {
            Some(flaw) => builder.tier(Flawed::new(self.tier(), flaw)),
            None => builder.tier(self.tier()),
        };
        let builder = if self.replicated { replicated::<f::Pushed>(builder) } else { builder };
        builder.install().expect("a cache")
    }
}

fn replicated<A: Alias>(builder: CacheBuilder) -> CacheBuilder {
    builder.alias::<A>(|settings: Settings| settings.durability(Durability::Replicated))
}

/// Runs until the conductor ends it, or is gone.
pub fn run(task: &Task) -> ! {
    std::thread::spawn(|| {
        // Nothing is ever said: that is the end.
        let _ = std::io::stdin().lines().count();
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let memory = Memory::map(&task.folder.join("memory"));
        let source =
            Source::open(&task.folder.join("database"), memory, task.worker, task.owner, false).await;
        let cache = task.cache();
        let oracle = Oracle::new(source, MAX_STALENESS);
        let process = Process {
            oracle,
            cache,
            unconfirmed: Mutex::default(),
            stalls: Stalls::watch(),
            replicated: task.replicated,
            apart: (task.servers[0] == "sentinel").then_some(task.worker as i64),
        };
        Arc::new(process).work().await
    })
}

pub struct Process {
    pub oracle: Oracle,
    pub cache: Cache,
    /// Written, and not confirmed yet.
    pub unconfirmed: Mutex<Vec<Seen>>,
    stalls: Stalls,
    pub replicated: bool,
    /// Where failovers are looked at closely, processes write no rows of others, nor models: what survivors send again would hide what is
    /// lost with a process.
    pub apart: Option<i64>,
}

impl Process {
    async fn work(self: Arc<Self>) -> ! {
        for _ in 0..READERS {
            self.keep(|process| async move { process.read_for_ever().await });
        }
        for _ in 0..VERIFIERS {
            self.keep(|process| async move { process.verify_for_ever().await });
        }
        for _ in 0..WRITERS {
            self.keep(|process| async move { process.write_for_ever().await });
        }
        loop {
            tokio::time::sleep(Duration::from_millis(5)).await;
            self.confirm();
            if self.memory().phase() == Phase::Sweep && self.counts().swept.load(SeqCst) == 0 {
                self.sweep().await;
                self.counts().swept.store(1, SeqCst);
            }
        }
    }

    /// Begins it again whenever it panics, which no call should.
    fn keep<F: Future<Output = ()> + Send + 'static>(
        self: &Arc<Self>,
        work: impl Fn(Arc<Self>) -> F + Send + 'static,
    ) {
        let process = Arc::clone(self);
        tokio::spawn(async move {
            while let Err(error) = tokio::spawn(work(Arc::clone(&process))).await {
                eprintln!("violation: a call panicked: {error}");
                Counts::add(&process.counts().foreign_errors);
            }
        });
    }

    pub fn memory(&self) -> &'static Memory {
        self.oracle.memory
    }

    pub fn counts(&self) -> &'static Counts {
        self.oracle.counts()
    }

    pub fn db(&self) -> Arc<Source> {
        Arc::clone(&self.oracle.source)
    }

    async fn read_for_ever(&self) {
        loop {
            let id = some_row();
            match fastrand::u32(..100) {
                0..30 => {
                    for _ in 0..24 {
                        self.one("pushed", Promise::Pushed, some_row(), f::pushed).await;
                    }
                }
                30..45 => self.one("off", Promise::Off, id, f::off).await,
                45..55 => self.one("small", Promise::Pushed, id, f::small).await,
                55..65 => self.one("refreshed", Promise::Pushed, id, f::refreshed).await,
                65..72 => self.several("nested", Promise::Pushed, id, f::nested).await,
                72..79 => self.several("found", Promise::Pushed, id, f::found).await,
                79..86 => self.several("learned", Promise::Pushed, id, f::learned).await,
                86..93 => {
                    self.batch("batch", Promise::Pushed, |db, ids| async move { f::batch(db, &ids).await })
                        .await
                }
                93..95 => self.fill(id).await,
                95..96 => self.refresh(id).await,
                _ => self.all().await,
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    async fn verify_for_ever(&self) {
        loop {
            let id = some_row();
            match fastrand::u32(..10) {
                0..6 => self.one("verified", Promise::Verified, id, f::verified).await,
                6 => {
                    self.several("nested_verified", Promise::Verified, id, |db, id| {
                        f::nested_verified(db, id)
                    })
                    .await
                }
                7 => self.several("found_verified", Promise::Verified, id, f::found_verified).await,
                8 => {
                    let call = |db, ids: Vec<i64>| async move { f::batch_verified(db, &ids).await };
                    self.batch("batch_verified", Promise::Verified, call).await;
                }
                _ => tokio::time::sleep(Duration::from_millis(1)).await,
            }
            tokio::task::yield_now().await;
        }
    }

    async fn one<F>(&self, what: &str, promise: Promise, id: i64, call: impl FnOnce(Arc<Source>, i64) -> F)
    where
        F: Future<Output = Result<u64, Broken>>,
    {
        self.call(what, promise, &[id], call(self.db(), id), |version| vec![(id, version)]).await;
    }

    async fn several<F>(
        &self,
        what: &str,
        promise: Promise,
        id: i64,
        call: impl FnOnce(Arc<Source>, i64) -> F,
    ) where
        F: Future<Output = Result<Vec<Seen>, Broken>>,
    {
        self.call(what, promise, &f::shelf(id), call(self.db(), id), std::convert::identity).await;
    }

    async fn batch<F>(&self, what: &str, promise: Promise, call: impl FnOnce(Arc<Source>, Vec<i64>) -> F)
    where
        F: Future<Output = Result<std::collections::HashMap<i64, u64>, Broken>>,
    {
        let mut ids: Vec<i64> = (0..8).map(|_| some_row()).collect();
        ids.sort_unstable();
        ids.dedup();
        let there = ids.len();
        let call = call(self.db(), ids.clone());
        self.call(what, promise, &ids, call, |seen| {
            assert_eq!(seen.len(), there, "all rows are there");
            seen.into_iter().collect()
        })
        .await;
    }

    async fn all(&self) {
        let ids: Vec<i64> = (0..ROWS as i64).collect();
        self.call("all", Promise::Pushed, &ids, f::all(self.db()), std::convert::identity).await;
    }

    /// A value that is read elsewhere: stamps first.
    async fn fill(&self, id: i64) {
        let fill = f::pushed::entry(id).begin().await;
        let read = self.db().read(&[id]).await;
        fill.store(read.map(|seen| seen[0].1));
        self.one("pushed, filled", Promise::Pushed, id, f::pushed).await;
    }

    async fn refresh(&self, id: i64) {
        self.one("pushed, loaded anew", Promise::Pushed, id, f::pushed::refresh).await;
    }

    /// Calls, and looks at what it returns. Some calls are dropped on their way: loaders die at random points.
    async fn call<T>(
        &self,
        what: &str,
        promise: Promise,
        ids: &[i64],
        call: impl Future<Output = Result<T, Broken>>,
        seen: impl FnOnce(T) -> Vec<Seen>,
    ) -> Verdict {
        let before = self.oracle.before(ids);
        let began = super::clock::now();
        let call = IN_BODIES.scope(std::cell::Cell::new(0), async {
            let returned = if fastrand::u32(..400) == 0 {
                let until = Duration::from_micros(fastrand::u64(..4000));
                tokio::time::timeout(until, call).await.ok()
            } else {
                Some(call.await)
            };
            (returned, IN_BODIES.with(std::cell::Cell::get))
        });
        let (returned, in_bodies) = call.await;
        let counts = self.counts();
        match returned {
            None => {
                Counts::add(&counts.calls_dropped);
                Verdict::Newest
            }
            Some(Err(error)) => {
                if !self.oracle.source.made(&error) {
                    eprintln!("violation: {what} failed with an error that no body made");
                    Counts::add(&counts.foreign_errors);
                }
                Verdict::Newest
            }
            Some(Ok(value)) => {
                let ended = super::clock::now();
                let beyond = (ended - began).saturating_sub(in_bodies + DEADLINE.as_nanos() as u64) / 1000;
                // A process that was stopped, or got no time of the machine, proves nothing of the cache.
                let longest = match ids.len() {
                    1 => &counts.longest_of_one,
                    _ => &counts.longest_beyond_deadline,
                };
                if beyond > longest.load(SeqCst) && !self.stalls.since(began) {
                    longest.fetch_max(beyond, SeqCst);
                }
                self.oracle.check(what, promise, &before, &seen(value))
            }
        }
    }

    /// Every row, each way: nothing is written any more, so that all of it is the newest.
    async fn sweep(&self) {
        for id in 0..ROWS as i64 {
            let db = || self.db();
            let one = |version: u64| vec![(id, version)];
            let verdicts = [
                self.call("pushed, in the end", Promise::Pushed, &[id], f::pushed(db(), id), one).await,
                self.call("verified, in the end", Promise::Verified, &[id], f::verified(db(), id), one).await,
                self.call("off, in the end", Promise::Off, &[id], f::off(db(), id), one).await,
                self.call("refreshed, in the end", Promise::Pushed, &[id], f::refreshed(db(), id), one).await,
                self.call(
                    "nested, in the end",
                    Promise::Pushed,
                    &f::shelf(id),
                    f::nested(db(), id),
                    std::convert::identity,
                )
                .await,
                self.call("found, in the end", Promise::Pushed, &f::shelf(id), f::found(db(), id), |seen| {
                    seen
                })
                .await,
            ];
            if verdicts.contains(&Verdict::Broken) {
                Counts::add(&self.counts().invalidations_lost);
            }
        }
    }
}

/// A row: most of the time one of a few.
pub fn some_row() -> i64 {
    match fastrand::u32(..3) {
        0 => fastrand::i64(0..ROWS as i64),
        _ => fastrand::i64(0..8),
    }
}
