//! The write path: commit, bump the server, bump the cells, return; and the queue of what the server wasn't told.

use crate::config::Write;
use crate::state::{NONE, ROWS, State, Tag, Tags, Writer, Writing, each, set};
use crate::{Mutant, Outcome, Protocol, Reached};

impl Protocol {
    /// A writer commits, or opens a unit of work.
    pub(crate) fn begin_write(&self, state: &mut State, process: usize, write: u8) -> bool {
        let writer = state.processes[process].writer;
        if writer.at != Writing::Idle || !self.config.writers[process] || state.budget.writes == 0 {
            return false;
        }
        state.budget.writes -= 1;
        state.processes[process].writer = Writer { write, ..Writer::default() };
        if self.config.units {
            let writer = &mut state.processes[process].writer;
            writer.at = Writing::Open;
            writer.snapshot = state.source;
        } else {
            self.commit(state, process);
        }
        true
    }

    /// An open unit of work writes.
    pub(crate) fn write_in_unit(&self, state: &mut State, process: usize) -> bool {
        let writer = &mut state.processes[process].writer;
        let row = usize::from(self.config.writes[usize::from(writer.write)].row);
        // A row that was changed since can't be written: the database refuses, or makes one wait.
        let may = writer.at == Writing::Open && writer.snapshot[row] == state.source[row];
        if may {
            writer.at = Writing::Wrote;
        }
        may
    }

    /// A unit of work ends: by a commit, or by a rollback that it knows of.
    pub(crate) fn end_unit(&self, state: &mut State, process: usize, commits: bool) -> bool {
        let here = &mut state.processes[process];
        let inside = here.callers.iter().any(|caller| caller.running().iter().any(|frame| frame.unit));
        let wrote = here.writer.at == Writing::Wrote;
        if inside || !(wrote || here.writer.at == Writing::Open) {
            return false;
        }
        if wrote && commits {
            self.commit(state, process);
        } else {
            here.writer = Writer::default();
        }
        true
    }

    fn commit(&self, state: &mut State, process: usize) {
        let writer = &mut state.processes[process].writer;
        let row = usize::from(self.config.writes[usize::from(writer.write)].row);
        state.source[row] += 1;
        writer.version = state.source[row];
        writer.at = Writing::Committed;
        writer.snapshot = [0; ROWS];
    }

    /// The writer tells the server of its next tag; then its own cells, and it returns.
    pub(crate) fn bump(&self, state: &mut State, process: usize, outcome: Outcome) -> bool {
        let writer = state.processes[process].writer;
        if writer.at != Writing::Committed {
            return false;
        }
        let write = self.config.writes[usize::from(writer.write)];
        if self.is(Mutant::LocalBumpFirst) && !writer.local {
            self.bump_cells(state, process, set(write.bumps));
            state.processes[process].writer.local = true;
            return outcome == Outcome::Executed;
        }
        let removed_only = self.is(Mutant::BucketNotBumped) && write.removes.is_some();
        match self.next_bump(&write, writer.next) {
            Some(tag) if !removed_only => self.tell(state, process, tag, outcome),
            _ => outcome == Outcome::Executed && self.return_from_write(state, process, &write),
        }
    }

    /// The tag that is bumped after so many others.
    fn next_bump(&self, write: &Write, done: u8) -> Option<Tag> {
        let done = usize::from(done);
        let place = if self.is(Mutant::RowBumpedBeforeModel) {
            write.bumps.len().wrapping_sub(done + 1)
        } else {
            done
        };
        write.bumps.get(place).copied()
    }

    fn tell(&self, state: &mut State, process: usize, tag: Tag, outcome: Outcome) -> bool {
        if state.processes[process].open {
            // It isn't told at all.
            if outcome != Outcome::Executed {
                return false;
            }
            let here = &mut state.processes[process];
            if !self.is(Mutant::BumpForgottenWhileDead) {
                self.reached(Reached::Queued);
                here.queue |= 1 << tag;
                here.writer.queued = true;
            }
            here.writer.next += 1;
            return true;
        }
        if outcome != Outcome::Executed {
            if state.budget.failures == 0 {
                return false;
            }
            state.budget.failures -= 1;
        }
        let executed = if outcome == Outcome::NotExecuted {
            self.nonce(state, process, tag, false);
            true
        } else if self.is(Mutant::AnnouncedBeforeTheBump) || self.is(Mutant::AnnouncedAfterTheBump) {
            let first = !state.processes[process].writer.half;
            state.processes[process].writer.half = first;
            let announces = first == self.is(Mutant::AnnouncedBeforeTheBump);
            let nonce = self.nonce(state, process, tag, false);
            if !announces {
                self.change(state, tag, nonce);
            }
            let told = !announces || self.announce(state, tag, nonce);
            if first {
                return told;
            }
            told
        } else {
            self.bump_server(state, process, tag, false)
        };
        let here = &mut state.processes[process];
        if outcome == Outcome::Executed {
            self.remember(state, process, tag);
        } else if !self.is(Mutant::FailureForgotten) {
            self.reached(Reached::Queued);
            here.queue |= 1 << tag;
            here.writer.queued = true;
        }
        state.processes[process].writer.next += 1;
        executed
    }

    /// Keeps what was bumped, in case that a failover takes it back.
    fn remember(&self, state: &mut State, process: usize, tag: Tag) {
        if self.config.budget.failovers > 0 {
            state.processes[process].recent |= 1 << tag;
        }
    }

    fn return_from_write(&self, state: &mut State, process: usize, write: &Write) -> bool {
        let writer = state.processes[process].writer;
        let removed_only = self.is(Mutant::BucketNotBumped) && write.removes.is_some();
        if !writer.local && !removed_only {
            self.bump_cells(state, process, set(write.bumps));
        }
        if let Some(key) = write.removes {
            state.server.entries[usize::from(key)] = None;
            state.processes[process].near[usize::from(key)] = None;
        }
        let here = &mut state.processes[process];
        let row = usize::from(write.row);
        here.writer = Writer::default();
        if self.config.budget.failovers > 0 {
            here.recent_owed[row] = here.recent_owed[row].max(writer.version);
        }
        // After a failover its bumps may be lost: it is void until they are sent again.
        if here.replays {
            return true;
        }
        here.told[row] = here.told[row].max(writer.version);
        if writer.queued {
            here.owed[row] = here.owed[row].max(writer.version);
        } else {
            self.confirm(state, row, writer.version);
        }
        self.through(state, process);
        true
    }

    /// The shared tier has confirmed a write.
    pub(crate) fn confirm(&self, state: &mut State, row: usize, version: u8) {
        let confirmed = &mut state.confirmed[row];
        confirmed[0] = confirmed[0].max(version);
    }

    /// A bump that failed is tried again, with a new nonce.
    pub(crate) fn retry(&self, state: &mut State, process: usize, tag: Tag, outcome: Outcome) -> bool {
        let here = &state.processes[process];
        if here.queue & 1 << tag == 0 || here.open || outcome == Outcome::NotExecuted {
            return false;
        }
        if outcome == Outcome::AnswerLost {
            if state.budget.failures == 0 {
                return false;
            }
            state.budget.failures -= 1;
            return self.bump_server(state, process, tag, true);
        }
        let room = self.bump_server(state, process, tag, true);
        self.bump_cells(state, process, 1 << tag);
        self.remember(state, process, tag);
        state.processes[process].queue &= !(1 << tag);
        state.processes[process].kept[usize::from(tag)] = NONE;
        self.through(state, process);
        room
    }

    /// Too many wait: one that stands for them waits in their place.
    pub(crate) fn widens(&self, state: &mut State, process: usize, from: Tags, to: Tag) -> bool {
        self.reached(Reached::Widened);
        let here = &mut state.processes[process];
        here.queue &= !from;
        if !self.is(Mutant::OverflowDropped) {
            here.queue |= 1 << to;
        }
        self.through(state, process);
        true
    }

    /// Once the queue is through, what waited for it is confirmed.
    fn through(&self, state: &mut State, process: usize) {
        let here = &mut state.processes[process];
        if here.queue == 0 {
            let owed = std::mem::take(&mut here.owed);
            for (row, version) in owed.into_iter().enumerate() {
                self.confirm(state, row, version);
            }
        }
    }

    /// Bumps of lately are sent again after a failover, with new nonces.
    pub(crate) fn replay(&self, state: &mut State, process: usize) -> bool {
        if !state.processes[process].replays {
            return false;
        }
        self.reached(Reached::Replayed);
        state.processes[process].replays = false;
        if self.is(Mutant::FailoverWithoutReplay) {
            return true;
        }
        let recent = state.processes[process].recent;
        let room = each(recent).all(|tag| self.bump_server(state, process, tag, false));
        self.bump_cells(state, process, recent);
        for (row, version) in state.processes[process].recent_owed.into_iter().enumerate() {
            self.confirm(state, row, version);
        }
        room
    }
}
