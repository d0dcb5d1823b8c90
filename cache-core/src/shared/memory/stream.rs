//! What keeps listeners from being told, on demand.

use std::fmt;
use std::sync::Arc;

use super::super::tier::{NodeId, Suspects};
use super::line::{Hold, Word};
use super::{Hub, World, line};

/// The streams of a connection's listeners: see [`MemoryTier::streams`](super::MemoryTier::streams).
#[derive(Clone)]
pub struct Streams {
    pub(super) hub: Arc<Hub>,
    pub(super) connection: u64,
    pub(super) node: Option<NodeId>,
}

impl Streams {
    /// Those of that server.
    #[must_use]
    pub fn of(self, node: NodeId) -> Streams {
        Streams { node: Some(node), ..self }
    }

    /// They are lost, with all that is held back; listeners are told.
    pub fn cut(&self) {
        self.each(|world, node| world.cut(self.connection, node));
    }

    /// They are alive again; listeners are told what happened to the servers meanwhile, then that.
    pub fn restore(&self) {
        self.each(|world, node| world.restore(self.connection, node));
    }

    /// Nothing gets through, no proof of life either. Listeners aren't told, as when a network swallows everything.
    pub fn hold(&self) -> Held {
        self.held(false)
    }

    /// Proofs of life don't get through; announcements do.
    pub fn hold_proofs(&self) -> Held {
        self.held(true)
    }

    /// Announces tags that didn't change.
    pub fn announce(&self, suspects: Suspects<'_>) {
        self.each(|world, node| {
            for ear in world.ears_of(self.connection) {
                match suspects {
                    Suspects::All => world.stream(ear, node, Word::SuspectAll),
                    Suspects::Tags(tags) => {
                        for tag in tags {
                            if world.data.owner(*tag) == node {
                                world.stream(ear, node, Word::Suspect(*tag));
                            }
                        }
                    }
                }
            }
        });
    }

    fn each(&self, mut act: impl FnMut(&mut World, NodeId)) {
        self.hub.change(|world| {
            for node in world.data.nodes() {
                if self.node.is_none_or(|only| only == node) {
                    act(world, node);
                }
            }
        });
    }

    fn held(&self, proofs_alone: bool) -> Held {
        let id = self.hub.change(|world| {
            let id = world.number();
            world.holds.insert(id, Hold { connection: self.connection, node: self.node, proofs_alone });
            id
        });
        Held { streams: self.clone(), id }
    }
}

/// Streams that are held back, until this is dropped: then all that is held gets through, in order.
#[must_use = "what is held back gets through when this is dropped"]
pub struct Held {
    streams: Streams,
    id: u64,
}

impl Held {
    /// How many announcements are held back.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.streams.hub.look(|world| self.announcements(world).len())
    }

    /// Waits until so many announcements are held back.
    pub async fn reached(&self, announcements: usize) {
        let hub = &self.streams.hub;
        hub.until(|world| (self.announcements(world).len() >= announcements).then_some(())).await;
    }

    /// Lets one announcement through: the oldest is 0. Says whether there was one.
    pub fn deliver(&self, index: usize) -> bool {
        self.take(index, World::pass)
    }

    /// Loses one announcement, and nobody is told. No tier may do that: it shows what announcements are good for.
    pub fn lose(&self, index: usize) -> bool {
        self.take(index, |_, _, _| {})
    }

    /// Ends it, as dropping it does: all that is held gets through.
    pub fn release(self) {}

    fn announcements(&self, world: &World) -> Vec<line::Place> {
        world.held(self.streams.connection, self.streams.node)
    }

    fn take(&self, index: usize, then: impl FnOnce(&mut World, u64, Word)) -> bool {
        self.streams.hub.change(|world| {
            let Some(held) = self.announcements(world).get(index).copied() else { return false };
            let Some(word) = world.take(held) else { return false };
            then(world, held.ear, word);
            world.flush(held.ear);
            true
        })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.streams.hub.change(|world| {
            world.holds.remove(&self.id);
            world.flush_all();
        });
    }
}

impl fmt::Debug for Streams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streams").field("node", &self.node).finish_non_exhaustive()
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held").field("waiting", &self.waiting()).finish_non_exhaustive()
    }
}
