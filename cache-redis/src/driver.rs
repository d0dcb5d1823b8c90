//! What moves a connection on: a task of its own, and whoever has something to send.
//!
//! Who wakes the task waits until another thread runs, for a good part of a round trip. So a caller takes the turn himself where it
//! is free, and what he sends is written before he begins to wait. Answers are read by the task, as a rule.

use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use tokio::task::coop;

use crate::line::{End, lock};

/// Somebody has the turn.
const TAKEN: u8 = 1;
/// Something has happened that nobody has looked at yet.
const MORE: u8 = 2;
/// It is not to go on.
const ENDED: u8 = 4;

/// So often one goes on for what happens meanwhile, before he leaves the rest to the task.
const ROUNDS: usize = 4;

/// Moves a connection on until this is dropped, or the connection or the runtime ends.
pub(crate) struct Driver(Arc<Shared>);

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

struct Shared {
    /// Bits. All changes are read and written in one step, so that each sees what happened before all of those before it.
    state: AtomicU8,
    /// None when it is over. Only who has the turn looks at it.
    work: Mutex<Option<Work>>,
    /// What wakes the task.
    task: Mutex<Option<Waker>>,
    callers: Mutex<Callers>,
    /// Said when it is over.
    end: Arc<End>,
}

/// Who waits for answers.
#[derive(Default)]
struct Callers {
    count: usize,
    /// Of the only one, until he is woken.
    only: Option<Waker>,
}

/// A caller who waits for an answer, until this is dropped.
pub(crate) struct Waiting<'a>(&'a Shared);

/// Who has it moves the connection on, and nobody else does.
pub(crate) struct Turn<'a>(&'a Arc<Shared>);

/// What has the turn when nobody else takes it.
struct Task(Arc<Shared>);

impl Driver {
    /// On this runtime.
    pub(crate) fn spawn(work: impl Future<Output = ()> + Send + 'static, end: Arc<End>) -> Driver {
        let shared = Arc::new(Shared {
            state: AtomicU8::new(0),
            work: Mutex::new(Some(Box::pin(work))),
            task: Mutex::default(),
            callers: Mutex::default(),
            end,
        });
        tokio::spawn(Task(Arc::clone(&shared)));
        Driver(shared)
    }

    /// The turn, if it is free. To be taken before something is sent, for that wakes the task otherwise.
    pub(crate) fn turn(&self) -> Option<Turn<'_>> {
        // Without a budget nothing would move.
        if coop::has_budget_remaining() { Shared::turn(&self.0) } else { None }
    }

    /// The caller waits from here on.
    pub(crate) fn waiting(&self, caller: &Waker) -> Waiting<'_> {
        // Not under the lock: a waker is somebody else's code.
        let caller = caller.clone();
        let others = {
            let callers = &mut *lock(&self.0.callers);
            callers.count += 1;
            // Of many nobody knows whose answer comes next.
            match callers.count {
                1 => callers.only.replace(caller),
                _ => Some(caller),
            }
        };
        drop(others);
        Waiting(&self.0)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let only = {
            let callers = &mut *lock(&self.0.callers);
            callers.count -= 1;
            callers.only.take()
        };
        drop(only);
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.end();
    }
}

impl Shared {
    fn turn(self: &Arc<Self>) -> Option<Turn<'_>> {
        (self.state.fetch_or(TAKEN, Ordering::AcqRel) & TAKEN == 0).then(|| Turn(self))
    }

    /// Drops the connection, now or when its turn is over: who ends it may do so in the midst of that.
    fn end(&self) {
        if self.state.fetch_or(ENDED | TAKEN, Ordering::AcqRel) & TAKEN == 0 {
            self.is_over();
        }
    }

    /// The turn is over.
    fn is_over(&self) {
        let mut state = self.state.load(Ordering::Acquire);
        loop {
            if state & ENDED != 0 {
                let work = lock(&self.work).take();
                // Not under the lock, for whoever waits for an answer is woken by it.
                drop(work);
                self.end.say();
            }
            // Who ends it meanwhile leaves it to this one, which looks again then.
            match self.state.compare_exchange(state, state & !TAKEN, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => break,
                Err(changed) => state = changed,
            }
        }
        if state & (MORE | ENDED) != 0 {
            self.wake_task();
        }
    }

    /// Something has arrived, or may have. If one waits alone his answer is there by the time that he runs: his thread wakes while it is
    /// read.
    fn wake_caller(&self) {
        let only = {
            let callers = &mut *lock(&self.callers);
            callers.only.take_if(|_| callers.count == 1)
        };
        only.into_iter().for_each(Waker::wake);
    }

    fn wake_task(&self) {
        let task = lock(&self.task).clone();
        task.into_iter().for_each(Waker::wake);
    }
}

impl Wake for Shared {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    /// Who has the turn goes on. If nobody has it, the task takes it, which is woken once for that.
    fn wake_by_ref(self: &Arc<Self>) {
        if self.state.fetch_or(MORE, Ordering::AcqRel) & (TAKEN | MORE) == 0 {
            self.wake_task();
        }
    }
}

impl Turn<'_> {
    /// Moves the connection on as far as it goes.
    pub(crate) fn go_on(self) {
        self.work();
        // Where the caller's budget ran out, his runtime has the connection's waker now: it may never come to that.
        if !coop::has_budget_remaining() {
            self.0.state.fetch_or(MORE, Ordering::AcqRel);
        }
    }

    fn work(&self) {
        let waker = Waker::from(Arc::clone(self.0));
        let mut work = lock(&self.0.work);
        for _ in 0..ROUNDS {
            if self.0.state.fetch_and(!MORE, Ordering::AcqRel) & ENDED != 0 {
                return;
            }
            let Some(working) = work.as_mut() else { return };
            if working.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
                self.0.state.fetch_or(ENDED, Ordering::AcqRel);
                return;
            }
            if self.0.state.load(Ordering::Acquire) & MORE == 0 {
                return;
            }
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            // Whatever it was told of last is lost.
            self.0.state.fetch_or(ENDED, Ordering::AcqRel);
        }
        self.0.is_over();
    }
}

impl Future for Task {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let shared = &self.0;
        {
            let task = &mut *lock(&shared.task);
            if task.as_ref().is_none_or(|task| !task.will_wake(cx.waker())) {
                *task = Some(cx.waker().clone());
            }
        }
        shared.wake_caller();
        // Whoever has it otherwise looks at what has happened, or leaves it to this one, and wakes it then.
        shared.turn().into_iter().for_each(Turn::go_on);
        match shared.state.load(Ordering::Acquire) & ENDED {
            0 => Poll::Pending,
            _ => Poll::Ready(()),
        }
    }
}

impl Drop for Task {
    /// It is over, or its runtime is: nobody is left that answers would wake.
    fn drop(&mut self) {
        self.0.end();
    }
}

impl fmt::Debug for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Driver").field(&self.0.state.load(Ordering::Relaxed)).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;
    use std::sync::mpsc::RecvTimeoutError;
    use std::time::Duration;

    use tokio::runtime::{Builder, Runtime};
    use tokio::sync::mpsc;

    use super::*;

    /// So long it takes for sure.
    const LONG: Duration = Duration::from_secs(30);

    fn runtime() -> Runtime {
        Builder::new_multi_thread().worker_threads(1).build().unwrap()
    }

    /// On that runtime.
    fn spawn(runtime: &Runtime, work: impl Future<Output = ()> + Send + 'static, end: Arc<End>) -> Driver {
        let _entered = runtime.enter();
        Driver::spawn(work, end)
    }

    /// The turn, as soon as it is free.
    fn turn(shared: &Arc<Shared>) -> Turn<'_> {
        loop {
            if let Some(turn) = shared.turn() {
                return turn;
            }
        }
    }

    /// A connection that answers whatever is sent.
    async fn answers(mut sent: mpsc::UnboundedReceiver<std::sync::mpsc::Sender<()>>) {
        while let Some(answer) = sent.recv().await {
            answer.send(()).unwrap();
        }
    }

    #[test]
    fn whatever_is_sent_is_looked_at() {
        let runtime = runtime();
        let (send, sent) = mpsc::unbounded_channel();
        let driver = spawn(&runtime, answers(sent), End::new());
        thread::scope(|scope| {
            for sender in 0..4 {
                let (driver, send) = (&driver, &send);
                scope.spawn(move || {
                    for number in 0..20_000 {
                        let (answer, answered) = std::sync::mpsc::channel();
                        // Some leave it to the task.
                        let turn = if number % 3 == sender % 3 { None } else { driver.turn() };
                        send.send(answer).unwrap();
                        turn.into_iter().for_each(Turn::go_on);
                        assert_eq!(answered.recv_timeout(LONG), Ok(()), "nobody looked");
                    }
                });
            }
        });
    }

    #[test]
    fn who_waits_alone_is_woken_before_his_answer_is_read() {
        struct Caller(AtomicBool);
        impl Wake for Caller {
            fn wake(self: Arc<Self>) {
                self.0.store(true, Ordering::SeqCst);
            }
        }

        let runtime = runtime();
        for alone in [true, false] {
            let caller = Arc::new(Caller(AtomicBool::new(false)));
            let (arrives, arrived) = tokio::sync::oneshot::channel::<()>();
            let (looks, looked) = std::sync::mpsc::channel();
            let work = {
                let caller = Arc::clone(&caller);
                async move {
                    looks.send(None).unwrap();
                    arrived.await.unwrap();
                    looks.send(Some(caller.0.load(Ordering::SeqCst))).unwrap();
                    std::future::pending().await
                }
            };
            let driver = spawn(&runtime, work, End::new());
            // The task is polled again only when something has arrived, once its first turn is over.
            assert_eq!(looked.recv_timeout(LONG), Ok(None));
            drop(turn(&driver.0));
            let waker = Waker::from(caller);
            // Who has gone counts no more.
            drop((driver.waiting(&waker), driver.waiting(&waker)));
            let _waiting = (driver.waiting(&waker), (!alone).then(|| driver.waiting(&waker)));
            arrives.send(()).unwrap();
            assert_eq!(looked.recv_timeout(LONG), Ok(Some(alone)));
        }
    }

    /// A connection that never gets on, and what tells that it is gone.
    fn hangs() -> (impl Future<Output = ()> + Send + 'static, std::sync::mpsc::Receiver<()>) {
        let (held, gone) = std::sync::mpsc::channel::<()>();
        let work = async move {
            std::future::pending::<()>().await;
            drop(held);
        };
        (work, gone)
    }

    #[test]
    fn with_its_driver_a_connection_ends_though_somebody_has_the_turn() {
        let runtime = runtime();
        let _entered = runtime.enter();
        for taken in [false, true] {
            let (work, gone) = hangs();
            let driver = Driver::spawn(work, End::new());
            let shared = Arc::clone(&driver.0);
            let turn = taken.then(|| {
                loop {
                    if let Some(turn) = shared.turn() {
                        break turn;
                    }
                }
            });
            drop(driver);
            if let Some(turn) = turn {
                assert_eq!(gone.try_recv(), Err(std::sync::mpsc::TryRecvError::Empty), "it may be in use");
                drop(turn);
            }
            assert_eq!(gone.recv_timeout(LONG), Err(RecvTimeoutError::Disconnected));
        }
    }

    #[test]
    fn with_its_runtime_a_connection_ends() {
        let runtime = runtime();
        let ((work, gone), end) = (hangs(), End::new());
        let driver = spawn(&runtime, work, Arc::clone(&end));
        drop(runtime);
        assert_eq!(gone.recv_timeout(LONG), Err(RecvTimeoutError::Disconnected));
        // And whoever would use it is told.
        while !end.is_said() {
            thread::yield_now();
        }
        drop(driver);
    }

    #[test]
    fn who_has_no_budget_left_leaves_it_to_the_task() {
        let runtime = runtime();
        let (send, sent) = mpsc::unbounded_channel();
        let driver = spawn(&runtime, answers(sent), End::new());
        let (answer, answered) = std::sync::mpsc::channel();
        // Its own runtime, which ends as soon as it has sent, and wakes nobody after that.
        let own = Builder::new_current_thread().build().unwrap();
        own.block_on(std::future::poll_fn(|cx| {
            let turn = turn(&driver.0);
            while coop::has_budget_remaining() {
                let _ = std::pin::pin!(coop::consume_budget()).poll(cx);
            }
            send.send(answer.clone()).unwrap();
            turn.go_on();
            Poll::Ready(())
        }));
        assert_eq!(answered.recv_timeout(LONG), Ok(()));
    }

    #[test]
    fn what_has_ended_in_a_callers_turn_ends_the_task() {
        let runtime = runtime();
        let (send, sent) = mpsc::unbounded_channel();
        let driver = spawn(&runtime, answers(sent), End::new());
        let turn = turn(&driver.0);
        drop(send);
        turn.go_on();
        let task = Arc::downgrade(&driver.0);
        drop(driver);
        while task.strong_count() > 0 {
            thread::yield_now();
        }
    }
}
