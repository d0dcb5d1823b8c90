//! What a process knows of tags: when a near entry is fresh, when an epoch is known, and what an answer changes.

use crate::state::{
    Age, Cell, Count, Frame, MAX_STALENESS, NONE, Near, Nonce, Process, State, Tag, Tags, each,
};
use crate::{Mutant, Protocol};

impl Protocol {
    /// How long ago a near entry is proven to have been fresh; `None` if it may not be served.
    pub(crate) fn proof(&self, process: &Process, near: &Near) -> Option<Age> {
        let unchanged = each(near.tags).all(|tag| {
            let cell = process.cell(tag);
            cell.bump <= near.start && !cell.suspect
        });
        if !unchanged {
            return None;
        }
        let heard_since = |tag| process.heard_since(tag, near.start) || process.cell(tag).proven;
        let by_stream = each(near.tags).all(|tag| process.stream(tag).trusted() && heard_since(tag));
        let by_stream = by_stream.then(|| self.stream_proof(process, near.tags));
        let by_age = (near.age <= MAX_STALENESS).then_some(near.age);
        by_stream.into_iter().chain(by_age).min()
    }

    /// How long ago the streams of these tags are proven to have been complete.
    pub(crate) fn stream_proof(&self, process: &Process, tags: Tags) -> Age {
        each(tags).map(|tag| process.stream(tag).proof).max().unwrap_or(0)
    }

    /// Whether a tag's epoch needs no reading.
    pub(crate) fn is_known(&self, process: &Process, tag: Tag) -> bool {
        let cell = process.cell(tag);
        cell.nonce != NONE && !cell.suspect && cell.proven && process.stream(tag).trusted()
    }

    /// Whether there was no news of a call's tags since it took their stamps, or asked for them.
    pub(crate) fn is_clean(&self, process: &Process, frame: &Frame) -> bool {
        each(frame.tags).all(|tag| {
            let since = if frame.asked & 1 << tag != 0 { frame.asked_at } else { frame.start };
            process.cell(tag).news <= since && process.heard_since(tag, since)
        })
    }

    /// Takes an answer to the epochs that were asked for: compares each with its cell.
    ///
    /// Where there was no news since the question (I10), the stamps are good for the present count, so the call counts
    /// from here: what the comparison itself ends is what began before, not this call.
    pub(crate) fn settle(&self, state: &mut State, process: usize, frame: &mut Frame) -> bool {
        let here = &mut state.processes[process];
        let clean = self.is_clean(here, frame);
        for tag in each(frame.asked) {
            self.compare(here, tag, frame.stamps[usize::from(tag)], frame.asked_at);
        }
        if clean {
            frame.start = here.count;
        }
        frame.asked = 0;
        frame.asked_at = frame.start;
        clean
    }

    fn compare(&self, process: &mut Process, tag: Tag, nonce: Nonce, asked_at: Count) {
        let heard_since = process.heard_since(tag, asked_at);
        let cell = process.cells[usize::from(tag)];
        // Newer news may be of a newer epoch.
        if cell.news > asked_at && !self.is(Mutant::KnownByLateAnswer) {
            return;
        }
        let expired = self.is(Mutant::ExpiredIsAMatch) && nonce == NONE && cell.nonce != NONE;
        let taken =
            if cell.nonce == NONE { Mutant::UnknownFilledInSilence } else { Mutant::ChangeFilledInSilence };
        let silent = nonce != NONE && self.is(taken);
        let same = nonce != NONE && cell.nonce == nonce;
        if !(same || expired || silent) {
            // It has changed, or is gone (I6), or there is nothing to compare with: what began before may be stale, the
            // loads in flight that asked earlier too.
            let now = process.happens();
            let cell = &mut process.cells[usize::from(tag)];
            cell.bump = if self.is(Mutant::ChangeDatedAtTheQuestion) { asked_at } else { now };
            cell.news = now;
        }
        let cell = &mut process.cells[usize::from(tag)];
        if !expired {
            cell.nonce = nonce;
        }
        cell.suspect = false;
        cell.proven = heard_since;
    }

    /// What the process's own bump does to its cells: all that began before is not fresh, and the epoch is not known.
    pub(crate) fn bump_cells(&self, state: &mut State, process: usize, tags: Tags) {
        let here = &mut state.processes[process];
        for tag in each(tags) {
            let now = here.happens();
            let known = if self.is(Mutant::KnownByOwnBump) { here.kept[usize::from(tag)] } else { NONE };
            let cell = &mut here.cells[usize::from(tag)];
            *cell =
                Cell { bump: now, news: now, nonce: known, suspect: false, proven: known != NONE, ..*cell };
        }
    }

    /// What an announcement does: its first use reads the epoch again.
    pub(crate) fn suspect(&self, process: &mut Process, tag: Tag, nonce: Nonce) {
        let now = process.happens();
        let cell = &mut process.cells[usize::from(tag)];
        cell.news = now;
        cell.suspect = true;
        if self.is(Mutant::KnownByAnnouncement) {
            *cell = Cell { bump: now, news: now, nonce, suspect: false, proven: true, ..*cell };
        }
    }
}
