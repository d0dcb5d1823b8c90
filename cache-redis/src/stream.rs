//! The announcements of one server.
//!
//! They come through a connection of their own, and so does the proof that all of them came: a probe reads the key of the
//! generation, and its answer is behind everything that was announced before. What is announced is told by whoever moves the connection
//! on, one at a time, in the order in which it came; the answer reaches who waits for it after that.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use cache_core::shared::{Epoch, Listener, Listening, Sent, Suspects, TierError};
use redis::{Pipeline, PushInfo, PushKind, Value};
use tokio::runtime::Handle;
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

use crate::cluster;
use crate::line::{End, Line, lock};
use crate::reply;
use crate::server::Server;
use crate::tier::Place;
use crate::wire::announced;

/// How long it is waited before it is tried again, at first and at the most.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// How often it is asked whether the primary is still where it was, where somebody can say.
const LOOK: Duration = Duration::from_secs(1);
/// A stream that owes an answer for longer has ended, though nobody said so. Until then its silence is noticed by who probes.
const SILENCE: Duration = Duration::from_secs(5);

/// One who listens, until it is dropped.
pub(crate) struct Listens {
    place: Place,
    gone: Arc<AtomicBool>,
    runtime: Handle,
    keeper: AbortHandle,
}

impl Listens {
    /// Begins.
    pub(crate) fn begin(place: &Place, runtime: &Handle, listener: Arc<dyn Listener>) -> Self {
        let gone = Arc::new(AtomicBool::new(false));
        place.runtimes().add(Arc::clone(&gone), runtime.clone());
        place.ears().add(listener, Arc::clone(&gone));
        let keeper = match place {
            Place::One(server) => runtime.spawn(keep(Arc::clone(server))),
            Place::Cluster(cluster) => runtime.spawn(cluster::keep(Arc::clone(cluster))),
        };
        Listens { place: place.clone(), gone, runtime: runtime.clone(), keeper: keeper.abort_handle() }
    }

    fn probe_one(&self, server: &Arc<Server>, sent: Sent) {
        let Some((line, session)) = lock(&server.stream).clone() else { return };
        let (server, asked) = (Arc::clone(server), Arc::clone(&self.gone));
        self.runtime.spawn(async move {
            match timeout(SILENCE, prove(&server, &line)).await {
                Ok(Ok(true)) => server.ears.proven(server.node, session, sent, &asked),
                // Commands must not go on there either.
                Ok(Ok(false)) => server.reconsider(),
                Ok(Err(_)) | Err(_) => line.end.say(),
            }
        });
    }
}

impl Listening for Listens {
    fn probe(&self, sent: Sent) {
        self.place.each_server(|server| self.probe_one(server, sent));
    }
}

impl Drop for Listens {
    fn drop(&mut self) {
        self.gone.store(true, Ordering::SeqCst);
        self.keeper.abort();
        self.place.ears().sweep();
        // What nobody keeps is lost from now on, and not when the runtime comes to it: who listens next would ask it for a proof
        // that never comes.
        if self.place.ears().is_empty() {
            self.place.each_server(|server| server.lose_stream());
        }
    }
}

/// A sign of life of a stream; and whether the server is still the one that it was, and a primary. Whoever evicts or deletes the key
/// of the generation makes everybody say it again.
async fn prove(server: &Server, line: &Line) -> Result<bool, TierError> {
    let mut probe = Pipeline::new();
    probe.cmd("ROLE").cmd("GET").arg(server.generation_key());
    let mut answers = line.ask_all(&mut probe).await?.into_iter();
    let role = reply::good(answers.next().unwrap_or_default())?;
    let stays = match reply::good(answers.next().unwrap_or_default()) {
        Ok(said) => reply::bytes(said).as_deref() == Some(&*line.said),
        // In a Cluster the slot of that key may be on its way to another server: then it has another one soon.
        Err(error) => reply::on_its_way(&error).is_some(),
    };
    if !is_primary(role) || !stays {
        return Ok(false);
    }
    server.is_in_contact();
    Ok(true)
}

fn is_primary(role: Value) -> bool {
    match role {
        Value::Array(fields) => {
            fields.into_iter().next().and_then(reply::bytes).as_deref() == Some(b"master")
        }
        _ => false,
    }
}

/// Keeps the stream of a server up, when it is its turn.
pub(crate) async fn keep(server: Arc<Server>) {
    let _turn = server.turn.lock().await;
    let mut pause = FIRST_PAUSE;
    loop {
        match begin(&server).await {
            Ok(alive) => {
                pause = FIRST_PAUSE;
                while timeout(LOOK, alive.line.end.wait()).await.is_err() {
                    server.look().await;
                }
            }
            Err(error) => {
                if pause == FIRST_PAUSE {
                    tracing::warn!(%error, "announcements can't be heard; it is tried again until they can");
                }
                server.ears.lost(server.node);
                sleep(jittered(pause)).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

/// Between half of it and all of it, so that processes that lost a server together don't come back together.
fn jittered(pause: Duration) -> Duration {
    let chance = (Epoch::draw().0 % 1024) as u32;
    pause / 2 + pause * chance / 2048
}

/// A stream while it is heard. Dropped, also with the runtime that it is kept on, it is lost.
struct Alive<'a> {
    server: &'a Server,
    line: Arc<Line>,
}

/// Subscribes, then says that it is heard.
async fn begin(server: &Arc<Server>) -> Result<Alive<'_>, TierError> {
    let (end, session) = (End::new(), server.ears.session());
    let (ears, node) = (Arc::clone(&server.ears), server.node);
    // Which run it is: known before it is heard, and before that nothing is told.
    let run = Arc::new(OnceLock::new());
    let own = Arc::clone(&run);
    let heard = move |push: PushInfo| {
        // What others of a Cluster announce is heard through their own streams, of which it is known when they are lost.
        if push.kind == PushKind::Message
            && let Some((tag, by)) =
                push.data.into_iter().nth(1).and_then(reply::bytes).and_then(|bytes| announced(&bytes))
            && own.get() == Some(&by)
        {
            ears.suspect(node, session, Suspects::Tags(&[tag]));
        }
    };
    let line = server
        .in_time(async {
            let (mut connection, driver) = server.dial(Arc::clone(&end), heard).await?;
            connection.subscribe(server.settings.names.channel()).await.map_err(reply::explain)?;
            let (known, state) = server.meet(&mut connection).await?;
            let _ = run.set(known.run());
            Ok(Line::new(connection, driver, end, &known, state))
        })
        .await?;
    // Before it is heard: who hears that asks for a proof.
    *lock(&server.stream) = Some((Arc::clone(&line), session));
    let alive = Alive { server, line };
    server.ears.heard(server.node, session);
    Ok(alive)
}

impl Drop for Alive<'_> {
    fn drop(&mut self) {
        self.server.lose_stream();
    }
}
