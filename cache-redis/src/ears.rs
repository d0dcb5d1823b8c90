//! Who listens, and what each was told of the streams.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, TryLockError};

use cache_core::shared::{Listener, NodeId, Sent, Suspects};

use crate::line::lock;

/// Listeners. All is told under one lock, so that each of them hears it in the order in which it happened.
#[derive(Default)]
pub(crate) struct Ears {
    state: Mutex<State>,
    /// Somebody has gone away, and may still be listed.
    gone: AtomicBool,
}

#[derive(Default)]
struct State {
    ears: Vec<Ear>,
    /// The stream of each server that was tried; `None` while it is lost.
    streams: BTreeMap<NodeId, Option<Session>>,
    /// Servers that have no tags any more, of which nothing is told.
    retired: BTreeSet<NodeId>,
    sessions: u64,
    /// Up to this one, streams had begun, or were about to, when the last listener went away: nobody keeps them.
    unkept: u64,
}

struct Ear {
    listener: Arc<dyn Listener>,
    gone: Arc<AtomicBool>,
}

/// One life of a stream, from when it is heard until it is lost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Session(u64);

impl Ears {
    /// Tells a new listener which streams are alive, and from now on what happens, until that is set.
    pub(crate) fn add(&self, listener: Arc<dyn Listener>, gone: Arc<AtomicBool>) {
        self.tell(|state| {
            for (node, session) in &state.streams {
                match session {
                    Some(_) => listener.heard(*node),
                    None => listener.lost(*node),
                }
            }
            state.ears.push(Ear { listener, gone });
        });
    }

    /// Forgets who has gone away. He may do so while he is told something: then whoever tells him forgets him.
    pub(crate) fn sweep(&self) {
        self.gone.store(true, Ordering::SeqCst);
        self.swept();
    }

    /// For a stream that is about to begin: what it announces before it is heard is told to nobody.
    pub(crate) fn session(&self) -> Session {
        self.tell(|state| {
            state.sessions += 1;
            Session(state.sessions)
        })
    }

    /// Whether nobody listens.
    pub(crate) fn is_empty(&self) -> bool {
        self.tell(|state| state.ears.is_empty())
    }

    /// The stream of a server is alive.
    pub(crate) fn heard(&self, node: NodeId, session: Session) {
        self.tell(|state| {
            if !state.retired.contains(&node) && session.0 > state.unkept {
                state.streams.insert(node, Some(session));
                state.each(|listener| listener.heard(node));
            }
        });
    }

    /// The stream of a server is lost, or can't be had. Said once.
    pub(crate) fn lost(&self, node: NodeId) {
        self.tell(|state| {
            if !state.retired.contains(&node) && state.streams.insert(node, None) != Some(None) {
                state.each(|listener| listener.lost(node));
            }
        });
    }

    /// Something was announced in this life of a stream.
    pub(crate) fn suspect(&self, node: NodeId, session: Session, suspects: Suspects<'_>) {
        self.tell(|state| {
            if state.is_alive(node, session) {
                state.each(|listener| listener.suspect(suspects));
            }
        });
    }

    /// A probe was answered in this life of a stream: who asked is told.
    pub(crate) fn proven(&self, node: NodeId, session: Session, sent: Sent, asked: &Arc<AtomicBool>) {
        self.tell(|state| {
            if state.is_alive(node, session)
                && let Some(ear) = state.ears.iter().find(|ear| Arc::ptr_eq(&ear.gone, asked))
            {
                ear.listener.proven(node, sent);
            }
        });
    }

    /// A replica has taken over.
    pub(crate) fn promoted(&self, node: NodeId) {
        self.tell(|state| state.each(|listener| listener.promoted(node)));
    }

    /// Any tag may have changed, or lie elsewhere from now on.
    pub(crate) fn suspect_all(&self) {
        self.tell(|state| state.each(|listener| listener.suspect(Suspects::All)));
    }

    /// Others have all tags of a server now: its silence says nothing any more.
    pub(crate) fn retire(&self, node: NodeId) {
        self.tell(|state| {
            state.streams.remove(&node);
            state.retired.insert(node);
            state.each(|listener| listener.promoted(node));
        });
    }

    fn tell<R>(&self, tell: impl FnOnce(&mut State) -> R) -> R {
        let result = tell(&mut lock(&self.state));
        self.swept();
        result
    }

    /// Who holds the lock meanwhile does it when he has let it go.
    fn swept(&self) {
        while self.gone.load(Ordering::SeqCst) {
            let gone = match self.state.try_lock() {
                Ok(mut state) => state.take_gone(&self.gone),
                Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner().take_gone(&self.gone),
                Err(TryLockError::WouldBlock) => return,
            };
            // Without the lock: what a listener drops may be the last of what listens.
            drop(gone);
        }
    }
}

impl State {
    fn each(&self, tell: impl Fn(&dyn Listener)) {
        self.ears.iter().filter(|ear| !ear.gone.load(Ordering::SeqCst)).for_each(|ear| tell(&*ear.listener));
    }

    fn is_alive(&self, node: NodeId, session: Session) -> bool {
        self.streams.get(&node) == Some(&Some(session))
    }

    fn take_gone(&mut self, any: &AtomicBool) -> Vec<Ear> {
        any.store(false, Ordering::SeqCst);
        let gone = self.ears.extract_if(.., |ear| ear.gone.load(Ordering::SeqCst)).collect();
        if self.ears.is_empty() {
            self.unkept = self.sessions;
        }
        gone
    }
}

impl fmt::Debug for Ears {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ears").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Heard(Mutex<Vec<NodeId>>);

    impl Listener for Heard {
        fn suspect(&self, _: Suspects<'_>) {}
        fn proven(&self, _: NodeId, _: Sent) {}
        fn lost(&self, _: NodeId) {}
        fn heard(&self, node: NodeId) {
            lock(&self.0).push(node);
        }
        fn promoted(&self, _: NodeId) {}
        fn restarted(&self, _: NodeId) {}
    }

    #[test]
    fn a_stream_that_its_last_listener_has_left_is_not_heard() {
        let (ears, first, second) = (Ears::default(), Arc::new(AtomicBool::new(false)), Arc::default());
        ears.add(Arc::new(Heard::default()), Arc::clone(&first));
        let begun = ears.session();
        first.store(true, Ordering::SeqCst);
        ears.sweep();
        let heard = Arc::new(Heard::default());
        ears.add(Arc::clone(&heard) as Arc<dyn Listener>, second);
        // Its task ends soon, and with it the stream.
        ears.heard(NodeId(1), begun);
        assert_eq!(*lock(&heard.0), []);
        ears.heard(NodeId(1), ears.session());
        assert_eq!(*lock(&heard.0), [NodeId(1)]);
    }
}
