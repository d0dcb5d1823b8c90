//! One primary: what is known of it, and the connection for commands.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use cache_core::shared::{NodeId, TierError};
use redis::aio::MultiplexedConnection;
use redis::{ConnectionAddr, PushInfo};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::builder::Settings;
use crate::connect::{Known, Since};
use crate::dial;
use crate::driver::Driver;
use crate::ears::{Ears, Session};
use crate::line::{End, Line, lock};
use crate::locals::Locals;
use crate::replicas::Replicas;
use crate::reply;
use crate::slots;

/// A server, its connections, and who listens to it.
pub(crate) struct Server {
    pub(crate) node: NodeId,
    pub(crate) settings: Settings,
    pub(crate) ears: Arc<Ears>,
    pub(crate) runtimes: Arc<Runtimes>,
    /// Held while somebody gets to know it, so that listeners hear of a promotion before anybody uses the new primary.
    known: tokio::sync::Mutex<Option<Known>>,
    /// In a Cluster: what puts a key into one of its slots.
    home: Mutex<Option<(u16, Box<str>)>>,
    /// When it last gave a proof of life.
    contact: Mutex<Instant>,
    /// Where it was said to be last.
    at: Mutex<Option<ConnectionAddr>>,
    /// Counts what was known of it. A connection that was made in another state leads to what was the server before.
    state: AtomicU64,
    commands: Mutex<Connection>,
    /// Those of callers' runtimes.
    locals: Locals,
    /// The connection that waits for replicas, once somebody wants to know of them.
    confirming: Mutex<Connection>,
    pub(crate) replicas: Replicas,
    /// The connection for announcements, while it is alive.
    pub(crate) stream: Mutex<Option<(Arc<Line>, Session)>>,
    /// Whose turn it is to keep that connection up: of all who listen one does.
    pub(crate) turn: tokio::sync::Mutex<()>,
}

/// A connection that is being made: closed without a value if nobody works at it any more.
type Connecting = watch::Receiver<Option<Result<Arc<Line>, TierError>>>;

/// A connection that is made when it is used.
enum Connection {
    None,
    Connecting(Connecting),
    Ready(Arc<Line>),
}

/// The runtimes of those who listen.
#[derive(Default)]
pub(crate) struct Runtimes(Mutex<Vec<(Arc<AtomicBool>, Handle)>>);

impl Runtimes {
    /// One more, until that is set.
    pub(crate) fn add(&self, gone: Arc<AtomicBool>, runtime: Handle) {
        let runtimes = &mut *lock(&self.0);
        runtimes.retain(|(gone, _)| !gone.load(Ordering::SeqCst));
        runtimes.push((gone, runtime));
    }

    /// Whether it is one of theirs.
    pub(crate) fn has(&self, runtime: &Handle) -> bool {
        lock(&self.0).iter().any(|(_, own)| own.id() == runtime.id())
    }

    /// One that lives; before anybody listens, the caller's.
    pub(crate) fn any(&self) -> Result<Handle, TierError> {
        let runtimes = lock(&self.0);
        let lives = runtimes.iter().rev().find(|(gone, _)| !gone.load(Ordering::SeqCst));
        match lives {
            Some((_, runtime)) => Ok(runtime.clone()),
            None => Handle::try_current()
                .map_err(|_| TierError::Unavailable("nobody listens, and there is no runtime here".into())),
        }
    }
}

impl Server {
    pub(crate) fn new(
        node: NodeId,
        settings: Settings,
        ears: Arc<Ears>,
        runtimes: Arc<Runtimes>,
    ) -> Arc<Server> {
        Arc::new(Server {
            node,
            settings,
            ears,
            runtimes,
            known: tokio::sync::Mutex::new(None),
            home: Mutex::new(None),
            contact: Mutex::new(Instant::now()),
            at: Mutex::new(None),
            state: AtomicU64::new(0),
            commands: Mutex::new(Connection::None),
            locals: Locals::default(),
            confirming: Mutex::new(Connection::None),
            replicas: Replicas::default(),
            stream: Mutex::new(None),
            turn: tokio::sync::Mutex::new(()),
        })
    }

    /// A connection for commands: that of the caller's runtime, if it has one, or else the one of its own, made now if there is none.
    pub(crate) async fn line(self: &Arc<Self>) -> Result<Arc<Line>, TierError> {
        match Locals::here(self) {
            Some(line) => Ok(line),
            None => self.connected(|server| &server.commands).await,
        }
    }

    /// Those of callers' runtimes.
    pub(crate) fn locals(&self) -> &Locals {
        &self.locals
    }

    /// The connection that waits for replicas, likewise.
    pub(crate) async fn confirming(self: &Arc<Self>) -> Result<Arc<Line>, TierError> {
        self.connected(|server| &server.confirming).await
    }

    async fn connected(
        self: &Arc<Self>,
        which: fn(&Server) -> &Mutex<Connection>,
    ) -> Result<Arc<Line>, TierError> {
        let mut connecting = {
            let connection = &mut *lock(which(self));
            match connection {
                Connection::Ready(line) if self.is_usable(line) => return Ok(Arc::clone(line)),
                Connection::Connecting(connecting) if connecting.has_changed().is_ok() => connecting.clone(),
                _ => {
                    let connecting = self.begin_connecting(which)?;
                    if let Connection::Ready(old) =
                        std::mem::replace(connection, Connection::Connecting(connecting.clone()))
                    {
                        old.end.say();
                    }
                    connecting
                }
            }
        };
        // Boxed: who is connected needn't carry the room for it.
        Box::pin(async move {
            match connecting.wait_for(Option::is_some).await.map(|made| made.clone()) {
                Ok(Some(made)) => made,
                _ => Err(TierError::Unavailable("the runtime has ended that connected".into())),
            }
        })
        .await
    }

    pub(crate) fn is_usable(&self, line: &Line) -> bool {
        line.state == self.state.load(Ordering::SeqCst) && line.is_alive(self.settings.connect_timeout)
    }

    fn begin_connecting(
        self: &Arc<Self>,
        which: fn(&Server) -> &Mutex<Connection>,
    ) -> Result<Connecting, TierError> {
        let (done, connecting) = watch::channel(None);
        let server = Arc::clone(self);
        self.runtimes.any()?.spawn(async move {
            let made = server.connect().await;
            if let Err(error) = &made {
                tracing::debug!(%error, "no connection");
            }
            *lock(which(&server)) = made.clone().map_or(Connection::None, Connection::Ready);
            done.send_replace(Some(made));
        });
        Ok(connecting)
    }

    async fn connect(&self) -> Result<Arc<Line>, TierError> {
        let end = End::new();
        self.in_time(async {
            let (mut connection, driver) = self.dial(Arc::clone(&end), |_| {}).await?;
            let (known, state) = self.meet(&mut connection).await?;
            Ok(Line::new(connection, driver, end, &known, state))
        })
        .await
    }

    /// One more connection to what it is known to be, on this runtime. It is nothing to anybody if it is something else by now, or if
    /// that takes forever: no listener is told, and nothing is held meanwhile.
    pub(crate) async fn join(&self) -> Result<Arc<Line>, TierError> {
        let changes = || TierError::Unavailable("somebody is just getting to know it".into());
        let (known, contact, state) = {
            let known = self.known.try_lock().map_err(|_| changes())?;
            (known.clone().ok_or_else(changes)?, *lock(&self.contact), self.state.load(Ordering::SeqCst))
        };
        let address = lock(&self.at).clone().ok_or_else(changes)?;
        let end = End::new();
        self.in_time(async {
            let to = self.settings.server.clone().set_addr(address);
            let (mut connection, driver) = dial::dial(to, Arc::clone(&end), |_| {}).await?;
            let (now, _) =
                Known::meet(&mut connection, &self.generation_key(), Some(&known), contact).await?;
            if !now.is(&known) {
                return Err(TierError::Unavailable("it is another server by now".into()));
            }
            Ok(Line::new(connection, driver, end, &now, state))
        })
        .await
    }

    /// Connects to where it is now: see [`dial`].
    pub(crate) async fn dial(
        &self,
        end: Arc<End>,
        heard: impl Fn(PushInfo) + Send + Sync + 'static,
    ) -> Result<(MultiplexedConnection, Option<Driver>), TierError> {
        let address = self.address().await?;
        dial::dial(self.settings.server.clone().set_addr(address), end, heard).await
    }

    /// Where it is now.
    async fn address(&self) -> Result<ConnectionAddr, TierError> {
        let said = self.settings.server.addr();
        let address = match &self.settings.sentinels {
            Some(sentinels) => sentinels.ask(said, self.settings.connect_timeout).await?,
            None => said.clone(),
        };
        *lock(&self.at) = Some(address.clone());
        Ok(address)
    }

    /// Looks whether it is somewhere else than where it was connected to last. Nobody says so where it was.
    pub(crate) async fn look(&self) {
        if let Some(sentinels) = &self.settings.sentinels
            && let Ok(address) =
                sentinels.ask(self.settings.server.addr(), self.settings.connect_timeout).await
            && lock(&self.at).replace(address.clone()).is_some_and(|at| at != address)
        {
            self.reconsider();
        }
    }

    /// Gets to know the server at the other end, and tells listeners what has become of it.
    pub(crate) async fn meet(
        &self,
        connection: &mut MultiplexedConnection,
    ) -> Result<(Known, u64), TierError> {
        let mut known = self.known.lock().await;
        let contact = *lock(&self.contact);
        let key = self.generation_key();
        let (now, since) = Known::meet(connection, &key, known.as_ref(), contact).await?;
        self.is_in_contact();
        let changed = known.as_ref().is_some_and(|before| !before.is(&now));
        *known = Some(now.clone());
        if changed {
            // Before anybody hears of it: no connection to what it was before is used from here on.
            self.state.fetch_add(1, Ordering::SeqCst);
        }
        if since == Since::Promoted {
            self.ears.promoted(self.node);
        }
        if changed {
            tracing::warn!(?since, "the server of the shared tier is another than before");
            self.reconsider();
        }
        let state = self.state.load(Ordering::SeqCst);
        Ok((now, state))
    }

    /// The key of its generation.
    pub(crate) fn generation_key(&self) -> Vec<u8> {
        self.settings.names.generation(lock(&self.home).as_ref().map(|(_, name)| &**name))
    }

    /// It is a primary of a Cluster, and that is one of its slots.
    pub(crate) fn lives_at(&self, slot: u16) {
        let home = &mut *lock(&self.home);
        if home.as_ref().is_none_or(|(known, _)| *known != slot) {
            *home = Some((slot, slots::name_of(slot).into()));
        }
    }

    /// It has the slots now that another one had. If it was a replica of that it may go on as such: see [`Known`].
    pub(crate) fn succeeds(&self, before: &Server) {
        // If somebody is just getting to know it, it is one of which nothing is known.
        if let (Ok(mut known), Ok(before_known)) = (self.known.try_lock(), before.known.try_lock()) {
            known.clone_from(&before_known);
            *lock(&self.contact) = *lock(&before.contact);
        }
    }

    /// It gives a sign of life.
    pub(crate) fn is_in_contact(&self) {
        *lock(&self.contact) = Instant::now();
    }

    /// Its announcements aren't heard any more.
    pub(crate) fn lose_stream(&self) {
        *lock(&self.stream) = None;
        self.ears.lost(self.node);
    }

    /// All connections are made anew: they lead to what was the server before, or may do so.
    pub(crate) fn reconsider(&self) {
        self.state.fetch_add(1, Ordering::SeqCst);
        if let Some((line, _)) = &*lock(&self.stream) {
            line.end.say();
        }
    }

    /// What an operation came to. A server that takes no writes any more is no primary.
    pub(crate) fn seen<T>(&self, line: &Line, result: Result<T, TierError>) -> Result<T, TierError> {
        if result.as_ref().is_err_and(reply::is_read_only) && line.state == self.state.load(Ordering::SeqCst)
        {
            self.reconsider();
        }
        result
    }

    /// Whatever it takes to connect.
    pub(crate) async fn in_time<T>(
        &self,
        connecting: impl Future<Output = Result<T, TierError>>,
    ) -> Result<T, TierError> {
        match timeout(self.settings.connect_timeout, connecting).await {
            Ok(result) => result,
            Err(_) => {
                let waited = self.settings.connect_timeout;
                Err(TierError::Unavailable(format!("it didn't answer for {waited:?} while connecting")))
            }
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("node", &self.node)
            .field("address", self.settings.server.addr())
            .finish_non_exhaustive()
    }
}
