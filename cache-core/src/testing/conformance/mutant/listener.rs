//! What goes wrong with announcements and proofs.

use std::sync::{Arc, Mutex};

use super::{Flaw, Memory};
use crate::shared::{Listener, Listening, NodeId, Sent, Suspects, TagId};
use crate::sync::lock;

/// What is between a tier and its listener.
pub(super) struct Mishears {
    pub(super) flaw: Flaw,
    pub(super) memory: Arc<Mutex<Memory>>,
    pub(super) mine: usize,
    pub(super) listener: Arc<dyn Listener>,
    pub(super) late: Mutex<Vec<TagId>>,
}

impl Listener for Mishears {
    fn suspect(&self, suspects: Suspects<'_>) {
        match (self.flaw, suspects) {
            (Flaw::ProofsOvertake, Suspects::Tags(tags)) => lock(&self.late).extend(tags),
            (Flaw::OwnBumpsInSilence, Suspects::Tags(tags))
                if lock(&self.memory).bumped.contains(&(self.mine, tags[0])) => {}
            _ => self.listener.suspect(suspects),
        }
    }

    fn proven(&self, node: NodeId, sent: Sent) {
        let sent = if self.flaw == Flaw::ProofsAreLater { Sent(sent.0 + 1) } else { sent };
        self.listener.proven(node, sent);
        for tag in std::mem::take(&mut *lock(&self.late)) {
            self.listener.suspect(Suspects::Tags(&[tag]));
        }
    }

    fn lost(&self, node: NodeId) {
        self.listener.lost(node);
    }

    fn heard(&self, node: NodeId) {
        match self.flaw {
            Flaw::NeverHeard => {}
            Flaw::ProofsBeforeHeard => {
                self.listener.proven(node, Sent(0));
                self.listener.heard(node);
            }
            Flaw::ProofsUnasked => {
                self.listener.heard(node);
                self.listener.proven(node, Sent(0));
            }
            _ => self.listener.heard(node),
        }
    }

    fn promoted(&self, node: NodeId) {
        self.listener.promoted(node);
    }

    fn restarted(&self, node: NodeId) {
        self.listener.restarted(node);
    }
}

pub(super) struct NeverProbes(
    #[expect(dead_code, reason = "it listens until it is dropped")] pub(super) Box<dyn Listening>,
);

impl Listening for NeverProbes {
    fn probe(&self, _sent: Sent) {}
}

pub(super) struct Deaf;

impl Listener for Deaf {
    fn suspect(&self, _suspects: Suspects<'_>) {}
    fn proven(&self, _node: NodeId, _sent: Sent) {}
    fn lost(&self, _node: NodeId) {}
    fn heard(&self, _node: NodeId) {}
    fn promoted(&self, _node: NodeId) {}
    fn restarted(&self, _node: NodeId) {}
}
