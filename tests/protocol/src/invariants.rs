//! What must hold: the promises, as what a state may not show.
//!
//! A promise to a caller is noted when the call begins (`Caller::need`) and looked at when it ends. What is in the caches is
//! looked at in every state.

use crate::state::{
    KEYS, Link, MAX_STALENESS, NONE, Process, Promise, ROWS, Seen, State, UNREAD, Writing, each, suffices,
};
use crate::{Coherence, Protocol};

impl Protocol {
    /// What a call that starts now must have seen (I1).
    pub(crate) fn need(&self, state: &State, process: usize, coherence: Coherence) -> Seen {
        let here = &state.processes[process];
        if matches!(here.writer.at, Writing::Open | Writing::Wrote) {
            return [0; ROWS];
        }
        let heard = self.has_heard(here);
        std::array::from_fn(|row| {
            let [this_tick, last_tick, due] = state.confirmed[row];
            let everywhere =
                if coherence == Coherence::Verify || heard { this_tick.max(last_tick).max(due) } else { due };
            everywhere.max(here.told[row])
        })
    }

    /// The promise that the caches of this state break, if any.
    pub(crate) fn broken(&self, state: &State) -> Option<Promise> {
        state.broken.or_else(|| self.shared_is_wrong(state)).or_else(|| self.near_is_wrong(state))
    }

    /// No stored entry whose stamps are the current epochs lacks what was confirmed (I10), nor, once all is through, what was
    /// committed (I11).
    fn shared_is_wrong(&self, state: &State) -> Option<Promise> {
        // Void between a failover and the replay, and until a restart was seen.
        if state.processes().iter().any(|process| process.replays || process.distrusts) {
            return None;
        }
        let quiet =
            state.processes().iter().all(|process| process.writer.at == Writing::Idle && process.queue == 0);
        for entry in state.server.entries.iter().flatten() {
            if !entry.matches(&state.server.epochs) {
                continue;
            }
            if !suffices(entry.seen, self.all_confirmed(state)) {
                return Some(Promise::I10);
            }
            if quiet && !self.is_current(state, entry.seen) {
                return Some(Promise::I11);
            }
        }
        None
    }

    /// No near entry that would be served by a stream that has nothing more to say lacks what was confirmed. The same of a
    /// stored entry that known epochs match.
    fn near_is_wrong(&self, state: &State) -> Option<Promise> {
        let replaying = state.processes().iter().any(|process| process.replays || process.distrusts);
        if self.config.clock || replaying {
            return None;
        }
        for here in state.processes() {
            let heard = self.has_heard(here);
            let due = std::array::from_fn(|row| {
                if heard { self.all_confirmed(state)[row].max(here.told[row]) } else { here.told[row] }
            });
            for key in 0..KEYS as u8 {
                let Some(near) = &here.near[usize::from(key)] else { continue };
                if self.proof(here, near).is_some() && !suffices(near.seen, due) {
                    return Some(Promise::I1);
                }
            }
            for entry in state.server.entries.iter().flatten() {
                let epochs = std::array::from_fn(|tag| {
                    if self.is_known(here, tag as u8) {
                        here.cells[tag].nonce
                    } else {
                        state.server.epochs[tag]
                    }
                });
                let past = each(entry.tags()).any(|tag| here.queue & 1 << tag != 0);
                let all_there =
                    entry.tags() != 0 && each(entry.tags()).all(|tag| epochs[usize::from(tag)] != NONE);
                if !past && all_there && entry.matches(&epochs) && !suffices(entry.seen, due) {
                    return Some(Promise::I10);
                }
            }
        }
        None
    }

    /// Whether a process without a clock must have what was confirmed: no announcement is under way to it. Where a stream is
    /// down it knows that, and asks. This is stronger than the promise, which leaves `max_staleness`.
    fn has_heard(&self, process: &Process) -> bool {
        !self.config.clock && process.streams.iter().take(self.nodes()).all(|stream| stream.is_quiet())
    }

    fn all_confirmed(&self, state: &State) -> Seen {
        std::array::from_fn(|row| state.confirmed[row].into_iter().max().unwrap_or(0))
    }

    /// Whether a value lacks no write, but for those that died with a process, and has seen none that was rolled back.
    fn is_current(&self, state: &State, seen: Seen) -> bool {
        (0..ROWS).all(|row| {
            seen[row] == UNREAD
                || seen[row] <= state.source[row]
                    && (seen[row] + 1..=state.source[row]).all(|version| state.lost[row] & 1 << version != 0)
        })
    }

    /// Looks at what a call returns.
    pub(crate) fn returns(&self, state: &mut State, process: usize, caller: usize, seen: Seen, how: How) {
        let call = &state.processes[process].callers[caller];
        if suffices(seen, call.need) {
            return;
        }
        let outage = self.config.clock
            && state.processes[process].streams.iter().any(|stream| stream.link != Link::Live);
        state.broken = Some(match how {
            How::Stale => Promise::I3,
            How::Near if outage => Promise::I9,
            _ if state.processes[process].queue != 0 => Promise::I11,
            _ => Promise::I1,
        });
    }

    /// How old a value is that is put away. Without a clock its age proves nothing.
    pub(crate) fn age(&self, age: u8) -> u8 {
        if self.config.clock { age.min(MAX_STALENESS + 1) } else { MAX_STALENESS + 1 }
    }
}

/// Where a returned value is from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum How {
    /// The near cache.
    Near,
    /// The shared tier.
    Shared,
    /// A load, of its own or another's.
    Load,
    /// An entry whose time is over.
    Stale,
}
