//! Flights: callers of one process that share a load.

use crate::invariants::How;
use crate::state::{Aim, At, CALLERS, Frame, MAX_STALENESS, NONE, OLD, ROWS, State, UNREAD, each};
use crate::{Mutant, Protocol, Reached};

impl Protocol {
    /// Whether the other caller is about to load the same.
    pub(crate) fn may_follow(&self, state: &State, process: usize, caller: usize) -> bool {
        let callers = &state.processes[process].callers;
        let (mine, other) = (&callers[caller], &callers[CALLERS - 1 - caller]);
        let [frame, theirs] = [&mine.frames[0], &other.frames[0]];
        let leads = other.depth > 0 && !matches!(theirs.at, At::Waits | At::Landed);
        self.config.flights
            && mine.depth == 1
            && leads
            && theirs.key == frame.key
            && frame.aim == Aim::Get
            && theirs.aim == Aim::Get
            && !frame.unit
            && !theirs.unit
    }

    /// A load has ended: its follower gets the result, with all that is known of it at the end.
    pub(crate) fn land_flight(&self, state: &mut State, process: usize, caller: usize, frame: &Frame) {
        let callers = &mut state.processes[process].callers;
        let leads = callers[caller].depth == 1;
        let other = &mut callers[CALLERS - 1 - caller].frames[0];
        if leads && other.at == At::Waits {
            *other = Frame { at: At::Landed, ..*frame };
        }
    }

    /// The follower looks whether it may take the result of a flight that began before its call; if not it leads the next.
    pub(crate) fn landed(&self, state: &mut State, process: usize, caller: usize) -> bool {
        let strict = self.is_strict(state, process, caller);
        let frame = state.processes[process].callers[caller].frames[0];
        if strict && state.processes[process].distrusts {
            return false;
        }
        if if strict {
            self.unchanged_there(state, process, &frame)
        } else {
            self.unchanged_here(state, process, caller)
        } {
            self.reached(Reached::Followed);
            return self.give(state, process, caller, frame, How::Load);
        }
        let again = Frame { key: frame.key, seen: [UNREAD; ROWS], ..Frame::default() };
        self.put(state, process, caller, again);
        self.look(state, process, caller)
    }

    /// By the epochs, read again, of all tags that are known at the end.
    fn unchanged_there(&self, state: &mut State, process: usize, frame: &Frame) -> bool {
        let tags = self.compared(frame);
        !frame.conflict
            && each(tags).all(|tag| {
                let stamp = frame.stamps[usize::from(tag)];
                stamp != NONE && stamp == self.read_epoch(state, process, tag)
            })
    }

    /// By the cells of all tags that are known at the end, with a live stream; without one, by how long ago the flight is
    /// proven, as of the call.
    fn unchanged_here(&self, state: &State, process: usize, caller: usize) -> bool {
        let here = &state.processes[process];
        let call = &here.callers[caller];
        let frame = &call.frames[0];
        let unchanged = each(self.compared(frame)).all(|tag| here.cell(tag).news <= frame.start);
        let live =
            each(frame.tags).all(|tag| here.stream(tag).trusted() && here.heard_since(tag, frame.start));
        let young = self.config.clock && frame.age < OLD && frame.age <= call.age + MAX_STALENESS;
        !frame.conflict && unchanged && (live || young || self.is(Mutant::FlightJoinedWithoutStream))
    }

    fn compared(&self, frame: &Frame) -> u8 {
        if self.is(Mutant::FlightJoinedByFirstTags) { self.config.declared(frame.key) } else { frame.tags }
    }
}
