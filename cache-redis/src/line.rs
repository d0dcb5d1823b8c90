//! One connection, and whether it still answers.

use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cache_core::shared::TierError;
use coarsetime::Instant;
use redis::aio::MultiplexedConnection;
use redis::{Cmd, Pipeline, Value};
use tokio::sync::watch;

use crate::connect::Known;
use crate::driver::{Driver, Turn};
use crate::gather::Gather;
use crate::reply::{self, explain};
use crate::wire::Generation;

/// A connection that many requests use at once. Nothing is sent twice: what was lost with the connection is an error.
pub(crate) struct Line {
    connection: MultiplexedConnection,
    /// None where `redis` has it.
    driver: Option<Arc<Driver>>,
    pub(crate) end: Arc<End>,
    /// What epochs on the server are masked by.
    pub(crate) generation: Generation,
    /// Which run of the server it leads to.
    pub(crate) run: u128,
    /// What the key of the generation holds, while that is so.
    pub(crate) said: Box<[u8]>,
    /// Which [state of the server](crate::server::Server) it was made in.
    pub(crate) state: u64,
    /// Whether each command says that it knows that its slot is only on its way to this server.
    asking: bool,
    pub(crate) gather: Arc<Gather>,
    progress: Progress,
}

impl Default for Progress {
    fn default() -> Self {
        let (asked, answered, doubted, given_up) = Default::default();
        Progress {
            given_up,
            asked,
            answered,
            at: AtomicU64::new(Instant::now_without_cache_update().as_ticks()),
            doubted,
        }
    }
}

/// How far a connection has got. Answers come in the order of requests, so one tells of all before it. By a coarse clock, which each
/// request reads. Each call looks at it, and takes no lock for that: most go with others, and send nothing themselves.
struct Progress {
    asked: AtomicU64,
    answered: AtomicU64,
    /// When it was last known to get on.
    at: AtomicU64,
    /// It was silent for too long before, and has been given another chance.
    doubted: AtomicBool,
    /// A caller has waited in vain, and nothing has been answered since.
    given_up: AtomicBool,
}

/// A request whose answer somebody waits for.
struct Asked<'a> {
    line: &'a Line,
    number: u64,
    since: Instant,
    is_answered: bool,
}

/// Who gives up sooner has changed his mind, and says nothing of the connection.
const PATIENCE: Duration = Duration::from_millis(20);

/// Says that a connection has ended.
#[derive(Debug)]
pub(crate) struct End {
    /// For those who don't wait for it: each request looks.
    is_said: AtomicBool,
    said: watch::Sender<bool>,
}

impl End {
    pub(crate) fn new() -> Arc<End> {
        Arc::new(End { is_said: AtomicBool::new(false), said: watch::channel(false).0 })
    }

    pub(crate) fn say(&self) {
        self.is_said.store(true, Ordering::Release);
        self.said.send_replace(true);
    }

    pub(crate) fn is_said(&self) -> bool {
        self.is_said.load(Ordering::Acquire)
    }

    /// Ready when it has ended.
    pub(crate) async fn wait(&self) {
        let _ = self.said.subscribe().wait_for(|ended| *ended).await;
    }
}

impl Line {
    pub(crate) fn new(
        connection: MultiplexedConnection,
        driver: Option<Driver>,
        end: Arc<End>,
        known: &Known,
        state: u64,
    ) -> Arc<Line> {
        Arc::new(Line {
            connection,
            driver: driver.map(Arc::new),
            end,
            generation: known.generation,
            run: known.run(),
            said: known.said().into(),
            state,
            asking: false,
            gather: Gather::here(),
            progress: Progress::default(),
        })
    }

    /// The same connection, for slots that are on their way to its server.
    pub(crate) fn asking(&self) -> Arc<Line> {
        Arc::new(Line {
            connection: self.connection.clone(),
            driver: self.driver.clone(),
            end: Arc::clone(&self.end),
            said: self.said.clone(),
            asking: true,
            gather: Arc::clone(&self.gather),
            progress: Progress::default(),
            ..*self
        })
    }

    /// Sends a command. An answer that is an error is one here.
    pub(crate) async fn ask(&self, command: &Cmd) -> Result<Value, TierError> {
        reply::good(self.ask_as_is(command).await?)
    }

    /// Sends a command. Its answer may be an error.
    pub(crate) async fn ask_as_is(&self, command: &Cmd) -> Result<Value, TierError> {
        if self.asking {
            let mut commands = Pipeline::new();
            commands.add_command(command.clone());
            return Ok(Box::pin(self.ask_all(&mut commands)).await?.pop().unwrap_or_default());
        }
        let mut connection = self.connection.clone();
        let asked = self.begin();
        let answer = self.sent(pin!(connection.send_packed_command(command))).await;
        asked.over(&answer);
        answer.map_err(explain)
    }

    /// Sends commands that the server executes in this order. Each has its own answer, which may be an error.
    pub(crate) async fn ask_all(&self, commands: &mut Pipeline) -> Result<Vec<Value>, TierError> {
        let mut asking = Pipeline::new();
        let commands = if self.asking {
            for command in commands.cmd_iter() {
                asking.cmd("ASKING").add_command(command.clone());
            }
            &mut asking
        } else {
            commands
        };
        commands.ignore_errors();
        let count = commands.len();
        let mut connection = self.connection.clone();
        let asked = self.begin();
        let answers = self.sent(pin!(connection.send_packed_commands(commands, 0, count))).await;
        asked.over(&answers);
        let answers = answers.map_err(explain)?;
        if answers.len() != count {
            return Err(reply::unexpected(&Value::Array(answers)));
        }
        // Of each two, the first one answers `ASKING`.
        let skipped = usize::from(self.asking);
        Ok(answers.into_iter().skip(skipped).step_by(1 + skipped).collect())
    }

    /// What becomes of something that is sent: by the caller's own hand, where that is quicker.
    async fn sent<T>(&self, mut sending: Pin<&mut impl Future<Output = T>>) -> T {
        let mut driver = self.driver.as_deref();
        let mut waiting = None;
        poll_fn(|cx| {
            // Before it is sent, for that wakes the driver's task otherwise.
            let driver = driver.take();
            let turn = driver.and_then(Driver::turn);
            let answer = sending.as_mut().poll(cx);
            if answer.is_pending() {
                turn.into_iter().for_each(Turn::go_on);
                waiting = waiting.take().or(driver.map(|driver| driver.waiting(cx.waker())));
            }
            answer
        })
        .await
    }

    /// Whether it may be used: it hasn't ended, nor does it owe an answer for longer than that.
    ///
    /// Of a request that its caller has given up nobody hears whether it was answered. So after a silence the next request has as
    /// long again, before it is taken for dead: a connection into a network that swallows everything ends by nothing else.
    pub(crate) fn is_alive(&self, patience: Duration) -> bool {
        if self.end.is_said() {
            return false;
        }
        let Progress { at, doubted, .. } = &self.progress;
        if !self.progress.owes() {
            return true;
        }
        let (last, now) = (at.load(Ordering::Acquire), Instant::now_without_cache_update());
        if Duration::from(now.duration_since(Instant::from_ticks(last))) <= patience {
            return true;
        }
        // One of those who find that doubts it.
        at.compare_exchange(last, now.as_ticks(), Ordering::AcqRel, Ordering::Acquire).is_err()
            || !doubted.swap(true, Ordering::AcqRel)
    }

    /// Whether a caller has waited in vain, and nothing has been answered since.
    pub(crate) fn is_given_up(&self) -> bool {
        self.progress.given_up.load(Ordering::Acquire)
    }

    fn begin(&self) -> Asked<'_> {
        let Progress { asked, at, .. } = &self.progress;
        let since = Instant::now_without_cache_update();
        // Before anybody sees that it owes something.
        if !self.progress.owes() {
            at.store(since.as_ticks(), Ordering::Release);
        }
        Asked { line: self, number: asked.fetch_add(1, Ordering::AcqRel) + 1, since, is_answered: false }
    }
}

impl Asked<'_> {
    fn over<T>(mut self, answer: &Result<T, redis::RedisError>) {
        self.is_answered = true;
        if answer.as_ref().is_err_and(redis::RedisError::is_unrecoverable_error) {
            self.line.end.say();
            return;
        }
        let Progress { answered, at, doubted, given_up, .. } = &self.line.progress;
        at.store(Instant::now_without_cache_update().as_ticks(), Ordering::Release);
        for said in [doubted, given_up] {
            said.store(false, Ordering::Release);
        }
        answered.fetch_max(self.number, Ordering::AcqRel);
    }
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        let waited = || Instant::now_without_cache_update().duration_since(self.since);
        if !self.is_answered && Duration::from(waited()) > PATIENCE {
            self.line.progress.given_up.store(true, Ordering::Release);
        }
    }
}

impl Progress {
    /// Whether there is an answer to come.
    fn owes(&self) -> bool {
        self.asked.load(Ordering::Acquire) != self.answered.load(Ordering::Acquire)
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line").field("end", &self.end).field("state", &self.state).finish_non_exhaustive()
    }
}

/// A lock. What it guards is whole whenever it is held, so that it doesn't matter who panicked.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
