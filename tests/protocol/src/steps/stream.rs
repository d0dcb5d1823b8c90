//! Announcements as a process hears them, how a stream breaks and comes back, and the time that passes meanwhile.

use crate::state::{Age, Link, MAX_STALENESS, Message, OLD, State, Stream};
use crate::{Mutant, Protocol};

impl Protocol {
    /// The next message is heard.
    pub(crate) fn hear(&self, state: &mut State, process: usize, node: usize) -> bool {
        let held = state.processes[process].held(self.mutant);
        let here = &mut state.processes[process];
        if here.streams[node].link == Link::Subscribed {
            return false;
        }
        match here.streams[node].pop() {
            None | Some(Message::Nothing) => return false,
            // Where there is no cell, nobody loads.
            Some(Message::Announcement(tag, nonce)) if held & 1 << tag != 0 => self.suspect(here, tag, nonce),
            Some(Message::Announcement(..)) => {}
            // All that was announced before the `PING` was sent has been heard.
            Some(Message::Pong(sent)) => {
                here.streams[node].proof = if self.is(Mutant::PongProvesItsArrival) { 0 } else { sent };
            }
        }
        true
    }

    /// A `PING` is sent on the stream's connection; the answer is under way.
    pub(crate) fn ping(&self, state: &mut State, process: usize, node: usize) -> bool {
        let stream = &mut state.processes[process].streams[node];
        let pending = stream.queue.iter().any(|message| matches!(message, Message::Pong(_)));
        let useful = self.config.clock && stream.link == Link::Live && stream.proof > 0 && !pending;
        useful && stream.push(Message::Pong(0))
    }

    /// The connection breaks, with all that is under way.
    pub(crate) fn breaks(&self, state: &mut State, process: usize, node: usize) -> bool {
        let stream = &mut state.processes[process].streams[node];
        if stream.link != Link::Live || state.budget.gaps == 0 || !self.listens(process) {
            return false;
        }
        state.budget.gaps -= 1;
        let link = if self.config.clock { Link::Broken } else { Link::Down };
        *stream = Stream { link, mark: stream.mark, proof: stream.proof, ..Stream::default() };
        true
    }

    /// The process notices.
    pub(crate) fn notices(&self, state: &mut State, process: usize, node: usize) -> bool {
        let stream = &mut state.processes[process].streams[node];
        let broken = stream.link == Link::Broken;
        if broken {
            stream.link = Link::Down;
        }
        broken
    }

    /// The process subscribes again ...
    pub(crate) fn subscribes(&self, state: &mut State, process: usize, node: usize) -> bool {
        let stream = &mut state.processes[process].streams[node];
        if stream.link != Link::Down {
            return false;
        }
        stream.link = Link::Subscribed;
        stream.proof = 0;
        if self.is(Mutant::MarkBeforeSubscription) {
            self.mark(state, process, node);
        }
        true
    }

    /// ... and takes the count after that: what began before it may have missed something.
    pub(crate) fn marks(&self, state: &mut State, process: usize, node: usize) -> bool {
        if state.processes[process].streams[node].link != Link::Subscribed {
            return false;
        }
        state.processes[process].streams[node].link = Link::Live;
        if !self.is(Mutant::MarkBeforeSubscription) {
            self.mark(state, process, node);
        }
        true
    }

    fn mark(&self, state: &mut State, process: usize, node: usize) {
        if self.is(Mutant::GapTrusted) {
            return;
        }
        let here = &mut state.processes[process];
        here.streams[node].mark = here.happens();
        for (cell, route) in here.cells.iter_mut().zip(here.route) {
            cell.proven &= usize::from(route) != node;
        }
    }

    /// Time passes.
    pub(crate) fn tick(&self, state: &mut State) -> bool {
        for [this_tick, last_tick, due] in &mut state.confirmed {
            *due = (*due).max(*last_tick);
            *last_tick = std::mem::take(this_tick);
        }
        // Only followers subtract, and have to know more than that it is too long.
        let most = if self.config.flights { OLD } else { MAX_STALENESS + 1 };
        let older = |age: &mut Age| *age = (*age + 1).min(most);
        for process in state.processes_mut() {
            for near in process.near.iter_mut().flatten() {
                near.age = (near.age + 1).min(MAX_STALENESS + 1);
            }
            for caller in process.callers.iter_mut().filter(|caller| caller.depth > 0) {
                if self.config.flights {
                    older(&mut caller.age);
                }
                caller.frames[..usize::from(caller.depth)].iter_mut().for_each(|frame| older(&mut frame.age));
            }
            for stream in &mut process.streams {
                stream.proof = (stream.proof + 1).min(MAX_STALENESS + 1);
                for message in &mut stream.queue {
                    if let Message::Pong(sent) = message {
                        *sent = (*sent + 1).min(MAX_STALENESS + 1);
                    }
                }
            }
        }
        self.config.clock
    }
}
