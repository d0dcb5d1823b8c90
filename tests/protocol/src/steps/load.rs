//! A load: its body step by step, the check at its end, and what it hands to those around it.

use crate::config::Op;
use crate::invariants::How;
use crate::state::{
    Aim, At, Caller, Count, DIRTY, Frame, NONE, Near, Promise, ROWS, State, Stored, Tags, UNREAD, Writing,
    both, each,
};
use crate::{Mutant, Protocol, Reached};

impl Protocol {
    /// A load begins, with the stamps that were taken.
    pub(crate) fn load(&self, frame: &mut Frame, start: Count, declared: Tags) {
        for tag in 0..frame.stamps.len() {
            if frame.past || declared & 1 << tag == 0 {
                frame.stamps[tag] = NONE;
            }
        }
        frame.at =
            if self.config.leases && !frame.past && frame.aim == Aim::Get { At::Leases } else { At::Loads };
        frame.tags = declared;
        frame.start = start;
        frame.asked_at = start;
        frame.asked = 0;
        frame.left_out = 0;
        frame.found = None;
        // What it reads is read from now on.
        frame.age = 0;
    }

    /// The lease is taken: then the call looks once more, for whoever had it before may have stored what is asked for. Or it is
    /// found taken: then the call looks again later, or gives up waiting.
    pub(crate) fn takes_lease(&self, state: &mut State, process: usize, caller: usize, waits: bool) -> bool {
        let mut frame = *state.processes[process].callers[caller].frame().expect("it runs");
        let mine = process as u8 + 1;
        let lease = &mut state.server.leases[usize::from(frame.key)];
        let holds = frame.leased && *lease == mine;
        if *lease != 0 && !holds && (waits || self.config.patient) {
            return waits && self.look(state, process, caller);
        }
        if waits {
            return false;
        }
        if *lease == 0 {
            *lease = mine;
            frame.leased = true;
            if !self.is(Mutant::LeaseTakenWithoutALook) {
                self.reached(Reached::LookedUnderLease);
                self.put(state, process, caller, frame);
                return self.look(state, process, caller);
            }
        }
        // Where all wait for the lease, nobody loads what is there.
        let there = state.server.entries[usize::from(frame.key)];
        if self.config.patient && there.is_some_and(|entry| entry.matches(&state.server.epochs)) {
            state.broken = Some(Promise::I5);
        }
        frame.at = At::Loads;
        self.put(state, process, caller, frame)
    }

    /// The body does the next thing.
    pub(crate) fn loads(&self, state: &mut State, process: usize, caller: usize, fails: bool) -> bool {
        let here = &state.processes[process];
        let mut frame = *here.callers[caller].frame().expect("it runs");
        if fails {
            return self.fails(state, process, caller, frame);
        }
        let op = self.body(&frame).nth(usize::from(self.op(frame.op))).expect("it isn't at its end");
        frame.op += 1;
        frame.at = self.after_op(&frame);
        match op {
            Op::Read(row) => {
                let row = usize::from(row);
                let writer = &here.writer;
                let version = match writer.at {
                    Writing::Wrote if frame.unit => (writer.snapshot[row] + 1) | DIRTY,
                    Writing::Open if frame.unit => writer.snapshot[row],
                    _ => state.source[row],
                };
                frame.seen[row] = frame.seen[row].min(version);
            }
            Op::Call(key) => {
                self.put(state, process, caller, frame);
                let call = &mut state.processes[process].callers[caller];
                call.frames[usize::from(call.depth)] =
                    Frame { key, unit: frame.unit, seen: [UNREAD; ROWS], ..Frame::default() };
                call.depth += 1;
                return self.look(state, process, caller);
            }
            Op::DependsOn(tag) | Op::Learn(tag) => {
                frame.tags |= 1 << tag;
                if frame.past {
                    return self.put(state, process, caller, frame);
                }
                if here.distrusts {
                    return false;
                }
                frame.asked = 1 << tag;
                frame.at = At::Stamped;
                self.create_epochs(state, process, frame.asked);
                frame.asked_at = state.processes[process].count;
                frame.stamps[usize::from(tag)] = state.server.epochs[usize::from(tag)];
            }
            Op::Confirm { row, model } => self.confirm_model(state, process, &mut frame, row, model),
        }
        self.put(state, process, caller, frame)
    }

    /// What a body does: that of a batch, what all do.
    fn body(&self, frame: &Frame) -> impl Iterator<Item = Op> {
        let (all, key) = (frame.aim == Aim::Batch, usize::from(frame.key));
        let functions = self.config.functions.iter().enumerate();
        let of = functions.filter(move |(other, _)| all || *other == key);
        of.flat_map(|(_, function)| function.body.iter().copied())
    }

    /// What comes after the ops that are done.
    pub(crate) fn after_op(&self, frame: &Frame) -> At {
        if usize::from(frame.op) == self.body(frame).count() { At::Lands } else { At::Loads }
    }

    /// Which op is done after so many.
    fn op(&self, done: u8) -> u8 {
        if self.is(Mutant::LearnedAfterTheRead) { done ^ 1 } else { done }
    }

    /// A row that was learned late counts if its model's epoch, read again, is what it was before the load: writers bump
    /// the model first. A known epoch doesn't do: it may be the one before a bump whose row has been stamped already.
    fn confirm_model(&self, state: &mut State, process: usize, frame: &mut Frame, row: u8, model: u8) {
        let before = frame.stamps[usize::from(model)];
        let now = if self.is(Mutant::ModelConfirmedByKnown) {
            state.processes[process].cell(model).nonce
        } else {
            self.read_epoch(state, process, model)
        };
        let same = before != NONE && before == now && self.is_clean(&state.processes[process], frame);
        let dropped = if same || self.is(Mutant::LearnedWithoutTheModel) { model } else { row };
        self.reached(if same { Reached::RowKept } else { Reached::ModelKept });
        frame.tags &= !(1 << dropped);
        frame.stamps[usize::from(dropped)] = NONE;
    }

    /// The stamps that the body asked for have arrived.
    pub(crate) fn stamped(&self, state: &mut State, process: usize, caller: usize) -> bool {
        let mut frame = *state.processes[process].callers[caller].frame().expect("it runs");
        self.settle(state, process, &mut frame);
        let leases = self.config.leases && frame.op == 0 && frame.aim == Aim::Get;
        frame.at = if leases { At::Leases } else { self.after_op(&frame) };
        self.put(state, process, caller, frame)
    }

    /// The body fails: an entry that only ran out of time is served, `stale_if_error`. Other errors are the caller's.
    fn fails(&self, state: &mut State, process: usize, caller: usize, mut frame: Frame) -> bool {
        let near = state.processes[process].near[usize::from(frame.key)];
        let near =
            near.filter(|near| near.over && self.is(Mutant::StaleIfErrorUnproven)).map(|near| near.seen);
        let stored = state.server.entries[usize::from(frame.key)];
        let stored = stored
            .filter(|entry| entry.over && self.is(Mutant::StaleIfErrorUnproven))
            .map(|entry| entry.seen);
        let Some(seen) = frame.spare.or(near).or(stored) else { return false };
        frame.seen = seen;
        self.give(state, process, caller, frame, How::Stale)
    }

    /// The load ends: it is stored, put into the near cache, shared with followers, and returned.
    pub(crate) fn lands(&self, state: &mut State, process: usize, caller: usize) -> bool {
        let mut frame = *state.processes[process].callers[caller].frame().expect("it runs");
        if state.processes[process].distrusts {
            return false;
        }
        self.reached(Reached::Loaded);
        if frame.past && self.is(Mutant::FailedReadStampedLater) {
            frame.past = false;
            self.stamp_now(state, process, &mut frame);
        }
        let late = frame.aim == Aim::Fill && self.is(Mutant::FillStampedAtStore);
        if late || self.is(Mutant::StampsAfterTheLoad) {
            self.stamp_now(state, process, &mut frame);
        }
        match frame.aim {
            Aim::Get => {}
            Aim::Fill => {
                self.reached(Reached::Filled);
                self.store(state, process, &frame);
                state.processes[process].callers[caller] = Caller::default();
                return true;
            }
            Aim::Batch => {
                self.reached(Reached::Batched);
                for key in self.config.keys() {
                    let part = self.part(state, process, &frame, key);
                    self.store(state, process, &part);
                }
                return self.give(state, process, caller, frame, How::Load);
            }
        }
        self.store(state, process, &frame);
        self.release_lease(state, process, frame.key);
        self.land_flight(state, process, caller, &frame);
        self.give(state, process, caller, frame, How::Load)
    }

    /// For mutants that take stamps at the end.
    fn stamp_now(&self, state: &State, process: usize, frame: &mut Frame) {
        for tag in each(frame.tags) {
            frame.stamps[usize::from(tag)] = state.server.epochs[usize::from(tag)];
        }
        frame.start = state.processes[process].count;
    }

    /// Of a batch what one key is: its rows, its tags, and their stamps, which were all taken before.
    fn part(&self, state: &State, process: usize, frame: &Frame, key: u8) -> Frame {
        let (mut part, tags) = (*frame, self.config.declared(key));
        part.key = key;
        part.tags = tags;
        let reads = |row: usize| {
            let body = self.config.functions[usize::from(key)].body.iter();
            body.clone().any(|op| matches!(op, Op::Read(read) if usize::from(*read) == row))
        };
        part.seen = std::array::from_fn(|row| if reads(row) { frame.seen[row] } else { UNREAD });
        let of = |tag: usize| if tags & 1 << tag != 0 { frame.stamps[tag] } else { NONE };
        part.stamps = std::array::from_fn(of);
        if key > 0 && self.is(Mutant::BatchStampedAfterItsFirstKey) {
            self.stamp_now(state, process, &mut part);
        }
        part
    }

    /// A value is stored in the shared tier and near.
    fn store(&self, state: &mut State, process: usize, frame: &Frame) {
        // Not what a unit of work has seen, nor what mixes two states of a tag.
        let mine = !frame.unit || self.is(Mutant::StoredInAUnitOfWork);
        let keeps = mine && !frame.conflict;
        let stamped = each(frame.tags).all(|tag| frame.stamps[usize::from(tag)] != NONE);
        if keeps && stamped && !frame.past && frame.tags & state.processes[process].queue == 0 {
            state.server.entries[usize::from(frame.key)] =
                Some(Stored { seen: frame.seen, stamps: frame.stamps, over: false });
        }
        if keeps {
            self.insert(state, process, frame);
        }
    }

    /// Puts a value into the near cache, unless one of its tags was bumped since its stamps were taken. A tag that was
    /// announced meanwhile is suspect, and read again at the first use.
    pub(crate) fn insert(&self, state: &mut State, process: usize, frame: &Frame) {
        let here = &mut state.processes[process];
        let unchecked = self.is(Mutant::InsertedUnchecked);
        let crossed = self.is(Mutant::LoadTrustedAcrossAGap);
        if unchecked || each(frame.tags).all(|tag| here.cell(tag).bump <= frame.start) {
            let start = if unchecked || crossed { here.count } else { frame.start };
            here.near[usize::from(frame.key)] = Some(Near {
                seen: frame.seen,
                tags: frame.tags,
                start,
                age: self.age(frame.age),
                over: false,
            });
        }
    }

    fn release_lease(&self, state: &mut State, process: usize, key: u8) {
        let lease = &mut state.server.leases[usize::from(key)];
        let mine = *lease == process as u8 + 1;
        if *lease != 0 && (mine || self.is(Mutant::LeaseReleasedByAnyone)) {
            *lease = 0;
            if !mine {
                state.broken = Some(Promise::I5);
            }
        }
    }

    /// Returns a value to the caller, or hands it up to the load around.
    pub(crate) fn give(
        &self,
        state: &mut State,
        process: usize,
        caller: usize,
        frame: Frame,
        how: How,
    ) -> bool {
        if frame.leased && how != How::Load {
            self.release_lease(state, process, frame.key);
        }
        let here = &mut state.processes[process];
        let depth = here.callers[caller].depth;
        if depth == 1 {
            self.returns(state, process, caller, frame.seen, how);
            state.processes[process].callers[caller] = Caller::default();
            return true;
        }
        let mut parent = here.callers[caller].frames[usize::from(depth) - 2];
        self.hand_up(state, process, &mut parent, &frame);
        let call = &mut state.processes[process].callers[caller];
        call.frames[usize::from(depth) - 1] = Frame::default();
        call.depth -= 1;
        self.put(state, process, caller, parent)
    }

    /// A child hands up what it has seen, its tags, its stamps, and how long ago all that is proven.
    fn hand_up(&self, state: &State, process: usize, parent: &mut Frame, child: &Frame) {
        parent.seen = both(parent.seen, child.seen);
        if self.is(Mutant::ChildsTagsForgotten) {
            return;
        }
        let here = &state.processes[process];
        let unbumped = each(child.tags).all(|tag| here.cell(tag).bump <= child.start);
        if unbumped && self.is_clean(here, parent) {
            parent.start = here.count;
            parent.asked_at = here.count;
        }
        for tag in each(child.tags) {
            let (ours, theirs) = (parent.stamps[usize::from(tag)], child.stamps[usize::from(tag)]);
            let differ = parent.tags & 1 << tag != 0 && ours != theirs && ours != NONE && theirs != NONE;
            let kept = if self.is(Mutant::ParentsStampWins) {
                ours
            } else if self.is(Mutant::ChildsStampWins) {
                theirs
            } else if self.is(Mutant::NewestStampWins) {
                ours.max(theirs)
            } else {
                parent.conflict |= differ;
                ours
            };
            parent.stamps[usize::from(tag)] =
                if ours == NONE || theirs == NONE { ours.max(theirs) } else { kept };
            // A stamp that can't be had keeps the parent out of the shared tier.
            parent.past |= theirs == NONE;
        }
        if parent.conflict || child.conflict {
            self.reached(Reached::Conflict);
        }
        parent.conflict |= child.conflict;
        parent.tags |= child.tags;
        if !self.is(Mutant::ParentProvenByItsOwnStart) {
            parent.age = parent.age.max(child.age);
        }
    }
}
