//! The connections of callers' runtimes, where that is asked for: where tasks call often, their runtime has one.
//!
//! An answer that arrives where its caller's task runs has no other thread to wake, which would take as long as half of a round trip.
//! They are no more than that: until there is one, and when it is lost, calls go over the connection of the tier's own, which nobody
//! else's runtime can keep from getting on. So do those that aren't made by a task: whoever they wait with may keep their runtime from
//! getting on.

use std::cmp::Reverse;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::{Handle, Id};
use tokio::task;

use crate::line::{Line, lock};
use crate::server::Server;

/// So many calls make one worth its while.
const OFTEN: u32 = 64;
/// So many runtimes are kept in mind.
const MOST: usize = 64;
/// After one that couldn't be made, or isn't used any more, another isn't tried for so long.
const PAUSE: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(crate) struct Locals(Mutex<Vec<(Id, Local)>>);

/// A runtime's connection.
enum Local {
    /// None yet, after so many calls.
    None(u32),
    /// None, and none is tried before that.
    Later(Instant),
    Connecting,
    Ready(Arc<Line>),
    /// None: it is one that the tier's own are on, or can do no I/O.
    Never,
}

impl Locals {
    /// The connection of the runtime whose task polls this. One is made if they call often.
    pub(crate) fn here(server: &Arc<Server>) -> Option<Arc<Line>> {
        if !server.settings.connection_per_runtime {
            return None;
        }
        let runtime = task::try_id().and_then(|_| Handle::try_current().ok())?;
        // Ended when the lock is given back: who waits on a connection is woken by that.
        let (mut ended, mut gone) = (None, None);
        let connects = {
            let locals = &mut *lock(&server.locals().0);
            let local = local(locals, runtime.id(), &mut gone)?;
            match local {
                Local::Ready(line) if server.is_usable(line) && !line.is_given_up() => {
                    return Some(Arc::clone(line));
                }
                Local::Ready(_) => {
                    ended = Some(std::mem::replace(local, Local::Later(Instant::now() + PAUSE)));
                }
                Local::None(calls) if *calls < OFTEN => *calls += 1,
                Local::None(_) if server.runtimes.has(&runtime) => *local = Local::Never,
                Local::Later(until) if Instant::now() < *until => return None,
                Local::None(_) | Local::Later(_) => *local = Local::Connecting,
                Local::Connecting | Local::Never => return None,
            }
            matches!(local, Local::Connecting)
        };
        drop(gone);
        if let Some(Local::Ready(line)) = ended {
            line.end.say();
        }
        if connects {
            let connecting = Connecting { server: Arc::clone(server), runtime: runtime.id(), made: None };
            runtime.spawn(connecting.connect());
        }
        None
    }
}

impl Drop for Locals {
    fn drop(&mut self) {
        for (_, local) in lock(&self.0).drain(..) {
            // With TLS nobody else would say it.
            if let Local::Ready(line) = local {
                line.end.say();
            }
        }
    }
}

/// A runtime's, made if there is none. If they are too many it takes the place of one that has ended, or of the one that has called least
/// of those that have no connection, the youngest of these: so the others get that far.
fn local<'a>(
    locals: &'a mut Vec<(Id, Local)>,
    runtime: Id,
    gone: &mut Option<Local>,
) -> Option<&'a mut Local> {
    let is = |(known, _): &(Id, Local)| *known == runtime;
    let at = match locals.iter().position(is) {
        Some(at) => at,
        None if locals.len() < MOST => {
            locals.push((runtime, Local::None(0)));
            locals.len() - 1
        }
        None => {
            let give_way = |(at, (_, local)): (usize, &(Id, Local))| Some((local.gives_way()?, Reverse(at)));
            let (_, Reverse(at)) = locals.iter().enumerate().filter_map(give_way).min()?;
            *gone = Some(locals.remove(at).1);
            locals.push((runtime, Local::None(0)));
            locals.len() - 1
        }
    };
    Some(&mut locals[at].1)
}

impl Local {
    /// How early it gives way to another, if it does: the least first.
    fn gives_way(&self) -> Option<u32> {
        match self {
            // It has been said already, so that nobody waits for it.
            Local::Ready(line) => line.end.is_said().then_some(0),
            Local::None(calls) => Some(1 + calls),
            Local::Later(_) | Local::Never => Some(1 + OFTEN),
            Local::Connecting => None,
        }
    }
}

/// One that is being made.
struct Connecting {
    server: Arc<Server>,
    runtime: Id,
    made: Option<Arc<Line>>,
}

impl Connecting {
    async fn connect(mut self) {
        match self.server.join().await {
            Ok(line) => self.made = Some(line),
            Err(error) => tracing::debug!(%error, "no connection on a caller's runtime"),
        }
    }
}

impl Drop for Connecting {
    /// There is one, or none, or the runtime has ended. One that can do no I/O has panicked.
    fn drop(&mut self) {
        let otherwise = || match thread::panicking() {
            true => Local::Never,
            false => Local::Later(Instant::now() + PAUSE),
        };
        // What it replaces is dropped when the lock is given back, as above.
        let (mut made, mut gone) = (self.made.take().map_or_else(otherwise, Local::Ready), None);
        {
            let locals = &mut *lock(&self.server.locals().0);
            if let Some(local) = local(locals, self.runtime, &mut gone) {
                std::mem::swap(local, &mut made);
            }
        }
        drop((made, gone));
    }
}

impl fmt::Debug for Locals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Locals").field(&lock(&self.0).len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;
    use std::task::Poll;
    use std::time::Duration;

    use cache_core::shared::NodeId;
    use servers::Program;
    use tokio::runtime::{Builder, Runtime};

    use super::*;
    use crate::server::Runtimes;

    fn runtime() -> Runtime {
        Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
    }

    /// A server, as it is known to a tier on that runtime.
    fn server(at: &servers::Server, own: &Runtime) -> Arc<Server> {
        let builder = crate::url::read(&at.url()).unwrap().connection_per_runtime(true);
        let settings = builder.settings().unwrap();
        let server = Server::new(NodeId(0), settings, Arc::default(), Arc::new(Runtimes::default()));
        server.runtimes.add(Arc::new(AtomicBool::new(false)), own.handle().clone());
        server
    }

    async fn line(server: &Arc<Server>) -> Arc<Line> {
        let line = server.line().await.unwrap();
        line.ask(redis::Cmd::new().arg("PING")).await.unwrap();
        line
    }

    /// Calls of a task of that runtime, until they have another connection than that one.
    fn another(than: &Arc<Line>, server: &Arc<Server>, on: &Runtime) -> Arc<Line> {
        let (than, server) = (Arc::clone(than), Arc::clone(server));
        let calls = on.spawn(async move {
            loop {
                let line = line(&server).await;
                if !Arc::ptr_eq(&line, &than) {
                    return line;
                }
            }
        });
        let calls = async { tokio::time::timeout(Duration::from_secs(20), calls).await };
        on.block_on(calls).expect("it has one at last").unwrap()
    }

    #[test]
    fn where_tasks_call_often_they_have_a_connection_until_their_runtime_ends() {
        let (own, theirs) = (runtime(), runtime());
        let at = servers::Server::start(Program::Redis, &[]);
        let server = server(&at, &own);
        let first = theirs.block_on(line(&server));
        // The tier's own calls have none but that.
        let own_calls = {
            let (first, server) = (Arc::clone(&first), Arc::clone(&server));
            own.spawn(async move {
                for _ in 0..2 * OFTEN {
                    assert!(Arc::ptr_eq(&line(&server).await, &first));
                }
            })
        };
        own.block_on(own_calls).unwrap();
        let local = another(&first, &server, &theirs);
        // Nobody knows what keeps this one from getting on meanwhile.
        assert!(Arc::ptr_eq(&theirs.block_on(line(&server)), &first));
        drop(theirs);
        while !local.end.is_said() {
            std::thread::yield_now();
        }
        assert!(Arc::ptr_eq(&own.block_on(line(&server)), &first));
    }

    /// Of a task of that runtime.
    fn of_a_task(server: &Arc<Server>, on: &Runtime) -> Arc<Line> {
        let server = Arc::clone(server);
        on.block_on(on.spawn(async move { line(&server).await })).unwrap()
    }

    #[test]
    fn one_that_somebody_has_given_up_on_is_left_for_a_while() {
        let (own, theirs) = (runtime(), runtime());
        let at = servers::Server::start(Program::Redis, &[]);
        let server = server(&at, &own);
        let first = own.block_on(line(&server));
        let local = another(&first, &server, &theirs);
        assert!(Arc::ptr_eq(&of_a_task(&server, &theirs), &local));
        // Who changes his mind says nothing of it.
        let changed = {
            let local = Arc::clone(&local);
            theirs.spawn(async move {
                let start = Instant::now();
                let ping = redis::Cmd::new().arg("PING").to_owned();
                let mut asking = Box::pin(local.ask(&ping));
                let asks =
                    std::future::poll_fn(|cx| Poll::Ready(asking.as_mut().poll(cx).is_pending())).await;
                assert!(asks, "it is under way");
                drop(asking);
                start.elapsed()
            })
        };
        // On a machine so busy that it took as long as to lose patience, that is what it looks like.
        if theirs.block_on(changed).unwrap() < Duration::from_millis(15) {
            assert!(Arc::ptr_eq(&of_a_task(&server, &theirs), &local));
        }
        at.freeze();
        let given_up = {
            let local = Arc::clone(&local);
            theirs.spawn(async move {
                let ping = redis::Cmd::new().arg("PING").to_owned();
                tokio::time::timeout(Duration::from_millis(40), local.ask(&ping)).await.is_err()
            })
        };
        assert!(theirs.block_on(given_up).unwrap());
        let left = {
            let server = Arc::clone(&server);
            theirs.spawn(async move { Locals::here(&server).is_none() })
        };
        assert!(theirs.block_on(left).unwrap());
        assert!(local.end.is_said());
        at.thaw();
        assert!(Arc::ptr_eq(&of_a_task(&server, &theirs), &first));
    }

    #[test]
    fn so_many_runtimes_have_one_and_no_more() {
        let own = runtime();
        let at = servers::Server::start(Program::Redis, &[]);
        let server = server(&at, &own);
        let first = own.block_on(line(&server));
        let theirs = runtime();
        let local = another(&first, &server, &theirs);
        // Such that call once or twice don't push out one that has got one.
        for _ in 0..2 * MOST {
            let passing = Builder::new_current_thread().build().unwrap();
            let server = Arc::clone(&server);
            passing.block_on(passing.spawn(async move { drop(server.line().await) })).unwrap();
        }
        assert!(Arc::ptr_eq(&of_a_task(&server, &theirs), &local));
        assert_eq!(lock(&server.locals().0).len(), MOST);
    }

    /// A call of that runtime, which has none.
    fn call(locals: &mut Vec<(Id, Local)>, runtime: &Runtime) {
        if let Some(Local::None(calls)) = local(locals, runtime.handle().id(), &mut None) {
            *calls += 1;
        }
    }

    fn calls((_, local): &(Id, Local)) -> u32 {
        match local {
            Local::None(calls) => *calls,
            _ => 0,
        }
    }

    #[test]
    fn of_more_runtimes_than_that_some_have_one() {
        let mut locals = Vec::new();
        let runtimes: Vec<_> = (0..=MOST).map(|_| Builder::new_current_thread().build().unwrap()).collect();
        for round in 1..=OFTEN {
            runtimes.iter().for_each(|runtime| call(&mut locals, runtime));
            assert_eq!(locals.iter().map(calls).max(), Some(round));
        }
        assert_eq!(locals.len(), MOST);
        // Nor do those that have called once, and have ended maybe, keep one out that goes on.
        let mut locals = Vec::new();
        runtimes.iter().for_each(|runtime| call(&mut locals, runtime));
        let [goes_on, another] = [(); 2].map(|()| Builder::new_current_thread().build().unwrap());
        for runtime in [&goes_on, &goes_on, &another] {
            call(&mut locals, runtime);
        }
        let there = locals.iter().find(|(known, _)| *known == goes_on.handle().id());
        assert_eq!(there.map(calls), Some(2));
    }

    #[test]
    fn a_runtime_that_can_do_no_io_is_tried_once() {
        let own = runtime();
        let at = servers::Server::start(Program::Redis, &[]);
        let server = server(&at, &own);
        let first = own.block_on(line(&server));
        let theirs = Builder::new_current_thread().build().unwrap();
        let never = || matches!(&lock(&server.locals().0)[..], [(_, Local::Never)]);
        while !never() {
            assert!(Arc::ptr_eq(&of_a_task(&server, &theirs), &first));
        }
    }

    #[test]
    fn a_server_that_is_another_by_now_is_not_joined() {
        let (own, theirs) = (runtime(), runtime());
        let mut at = servers::Server::start(Program::Redis, &[]);
        let server = server(&at, &own);
        let first = own.block_on(line(&server));
        at.kill();
        at.start_again();
        assert!(theirs.block_on(server.join()).is_err());
        // Who is to know gets to know it.
        let second = own.block_on(async {
            loop {
                if let Ok(line) = server.line().await
                    && line.ask(redis::Cmd::new().arg("PING")).await.is_ok()
                {
                    return line;
                }
            }
        });
        assert_ne!(first.run, second.run);
        assert_eq!(another(&second, &server, &theirs).run, second.run);
    }

    #[test]
    fn a_runtime_that_stands_still_while_it_joins_holds_nobody_up() {
        let own = runtime();
        let stands = Builder::new_current_thread().enable_all().build().unwrap();
        let at = servers::Server::start(Program::Redis, &[]);
        let server = server(&at, &own);
        own.block_on(line(&server));
        at.freeze();
        let joining = stands.spawn({
            let server = Arc::clone(&server);
            async move { server.join().await }
        });
        // As far as it gets without an answer, and no further.
        stands.block_on(async {
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
        });
        at.thaw();
        assert!(!joining.is_finished());
        server.reconsider();
        own.block_on(line(&server));
    }
}
