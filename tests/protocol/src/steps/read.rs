//! The read path: near, one trip to the server, what its answer says.

use crate::config::Coherence;
use crate::invariants::How;
use crate::state::{
    Aim, At, CALLERS, Caller, Frame, NONE, Promise, ROWS, State, Stored, Tags, UNREAD, Writing, each,
};
use crate::{Mutant, Protocol, Reached};

impl Protocol {
    /// A call begins.
    pub(crate) fn call(&self, state: &mut State, process: usize, caller: usize, key: u8, aim: Aim) -> bool {
        let here = &state.processes[process];
        let open = matches!(here.writer.at, Writing::Open | Writing::Wrote);
        if here.callers[caller].depth > 0 || caller > 0 && here.callers[caller - 1].depth == 0 {
            return false;
        }
        let need = self.need(state, process, self.config.functions[usize::from(key)].coherence);
        let call = &mut state.processes[process].callers[caller];
        *call = Caller { depth: 1, need, ..Caller::default() };
        call.frames[0] = Frame { key, aim, unit: open, seen: [UNREAD; ROWS], ..Frame::default() };
        self.look(state, process, caller)
    }

    /// Looks near, else asks the server. What happens between the note of the count and the server's answer can only
    /// make the check refuse, so the model takes the two together.
    pub(crate) fn look(&self, state: &mut State, process: usize, caller: usize) -> bool {
        let strict = self.is_strict(state, process, caller);
        let here = &state.processes[process];
        let mut frame = *here.callers[caller].frame().expect("it runs");
        let declared = self.declared(&frame);
        // Rows that the unit has changed are not in any cache.
        if frame.unit && here.writer.at == Writing::Wrote {
            frame.past = true;
            self.load(&mut frame, here.count, declared);
            return self.put(state, process, caller, frame);
        }
        let near = here.near[usize::from(frame.key)].filter(|_| frame.aim == Aim::Get);
        let dead = here.open && self.is(Mutant::DeadTrustsNear);
        if let Some(near) = near.filter(|near| !strict && !near.over)
            && let Some(age) = self.proof(here, &near).or(dead.then_some(0))
        {
            self.reached(Reached::NearHit);
            frame.tags = near.tags;
            frame.seen = near.seen;
            // A child in a load hands these up.
            frame.stamps =
                std::array::from_fn(
                    |tag| if near.tags & 1 << tag != 0 { here.cells[tag].nonce } else { NONE },
                );
            frame.start = near.start;
            frame.age = age;
            return self.give(state, process, caller, frame, How::Near);
        }
        if here.open {
            self.reached(Reached::FoundDead);
            frame.past = true;
            self.load(&mut frame, here.count, declared);
            return self.put(state, process, caller, frame);
        }
        if declared & here.queue != 0 && !self.is(Mutant::QueueNotBypassed) {
            self.reached(Reached::Bypassed);
            frame.past = true;
            self.load(&mut frame, here.count, declared);
            return self.put(state, process, caller, frame);
        }
        if self.may_follow(state, process, caller) {
            frame = Frame { key: frame.key, at: At::Waits, seen: [UNREAD; ROWS], ..Frame::default() };
            return self.put(state, process, caller, frame);
        }
        let Frame { key, unit, aim, leased, .. } = frame;
        frame = Frame { key, unit, aim, leased, seen: [UNREAD; ROWS], ..Frame::default() };
        frame.start = here.count;
        // A near entry that is to be proven says what it has learned.
        frame.tags = declared | near.map_or(0, |near| near.tags);
        let tags = frame.tags;
        self.ask(state, process, strict, &mut frame, tags) && self.put(state, process, caller, frame)
    }

    /// `MGET entry epoch...`: all epochs, or those that aren't known.
    fn ask(&self, state: &mut State, process: usize, all: bool, frame: &mut Frame, tags: Tags) -> bool {
        if state.processes[process].distrusts {
            return false;
        }
        frame.at = At::Asked;
        for tag in each(tags) {
            let here = &state.processes[process];
            if !all && self.is_known(here, tag) {
                frame.left_out |= 1 << tag;
                frame.stamps[usize::from(tag)] = here.cell(tag).nonce;
                // What is proven by a known epoch is proven as of the stream's last proof.
                if !self.is(Mutant::KnownProvesNow) {
                    frame.age = frame.age.max(here.stream(tag).proof);
                }
            } else {
                frame.asked |= 1 << tag;
                frame.left_out &= !(1 << tag);
                frame.stamps[usize::from(tag)] = self.read_epoch(state, process, tag);
            }
        }
        frame.asked_at = state.processes[process].count;
        frame.found = state.server.entries[usize::from(frame.key)].filter(|_| frame.aim == Aim::Get);
        true
    }

    /// The answer: of a near entry, of the stored one, or the stamps for a load.
    pub(crate) fn answered(&self, state: &mut State, process: usize, caller: usize, stale: bool) -> bool {
        let strict = self.is_strict(state, process, caller);
        let mut frame = *state.processes[process].callers[caller].frame().expect("it runs");
        let clean = self.settle(state, process, &mut frame);
        let declared = self.declared(&frame);

        let mut spare = None;
        if let Some(age) = self.near_again(state, process, &frame, clean, strict) {
            let near = state.processes[process].near[usize::from(frame.key)].expect("it was proven");
            if !near.over {
                self.reached(Reached::Restored);
                let missing =
                    each(near.tags & !frame.left_out).any(|tag| frame.stamps[usize::from(tag)] == NONE);
                if missing {
                    state.broken = Some(Promise::I6);
                }
                frame.tags = near.tags;
                frame.seen = near.seen;
                frame.start = near.start;
                frame.age = age;
                return self.give(state, process, caller, frame, How::Near);
            }
            spare = Some(near.seen);
        }

        if let Some(found) = frame.found {
            let learned = found.tags() & !frame.tags;
            let queued = found.tags() & !declared & state.processes[process].queue != 0;
            if queued && !self.is(Mutant::QueueIgnoresLearned) && !self.is(Mutant::QueueNotBypassed) {
                frame.past = true;
            } else if learned != 0 {
                // A second trip, for what the entry learned on its way. Its cells are held from here.
                self.reached(Reached::SecondTrip);
                frame.tags |= learned;
                return self.ask(state, process, strict, &mut frame, learned)
                    && self.put(state, process, caller, frame);
            } else if self.is_match(&found, &frame) {
                if !found.over {
                    return self.shared_hit(state, process, caller, frame, &found);
                }
                spare = Some(found.seen);
            } else if each(frame.left_out).any(|tag| differs(&found, &frame, tag)) {
                // The known one may be older than the entry's.
                self.reached(Reached::AskedAgain);
                let tags = frame.tags;
                return self.ask(state, process, true, &mut frame, tags)
                    && self.put(state, process, caller, frame);
            }
            if found.over && self.is(Mutant::StaleThoughInvalidated) {
                spare = Some(found.seen);
            }
        }

        if stale {
            // Its time is over, and it is proven otherwise: `stale_while_revalidate`.
            let Some(seen) = spare else { return false };
            self.reached(Reached::ServedStale);
            frame.seen = seen;
            return self.give(state, process, caller, frame, How::Stale);
        }
        let missing = each(declared).any(|tag| frame.stamps[usize::from(tag)] == NONE);
        let start = frame.start;
        self.load(&mut frame, start, declared);
        frame.spare = spare;
        if missing && !frame.past {
            frame.at = At::Creates;
        }
        self.put(state, process, caller, frame)
    }

    /// Whether the near entry is proven by the answer, and as of when.
    fn near_again(
        &self,
        state: &mut State,
        process: usize,
        frame: &Frame,
        clean: bool,
        strict: bool,
    ) -> Option<u8> {
        let here = &state.processes[process];
        let mut near = here.near[usize::from(frame.key)].filter(|_| frame.aim == Aim::Get)?;
        let unchanged =
            each(near.tags).all(|tag| here.cell(tag).bump <= near.start && !here.cell(tag).suspect);
        let read = near.tags & !frame.tags == 0;
        if clean && read && unchanged {
            // What was left out of the question is proven as of the stream alone.
            let age = if self.is(Mutant::RecheckProvesNow) { 0 } else { frame.age };
            near.age = near.age.min(self.age(age));
            state.processes[process].near[usize::from(frame.key)] = Some(near);
            if strict {
                return Some(frame.age);
            }
        }
        if strict { None } else { self.proof(&state.processes[process], &near) }
    }

    fn is_match(&self, found: &Stored, frame: &Frame) -> bool {
        each(found.tags()).all(|tag| {
            !differs(found, frame, tag) || {
                self.is(Mutant::MissingIsAMatch) && frame.stamps[usize::from(tag)] == NONE
            }
        })
    }

    /// A stored entry is fresh: it is copied into the near cache, if its tags had no news meanwhile.
    fn shared_hit(
        &self,
        state: &mut State,
        process: usize,
        caller: usize,
        mut frame: Frame,
        found: &Stored,
    ) -> bool {
        self.reached(Reached::SharedHit);
        if each(found.tags()).any(|tag| frame.stamps[usize::from(tag)] == NONE) {
            state.broken = Some(Promise::I6);
        }
        frame.tags = found.tags();
        frame.stamps = found.stamps;
        frame.seen = found.seen;
        if !frame.unit {
            self.insert(state, process, &frame);
        }
        self.give(state, process, caller, frame, How::Shared)
    }

    /// Creates the epochs that are missing, and reads them back.
    pub(crate) fn creates(&self, state: &mut State, process: usize, caller: usize) -> bool {
        let mut frame = *state.processes[process].callers[caller].frame().expect("it runs");
        if state.processes[process].distrusts {
            return false;
        }
        let missing = each(frame.tags).filter(|tag| frame.stamps[usize::from(*tag)] == NONE);
        frame.asked = missing.fold(0, |tags, tag| tags | 1 << tag);
        self.create_epochs(state, process, frame.asked);
        frame.asked_at = state.processes[process].count;
        for tag in each(frame.asked) {
            frame.stamps[usize::from(tag)] = state.server.epochs[usize::from(tag)];
        }
        frame.at = At::Stamped;
        self.put(state, process, caller, frame)
    }

    /// What a call depends on before it runs.
    pub(crate) fn declared(&self, frame: &Frame) -> Tags {
        match frame.aim {
            Aim::Batch => self.config.keys().fold(0, |tags, key| tags | self.config.declared(key)),
            Aim::Get | Aim::Fill => self.config.declared(frame.key),
        }
    }

    /// Whether a call reads its epochs each time: it or one around it says so.
    pub(crate) fn is_strict(&self, state: &State, process: usize, caller: usize) -> bool {
        let frames = state.processes[process].callers[caller].running();
        let around =
            if self.is(Mutant::ChildKeepsItsCoherence) { &frames[frames.len() - 1..] } else { frames };
        around
            .iter()
            .any(|frame| self.config.functions[usize::from(frame.key)].coherence == Coherence::Verify)
    }

    /// Puts the innermost call back.
    pub(crate) fn put(&self, state: &mut State, process: usize, caller: usize, frame: Frame) -> bool {
        debug_assert!(caller < CALLERS);
        let call = &mut state.processes[process].callers[caller];
        call.frames[usize::from(call.depth) - 1] = frame;
        true
    }
}

fn differs(found: &Stored, frame: &Frame, tag: u8) -> bool {
    let stamp = found.stamps[usize::from(tag)];
    stamp != NONE && stamp != frame.stamps[usize::from(tag)]
}
