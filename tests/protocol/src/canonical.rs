//! States that differ in nothing that matters are made equal.
//!
//! Counts are compared, never read: what began is renumbered 0, 1, .. in its order, and what happened becomes the number of
//! beginnings before it. Nonces are renumbered in the order in which they were drawn. So calls without bound make finitely many
//! states.

use crate::mutant::Mutant;
use crate::state::{At, Count, Message, NONE, Nonce, Process, Server, State, Stored, TAGS, Tags};

/// Nonces from here on are names for good: those of mutants.
pub(crate) const FOR_GOOD: Nonce = 40;

impl State {
    /// The one state that stands for all that are equal to it in what matters.
    pub(crate) fn canonical(&mut self, mutant: Option<Mutant>, is_twin_of_next: impl Fn(usize) -> bool) {
        for process in self.processes_mut() {
            process.drop_dead();
            process.drop_cells(mutant);
            process.renumber();
            process.callers.sort_unstable_by(|a, b| b.cmp(a));
        }
        self.drop_dead();
        self.rename_nonces();
        let running = self.processes().len();
        let mut first = 0;
        for last in 0..running {
            if last + 1 == running || !is_twin_of_next(last) {
                self.processes[first..=last].sort_unstable();
                first = last + 1;
            }
        }
    }

    /// A stored entry with a stamp that is nowhere else never matches again.
    fn drop_dead(&mut self) {
        let mut used = [0_u64; TAGS];
        let (mine, older) = (self.server.entries, self.older.entries);
        self.server.entries = Default::default();
        self.older.entries = Default::default();
        self.nonces(&mut |tag, nonce| used[tag] |= 1 << *nonce);
        let may_match = |entry: &Stored| {
            (0..TAGS).all(|tag| used[tag] & 1 << entry.stamps[tag] != 0 || entry.stamps[tag] == NONE)
        };
        self.server.entries = mine.map(|entry| entry.filter(may_match));
        self.older.entries = older.map(|entry| entry.filter(may_match));
    }

    fn rename_nonces(&mut self) {
        let mut used = [0_u64; TAGS];
        self.nonces(&mut |tag, nonce| {
            if *nonce < FOR_GOOD {
                used[tag] |= 1 << *nonce;
            }
        });
        let rank = |tag: usize, nonce: Nonce| below(used[tag] & !1, nonce) + 1;
        self.nonces(&mut |tag, nonce| {
            if *nonce != NONE && *nonce < FOR_GOOD {
                *nonce = rank(tag, *nonce);
            }
        });
        for (drawn, used) in self.drawn.iter_mut().zip(used) {
            *drawn = (used & !1).count_ones() as Nonce;
        }
    }

    /// Every place that holds a nonce.
    fn nonces(&mut self, of: &mut impl FnMut(usize, &mut Nonce)) {
        for server in [&mut self.server, &mut self.older] {
            let Server { epochs, entries, .. } = server;
            epochs.iter_mut().enumerate().for_each(|(tag, nonce)| of(tag, nonce));
            for entry in entries.iter_mut().flatten() {
                entry.stamps.iter_mut().enumerate().for_each(|(tag, nonce)| of(tag, nonce));
            }
        }
        for process in self.processes_mut() {
            process.cells.iter_mut().enumerate().for_each(|(tag, cell)| of(tag, &mut cell.nonce));
            process.kept.iter_mut().enumerate().for_each(|(tag, nonce)| of(tag, nonce));
            for message in process.streams.iter_mut().flat_map(|stream| &mut stream.queue) {
                if let Message::Announcement(tag, nonce) = message {
                    of(usize::from(*tag), nonce);
                }
            }
            for caller in &mut process.callers {
                for frame in &mut caller.frames[..usize::from(caller.depth)] {
                    frame.stamps.iter_mut().enumerate().for_each(|(tag, nonce)| of(tag, nonce));
                    if let Some(found) = &mut frame.found {
                        found.stamps.iter_mut().enumerate().for_each(|(tag, nonce)| of(tag, nonce));
                    }
                }
            }
        }
    }
}

impl Process {
    /// The tags whose cells are held, by an entry or by a call.
    pub(crate) fn held(&self, mutant: Option<Mutant>) -> Tags {
        let near = self.near.iter().flatten().map(|near| near.tags);
        let frames = self.callers.iter().flat_map(|caller| caller.running());
        let holds = frames
            .filter(|frame| frame.at != At::Lands || mutant != Some(Mutant::CellsDroppedBeforeInsertion));
        near.chain(holds.map(|frame| frame.tags)).fold(0, |all, tags| all | tags)
    }

    /// A cell that nothing holds is dropped: what happens to its tag then leaves no trace.
    fn drop_cells(&mut self, mutant: Option<Mutant>) {
        let held = self.held(mutant);
        for (tag, cell) in self.cells.iter_mut().enumerate() {
            if held & 1 << tag == 0 {
                *cell = Default::default();
            }
        }
    }

    /// A near entry that a bump is newer than is never served again.
    fn drop_dead(&mut self) {
        for place in &mut self.near {
            let cells = &self.cells;
            place.take_if(|near| {
                (0..TAGS).any(|tag| near.tags & 1 << tag != 0 && cells[tag].bump > near.start)
            });
        }
    }

    fn renumber(&mut self) {
        let mut began = 0_u64;
        self.beginnings(&mut |start| began |= 1 << *start);
        self.beginnings(&mut |start| *start = below(began, *start));
        for cell in &mut self.cells {
            cell.bump = below(began, cell.bump);
            cell.news = below(began, cell.news);
            cell.moved = below(began, cell.moved);
        }
        for stream in &mut self.streams {
            stream.mark = below(began, stream.mark);
        }
    }

    /// Every count at which something began. What begins next will take the present one.
    fn beginnings(&mut self, of: &mut impl FnMut(&mut Count)) {
        of(&mut self.count);
        self.near.iter_mut().flatten().for_each(|near| of(&mut near.start));
        for caller in &mut self.callers {
            for frame in &mut caller.frames[..usize::from(caller.depth)] {
                of(&mut frame.start);
                of(&mut frame.asked_at);
            }
        }
    }
}

/// How many members of a set are below a number.
fn below(set: u64, number: u8) -> u8 {
    (set & ((1 << number) - 1)).count_ones() as u8
}
