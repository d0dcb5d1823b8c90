//! Reads of many callers at once, in few commands.
//!
//! A few commands are on their way at a time: so many that one of them comes back every [`BETWEEN`], if they are as fast as the
//! fastest so far. Who comes while there are fewer goes by itself and at once. The others wait for the next that comes back, and all
//! that wait go together then. So who waits does so for about that long, be the network fast or slow; and the more there are, the
//! less each of them costs both sides.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::{Duration, Instant};

use cache_core::shared::TierError;
use redis::{Cmd, ToRedisArgs, Value};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::line::{Line, lock};
use crate::reply;

/// How long who waits for others waits on average.
const BETWEEN: Duration = Duration::from_micros(20);
/// So many commands are on their way before somebody waits, at the least.
const FLYING: usize = 2;
/// Of so many that go by themselves one tells how long it took.
const TIMED: u32 = 16;
/// So many read with one command at the most, for its answer comes as a whole: each waits for the values of all.
const TOGETHER: usize = 32;

/// What is on its way on a connection, and what waits for that.
pub(crate) struct Gather {
    /// Where those go on that went together: none of them can speak for the others, for each may give up.
    runtime: Handle,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    flying: usize,
    waiting: VecDeque<Group>,
    /// How long the fastest took so far.
    fastest: Option<Duration>,
    /// How many have gone since the last one that told that.
    untimed: u32,
}

/// Who reads together.
struct Group {
    command: Cmd,
    answers: Vec<oneshot::Sender<Result<Value, TierError>>>,
}

/// A command on its way. When it is over, or given up, the next go.
struct Flight {
    line: Arc<Line>,
    /// When it began, of one that tells how long it took.
    since: Option<Instant>,
    /// How long that was.
    took: Option<Duration>,
    /// Not yet, as long as the runtime hasn't come to it.
    asked: bool,
}

/// Who boards goes now, or with others.
enum Boarding {
    Now { timed: bool },
    Together(oneshot::Receiver<Result<Value, TierError>>),
}

/// Reads what is at a key. The answer may be an error, or none where it is no string.
pub(crate) async fn get(line: &Arc<Line>, key: impl ToRedisArgs) -> Result<Value, TierError> {
    match line.gather.board(&key) {
        Boarding::Now { timed } => {
            let flight = Flight::of(line, timed, true);
            let mut command = Cmd::with_capacity(2, 256);
            command.arg("GET").arg(key);
            let answer = Box::pin(line.ask_as_is(&command)).await;
            flight.land();
            answer
        }
        Boarding::Together(answer) => {
            let ended = || TierError::Unavailable("the runtime has ended that it was asked on".into());
            answer.await.unwrap_or_else(|_| Err(ended()))
        }
    }
}

impl Gather {
    /// For a connection that lives on this runtime.
    pub(crate) fn here() -> Arc<Self> {
        Arc::new(Gather { runtime: Handle::current(), state: Mutex::default() })
    }

    /// Nobody goes before those who wait.
    fn board(&self, key: &impl ToRedisArgs) -> Boarding {
        let state = &mut *lock(&self.state);
        if state.waiting.is_empty() && state.flying < state.most() {
            state.flying += 1;
            state.untimed += 1;
            let timed = state.fastest.is_none() || state.untimed >= TIMED;
            if timed {
                state.untimed = 0;
            }
            return Boarding::Now { timed };
        }
        match state.waiting.back_mut().filter(|group| group.answers.len() < TOGETHER) {
            Some(group) => Boarding::Together(group.add(key)),
            None => {
                let mut group = Group::new();
                let answer = group.add(key);
                state.waiting.push_back(group);
                Boarding::Together(answer)
            }
        }
    }

    /// One is over, which took so long if that is known: those that are to go now, of whom somebody still waits.
    fn landed(&self, took: Option<Duration>) -> Vec<Group> {
        let state = &mut *lock(&self.state);
        state.flying -= 1;
        state.fastest = state.fastest.min(took).or(state.fastest).or(took);
        let most = state.most();
        let mut next = Vec::new();
        while state.flying < most
            && let Some(group) = state.waiting.pop_front()
        {
            if group.is_awaited() {
                state.flying += 1;
                next.push(group);
            }
        }
        next
    }

    /// One is over that the runtime never came to: it comes to none any more.
    fn stranded(&self) {
        let waiting = {
            let state = &mut *lock(&self.state);
            state.flying -= 1;
            std::mem::take(&mut state.waiting)
        };
        // Not under the lock: it wakes those who wait.
        drop(waiting);
    }
}

impl State {
    /// How many may be on their way: those that come back one after the other, each [`BETWEEN`] after the last. As long as nobody
    /// knows how long that takes, any number.
    fn most(&self) -> usize {
        let of_fastest = |fastest: Duration| (fastest.as_nanos() / BETWEEN.as_nanos()) as usize;
        self.fastest.map_or(usize::MAX, |fastest| of_fastest(fastest).max(FLYING))
    }
}

impl Flight {
    fn of(line: &Arc<Line>, timed: bool, asked: bool) -> Self {
        Flight { line: Arc::clone(line), since: timed.then(Instant::now), took: None, asked }
    }

    /// It has an answer.
    fn land(mut self) {
        self.took = self.since.map(|since| since.elapsed());
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        let gather = &self.line.gather;
        if !self.asked {
            return gather.stranded();
        }
        for group in gather.landed(self.took) {
            let flight = Flight::of(&self.line, true, false);
            gather.runtime.spawn(group.go(flight));
        }
    }
}

impl Group {
    fn new() -> Self {
        let mut command = Cmd::with_capacity(1 + TOGETHER, 128 * TOGETHER);
        command.arg("MGET");
        Group { command, answers: Vec::with_capacity(TOGETHER) }
    }

    fn add(&mut self, key: &impl ToRedisArgs) -> oneshot::Receiver<Result<Value, TierError>> {
        self.command.arg(key);
        let (answer, told) = oneshot::channel();
        self.answers.push(answer);
        told
    }

    fn is_awaited(&self) -> bool {
        !self.answers.iter().all(oneshot::Sender::is_closed)
    }

    /// Until it is answered, or all have given up: on a connection that hangs nothing else would end it.
    async fn go(mut self, mut flight: Flight) {
        flight.asked = true;
        let answered = {
            let line = Arc::clone(&flight.line);
            let mut asking = pin!(line.ask(&self.command));
            let answers = &mut self.answers;
            poll_fn(|cx| match asking.as_mut().poll(cx) {
                Poll::Ready(answer) => Poll::Ready(Some(answer)),
                Poll::Pending => {
                    let left = answers
                        .iter_mut()
                        .filter_map(|answer| answer.poll_closed(cx).is_pending().then_some(()));
                    if left.count() == 0 { Poll::Ready(None) } else { Poll::Pending }
                }
            })
            .await
        };
        let Some(answered) = answered else { return };
        // Before those are told that come again at once.
        flight.land();
        let count = self.answers.len();
        match answered.and_then(|answer| reply::list(answer, count)) {
            Ok(values) => self.answers.into_iter().zip(values).for_each(|(answer, value)| {
                let _ = answer.send(Ok(value));
            }),
            Err(error) => self.answers.into_iter().for_each(|answer| {
                let _ = answer.send(Err(error.clone()));
            }),
        }
    }
}

impl fmt::Debug for Gather {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gather").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use cache_core::shared::NodeId;
    use servers::Program;
    use tokio::task::JoinSet;

    use super::*;
    use crate::server::{Runtimes, Server};

    /// A connection on which two go at a time, however slow the machine is.
    async fn line(server: &servers::Server) -> Arc<Line> {
        let settings = crate::url::read(&server.url()).unwrap().settings().unwrap();
        let server = Server::new(NodeId(0), settings, Arc::default(), Arc::new(Runtimes::default()));
        let line = server.line().await.unwrap();
        lock(&line.gather.state).fastest = Some(Duration::ZERO);
        line
    }

    /// A server that answers nobody from now on, and a connection to it.
    async fn frozen() -> (servers::Server, Arc<Line>) {
        let server = servers::Server::start(Program::Redis, &[]);
        let line = line(&server).await;
        server.freeze();
        (server, line)
    }

    /// Reads at once, while the server answers nobody: so many by themselves, the others wait.
    async fn read(line: &Arc<Line>, keys: impl Iterator<Item = String>) -> JoinSet<(String, Read)> {
        let boarded = || {
            let state = lock(&line.gather.state);
            state.flying + state.waiting.iter().map(|group| group.answers.len()).sum::<usize>()
        };
        let (mut reads, mut expected) = (JoinSet::new(), boarded());
        for key in keys {
            let line = Arc::clone(line);
            reads.spawn(async move { (key.clone(), get(&line, key).await) });
            expected += 1;
        }
        while boarded() < expected {
            tokio::task::yield_now().await;
        }
        reads
    }

    type Read = Result<Value, TierError>;

    fn keys(count: usize) -> impl Iterator<Item = String> {
        (0..count).map(|number| number.to_string())
    }

    #[tokio::test]
    async fn who_comes_while_others_read_goes_with_others() {
        let server = servers::Server::start(Program::Redis, &[]);
        for key in keys(60) {
            server.command::<()>(&format!("SET {key} value-{key}"));
        }
        server.command::<()>("RPUSH list 1");
        let line = line(&server).await;
        let before = server.calls("get");
        server.freeze();
        let mut reads = read(&line, keys(64).chain(["list".into()])).await;
        server.thaw();
        while let Some(read) = reads.join_next().await {
            let (key, answer) = read.unwrap();
            let expected = match key.parse::<usize>() {
                Ok(..60) => Value::BulkString(format!("value-{key}").into_bytes()),
                _ => Value::Nil,
            };
            assert_eq!(answer.unwrap(), expected, "{key}");
        }
        // 63 went together, no more than 32 at a time.
        assert_eq!((server.calls("get") - before, server.calls("mget")), (2, 2));
        assert_eq!(lock(&line.gather.state).flying, 0);
    }

    #[tokio::test]
    async fn who_gives_up_lets_the_next_go() {
        let (server, line) = frozen().await;
        let mut first = read(&line, keys(2)).await;
        let mut others = read(&line, keys(5)).await;
        first.shutdown().await;
        server.thaw();
        while let Some(read) = others.join_next().await {
            assert_eq!(read.unwrap().1.unwrap(), Value::Nil);
        }
        // Nobody waits for those any more.
        server.freeze();
        let mut first = read(&line, keys(2)).await;
        let mut others = read(&line, keys(5)).await;
        others.shutdown().await;
        first.shutdown().await;
        assert_eq!(lock(&line.gather.state).flying, 0);
    }

    #[tokio::test]
    async fn what_all_have_given_up_does_not_hold_a_place() {
        let (_server, line) = frozen().await;
        let mut first = read(&line, keys(2)).await;
        let mut others = read(&line, keys(40)).await;
        // Those go now, and nobody answers.
        first.shutdown().await;
        others.shutdown().await;
        while lock(&line.gather.state).flying > 0 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn nobody_goes_before_those_who_wait_and_all_go_that_may() {
        let (_server, line) = frozen().await;
        let reads = read(&line, keys(2 + 3 * TOGETHER)).await;
        // They come back more slowly than it was known: more of them may be on their way.
        lock(&line.gather.state).fastest = Some(BETWEEN * 5);
        let later = read(&line, keys(1)).await;
        assert_eq!(lock(&line.gather.state).flying, 2);
        drop(Flight::of(&line, false, true));
        let (flying, waiting) = {
            let state = lock(&line.gather.state);
            (state.flying, state.waiting.len())
        };
        assert_eq!((flying, waiting), (5, 0));
        drop((reads, later));
    }

    #[test]
    fn who_waits_when_the_runtime_ends_is_told() {
        let runtime = || tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let (its, own) = (runtime().unwrap(), runtime().unwrap());
        let (_server, line) = its.block_on(frozen());
        let (mut first, mut others) =
            own.block_on(async { (read(&line, keys(2)).await, read(&line, keys(100)).await) });
        its.shutdown_background();
        own.block_on(async {
            first.shutdown().await;
            while let Some(read) = others.join_next().await {
                assert!(read.unwrap().1.is_err());
            }
        });
        assert_eq!(lock(&line.gather.state).flying, 0);
        while !line.end.is_said() {
            std::thread::yield_now();
        }
    }
}
