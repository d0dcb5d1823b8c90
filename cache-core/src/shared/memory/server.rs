//! What happens to the servers themselves.

use std::fmt;
use std::sync::Arc;

use super::super::tier::NodeId;
use super::data::Kept;
use super::{Hub, World};

/// The servers of a tier: see [`MemoryTier::servers`](super::MemoryTier::servers).
#[derive(Clone)]
pub struct Servers {
    pub(super) hub: Arc<Hub>,
    pub(super) node: Option<NodeId>,
}

/// What the servers held at some time.
#[derive(Clone)]
pub struct Snapshot(Kept);

impl Servers {
    /// That one.
    #[must_use]
    pub fn of(self, node: NodeId) -> Servers {
        Servers { node: Some(node), ..self }
    }

    /// Which these are.
    #[must_use]
    pub fn nodes(&self) -> Vec<NodeId> {
        self.hub.look(|world| self.concerned(world))
    }

    /// What all servers hold now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(self.hub.look(|world| world.data.kept()))
    }

    /// They forget all that they hold, as if for lack of memory. Nobody is told.
    pub fn evict(&self) {
        self.each(|world, node| world.data.put_back(node, &Kept::default()));
    }

    /// They start again, empty. Streams are lost and back.
    pub fn restart(&self) {
        self.each(|world, node| {
            world.data.put_back(node, &Kept::default());
            world.say_restarted(node, false);
        });
    }

    /// They start again with what they held then. Streams are lost and back, and listeners are told in between.
    pub fn restart_with(&self, old: &Snapshot) {
        self.each(|world, node| {
            world.data.put_back(node, &old.0);
            world.say_restarted(node, true);
        });
    }

    /// Whether replicas answer, from here on: whether bumps that are to be replicated are confirmed. They do at first.
    pub fn replicas_answer(&self, answer: bool) {
        self.each(|world, node| world.data.replicas_answer(node, answer));
    }

    /// From each another server takes over, which has what was held then, and what was bumped since and
    /// [replicated](crate::Durability::Replicated): a replica that lags. It is another
    /// [node](crate::shared::SharedTier::node), and streams are those of the new one.
    pub fn promote(&self, lagging: &Snapshot) {
        self.each(|world, node| {
            world.data.put_back(node, &lagging.0);
            world.data.put_replicated(node, &lagging.0);
            let successor = world.data.succeed(node);
            world.say_promoted(node, successor);
        });
        self.hub.change(World::learn_owners);
    }

    fn concerned(&self, world: &World) -> Vec<NodeId> {
        let mut nodes = world.data.nodes();
        nodes.retain(|node| self.node.is_none_or(|only| only == *node));
        nodes
    }

    fn each(&self, mut act: impl FnMut(&mut World, NodeId)) {
        self.hub.change(|world| {
            for node in self.concerned(world) {
                act(world, node);
            }
        });
    }
}

impl fmt::Debug for Servers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Servers").field("nodes", &self.nodes()).finish()
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").finish_non_exhaustive()
    }
}
