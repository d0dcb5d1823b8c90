//! What the shared tier does: one command at a time.

use crate::canonical::FOR_GOOD;
use crate::state::{Link, Message, NODES, NONE, Nonce, State, Tag, Tags, each};
use crate::{Mutant, Protocol};

impl Protocol {
    /// A nonce that never was.
    fn draw(&self, state: &mut State, tag: Tag) -> Nonce {
        let drawn = &mut state.drawn[usize::from(tag)];
        *drawn += 1;
        *drawn
    }

    /// A bump of one tag by one attempt: announces and changes the epoch, both or neither. Where there is none it creates
    /// none. `false` if a connection is full.
    pub(crate) fn bump_server(&self, state: &mut State, process: usize, tag: Tag, retry: bool) -> bool {
        let nonce = self.nonce(state, process, tag, retry);
        self.change(state, tag, nonce);
        self.announce(state, tag, nonce)
    }

    /// The nonce of an attempt.
    pub(crate) fn nonce(&self, state: &mut State, process: usize, tag: Tag, retry: bool) -> Nonce {
        let kept = state.processes[process].kept[usize::from(tag)];
        if retry && self.is(Mutant::NonceKeptOnRetry) && kept != NONE {
            return kept;
        }
        let nonce = if self.is(Mutant::NoncePerClient) {
            FOR_GOOD + 1 + process as Nonce
        } else {
            self.draw(state, tag)
        };
        if self.is(Mutant::NonceKeptOnRetry) || self.is(Mutant::KnownByOwnBump) {
            state.processes[process].kept[usize::from(tag)] = nonce;
        }
        nonce
    }

    /// `SET epoch nonce XX`.
    pub(crate) fn change(&self, state: &mut State, tag: Tag, nonce: Nonce) {
        let epoch = &mut state.server.epochs[usize::from(tag)];
        if *epoch != NONE {
            *epoch = nonce;
        }
    }

    /// Tells all that listen to the tag's node. `false` if a connection is full.
    pub(crate) fn announce(&self, state: &mut State, tag: Tag, nonce: Nonce) -> bool {
        let node = usize::from(state.server.home[usize::from(tag)]);
        let nonce = if self.is(Mutant::KnownByAnnouncement) { nonce } else { NONE };
        debug_assert!(node < NODES);
        let mut told = 0;
        (0..self.config.processes()).all(|process| {
            let stream = &mut state.processes[process].streams[node];
            let subscribed = stream.link == Link::Subscribed && !self.is(Mutant::MarkBeforeSubscription);
            let listens = (stream.link == Link::Live || subscribed) && self.listens(process);
            if listens && self.is(Mutant::AnnouncedToOne) && told > 0 {
                return true;
            }
            told += u8::from(listens);
            !listens || stream.push(Message::Announcement(tag, nonce))
        })
    }

    /// `MGET epoch...`. A node that no longer answers for a tag says so, and the process goes to the one that does, whose
    /// stream has not spoken for the tag until now.
    pub(crate) fn read_epoch(&self, state: &mut State, process: usize, tag: Tag) -> Nonce {
        let home = state.server.home[usize::from(tag)];
        let here = &mut state.processes[process];
        if here.route[usize::from(tag)] != home && !self.is(Mutant::MovedSlotTrusted) {
            here.route[usize::from(tag)] = home;
            let now = here.happens();
            let cell = &mut here.cells[usize::from(tag)];
            cell.proven = false;
            if !self.is(Mutant::MovedToALiveNodeTrusted) {
                cell.moved = now;
            }
        }
        let server = if self.is(Mutant::ReadFromAReplica) { &state.older } else { &state.server };
        server.epochs[usize::from(tag)]
    }

    /// `SET epoch nonce NX`, and what it is then.
    pub(crate) fn create_epochs(&self, state: &mut State, process: usize, tags: Tags) {
        for tag in each(tags) {
            if self.read_epoch(state, process, tag) == NONE {
                let nonce = if self.is(Mutant::NonceReused) { FOR_GOOD } else { self.draw(state, tag) };
                state.server.epochs[usize::from(tag)] = nonce;
            }
        }
    }

    /// Whether the process has a reader: where there is none, what it hears changes nothing.
    pub(crate) fn listens(&self, process: usize) -> bool {
        self.config.callers[process] > 0
    }
}
