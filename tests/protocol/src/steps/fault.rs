//! What befalls servers and processes.

use crate::invariants::How;
use crate::state::{
    At, CALLERS, Frame, Link, NONE, Process, ROWS, Server, State, Stream, Tag, Writing, each,
};
use crate::{Mutant, Protocol, Reached};

impl Protocol {
    /// An epoch is evicted, or expires.
    pub(crate) fn evict_epoch(&self, state: &mut State, tag: Tag) -> bool {
        spend(&mut state.budget.evictions) && std::mem::take(&mut state.server.epochs[usize::from(tag)]) != 0
    }

    /// An entry is evicted.
    pub(crate) fn evict_entry(&self, state: &mut State, key: usize) -> bool {
        spend(&mut state.budget.entries) && state.server.entries[key].take().is_some()
    }

    /// A near entry is evicted.
    pub(crate) fn evict_near(&self, state: &mut State, process: usize, key: usize) -> bool {
        spend(&mut state.budget.entries) && state.processes[process].near[key].take().is_some()
    }

    /// A lease is evicted, or expires.
    pub(crate) fn evict_lease(&self, state: &mut State, key: usize) -> bool {
        spend(&mut state.budget.entries) && std::mem::take(&mut state.server.leases[key]) != 0
    }

    /// An entry's time to live is over, wherever it is.
    pub(crate) fn expire(&self, state: &mut State, key: usize) -> bool {
        let mut some = false;
        if let Some(entry) = &mut state.server.entries[key] {
            some |= !std::mem::replace(&mut entry.over, true);
        }
        for near in state.processes_mut().iter_mut().filter_map(|process| process.near[key].as_mut()) {
            some |= !std::mem::replace(&mut near.over, true);
        }
        some && spend(&mut state.budget.expiries)
    }

    /// What the replica and the disk have is what the server has now.
    pub(crate) fn copy(&self, state: &mut State) -> bool {
        state.older = Server { leases: Default::default(), ..state.server };
        true
    }

    /// A replica that lags takes over: what it hasn't got never was, and promises of that are void.
    pub(crate) fn fail_over(&self, state: &mut State) -> bool {
        if !spend(&mut state.budget.failovers) {
            return false;
        }
        self.comes_back(state);
        state.confirmed = Default::default();
        for process in state.processes_mut() {
            process.told = [0; ROWS];
            process.replays = true;
        }
        true
    }

    /// The server starts again with what its disk has.
    pub(crate) fn restart(&self, state: &mut State) -> bool {
        if !spend(&mut state.budget.restarts) {
            return false;
        }
        self.comes_back(state);
        for process in state.processes_mut() {
            process.distrusts = !self.is(Mutant::RestartTrusted);
        }
        true
    }

    fn comes_back(&self, state: &mut State) {
        state.server = state.older;
        if state.budget.failovers + state.budget.restarts == 0 && !self.is(Mutant::ReadFromAReplica) {
            state.older = Server::default();
        }
        for process in state.processes_mut() {
            for stream in process.streams.iter_mut().take(self.nodes()) {
                *stream = Stream { link: Link::Down, mark: stream.mark, ..Stream::default() };
            }
        }
    }

    /// Who sees a restart bumps the namespace before it trusts any epoch.
    pub(crate) fn trusts_again(&self, state: &mut State, process: usize) -> bool {
        let Some(namespace) = self.config.namespace else { return false };
        if !std::mem::take(&mut state.processes[process].distrusts) {
            return false;
        }
        self.reached(Reached::Distrusted);
        let room = self.bump_server(state, process, namespace, false);
        self.bump_cells(state, process, 1 << namespace);
        room
    }

    /// A process is killed, and starts again with nothing. What it hadn't bumped is lost, and known to be (I11).
    pub(crate) fn crash(&self, state: &mut State, process: usize) -> bool {
        if !spend(&mut state.budget.crashes) {
            return false;
        }
        let here = state.processes[process];
        if here.writer.at == Writing::Committed {
            let write = self.config.writes[usize::from(here.writer.write)];
            let row = usize::from(write.row);
            let half = here.writer.half && self.is(Mutant::AnnouncedAfterTheBump);
            if usize::from(here.writer.next) + usize::from(half) == write.bumps.len() && !here.writer.queued {
                // The server has changed all epochs: the others must come to know.
                self.confirm(state, row, here.writer.version);
            } else {
                state.lost[row] |= 1 << here.writer.version;
            }
        }
        for row in 0..ROWS {
            let told = state.confirmed[row].into_iter().max().unwrap_or(0);
            for version in told + 1..=here.owed[row] {
                state.lost[row] |= 1 << version;
            }
        }
        // It sees that the server restarted by what is kept beside the epochs, not by what it remembers.
        let distrusts = here.distrusts && !self.is(Mutant::RestartUnseenByNewcomers);
        state.processes[process] =
            Process { distrusts, streams: self.streams(), route: state.server.home, ..Process::default() };
        true
    }

    /// The streams of a process that has just started.
    pub(crate) fn streams(&self) -> [Stream; 2] {
        let first =
            if self.config.outage && self.config.budget.gaps == 0 { Link::Broken } else { Link::Live };
        let other = if self.config.cluster { Link::Down } else { first };
        [first, other].map(|link| Stream { link, ..Stream::default() })
    }

    /// A slot moves to the other node, which answers for its tag from now on. The old node announces the key that left it.
    pub(crate) fn moves(&self, state: &mut State, tag: Tag) -> bool {
        if !spend(&mut state.budget.moves) {
            return false;
        }
        self.reached(Reached::Moved);
        let room = self.is(Mutant::MoveUnannounced) || self.announce(state, tag, 0);
        state.server.home[usize::from(tag)] ^= 1;
        room
    }

    /// A tag is announced that didn't change: its epoch is created, or renewed.
    pub(crate) fn renew(&self, state: &mut State, tag: Tag) -> bool {
        spend(&mut state.budget.renewals) && self.announce(state, tag, state.server.epochs[usize::from(tag)])
    }

    /// The server doesn't answer a read. The process takes it for dead, and the call goes on by itself: its body runs without
    /// stamps.
    pub(crate) fn falls_silent(&self, state: &mut State, process: usize, caller: usize) -> bool {
        let here = &mut state.processes[process];
        let mut frame = *here.callers[caller].frame().expect("it runs");
        let asks = matches!(frame.at, At::Asked | At::Stamped);
        if !asks || !spend(&mut state.budget.silences) {
            return false;
        }
        self.reached(Reached::WentAlone);
        here.open = true;
        let near = here.near[usize::from(frame.key)];
        if let Some(near) = near.filter(|near| self.is(Mutant::FailedReadIsUnchanged) && !near.over) {
            frame = Frame { tags: near.tags, seen: near.seen, start: near.start, ..frame };
            return self.give(state, process, caller, frame, How::Near);
        }
        frame.past = true;
        if frame.op == 0 {
            let (now, declared) = (here.count, self.declared(&frame));
            self.load(&mut frame, now, declared);
        } else {
            frame.stamps = each(frame.asked).fold(frame.stamps, |mut stamps, tag| {
                stamps[usize::from(tag)] = NONE;
                stamps
            });
            frame.asked = 0;
            frame.asked_at = frame.start;
            frame.at = self.after_op(&frame);
        }
        self.put(state, process, caller, frame)
    }

    /// The server answers again.
    pub(crate) fn answers_again(&self, state: &mut State, process: usize) -> bool {
        std::mem::take(&mut state.processes[process].open)
    }

    /// A call is dropped. Its follower looks again.
    pub(crate) fn cancel(&self, state: &mut State, process: usize, caller: usize) -> bool {
        let callers = &mut state.processes[process].callers;
        if callers[caller].depth == 0 || !spend(&mut state.budget.cancels) {
            return false;
        }
        callers[caller] = Default::default();
        let other = CALLERS - 1 - caller;
        if callers[other].frames[0].at == At::Waits {
            return self.look(state, process, other);
        }
        true
    }
}

const _: () = assert!(CALLERS == 2, "the other caller is meant by `1 - it`");

fn spend(left: &mut u8) -> bool {
    let some = *left > 0;
    *left = left.saturating_sub(1);
    some
}
