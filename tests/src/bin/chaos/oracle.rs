//! The oracle: which versions a read may return, by what was confirmed before it began.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;

use super::clock::{now, tick};
use super::functions::OFF_TTL_SECONDS;
use super::memory::{Counts, Memory, ROWS, State};
use super::source::{Seen, Source};

/// What is promised of a read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Promise {
    /// What was confirmed before it began is seen (I1).
    Verified,
    /// What was confirmed `max_staleness` before it began is seen (I1, I9).
    Pushed,
    /// What was confirmed a time to live before it began is seen.
    Off,
}

/// Knows what a process may read.
pub struct Oracle {
    pub source: Arc<Source>,
    pub memory: &'static Memory,
    /// Of each row the newest version whose writer has returned in this process: from then on it is seen here, at once (I1).
    own: [AtomicU64; ROWS],
    within: [Duration; 3],
}

/// What is known before a call.
pub struct Before {
    at: u64,
    rows: Vec<Known>,
}

struct Known {
    id: i64,
    confirmed: u64,
    own: u64,
    died: u64,
}

/// What a call came to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Verdict {
    Newest,
    /// Older, as is promised or excepted.
    Excused,
    /// Older than promised.
    Broken,
}

impl Oracle {
    pub fn new(source: Arc<Source>, max_staleness: Duration) -> Oracle {
        let off = Duration::from_secs(OFF_TTL_SECONDS);
        // The cache tells the time by a coarse clock.
        let within = [Duration::ZERO, max_staleness + tick(), off + tick()];
        let memory = source.memory();
        Oracle { source, memory, own: std::array::from_fn(|_| AtomicU64::new(0)), within }
    }

    pub fn counts(&self) -> &'static Counts {
        self.source.counts()
    }

    /// A writer of these has returned in this process.
    pub fn returned(&self, written: &[Seen]) {
        for (id, version) in written {
            self.own[*id as usize].fetch_max(*version, SeqCst);
        }
    }

    /// A call that may depend on these rows is about to begin.
    pub fn before(&self, ids: &[i64]) -> Before {
        let at = now();
        let known = |id: &i64| {
            let row = self.memory.row(*id as usize);
            Known {
                id: *id,
                confirmed: row.confirmed(),
                own: self.own[*id as usize].load(SeqCst),
                died: row.died(),
            }
        };
        Before { at, rows: ids.iter().map(known).collect() }
    }

    /// That is what it returned.
    pub fn check(&self, what: &str, promise: Promise, before: &Before, seen: &[Seen]) -> Verdict {
        let counts = self.counts();
        Counts::add(&counts.reads_checked);
        Counts::add(match promise {
            Promise::Verified => &counts.reads_verified,
            Promise::Pushed => &counts.reads_pushed,
            Promise::Off => &counts.reads_off,
        });
        counts.versions_checked.fetch_add(seen.len() as u64, SeqCst);
        let mut verdict = Verdict::Newest;
        for (id, version) in seen {
            let known = before.rows.iter().find(|known| known.id == *id).expect("only those rows are read");
            if *version < known.confirmed.max(known.own).max(known.died) {
                verdict = verdict.max(self.look(what, promise, before.at, known, *version));
            }
            let row = self.memory.row(*id as usize);
            if row.version(*version).and_then(|slot| slot.state()) == Some(State::RolledBack) {
                Counts::add(&counts.uncommitted_read);
                eprintln!("violation: {what} of row {id} returned version {version}, which was rolled back");
            }
        }
        verdict
    }

    /// It isn't the newest.
    fn look(&self, what: &str, promise: Promise, at: u64, known: &Known, got: u64) -> Verdict {
        let (row, counts) = (self.memory.row(known.id as usize), self.counts());
        if got < known.died
            && let Some(slot) = row.version(known.died)
        {
            slot.served_old(at);
        }
        let mut oldest = None;
        let mut broken = None;
        for (version, slot) in row.since(got, known.confirmed.max(known.own)) {
            let here = version <= known.own && slot.owner() == self.source.owner;
            let confirmed = slot.state() == Some(State::Confirmed) && slot.confirmed_at() < at;
            if !confirmed && !here {
                continue;
            }
            let since = if confirmed { slot.confirmed_at() } else { slot.committed_at() };
            let age = Duration::from_nanos(at.saturating_sub(since));
            // What was confirmed while primaries didn't stay primaries is counted apart.
            let window = self.memory.window_of(slot).filter(|_| slot.state() == Some(State::Confirmed));
            if confirmed && window.is_none() {
                oldest = oldest.max(Some(age));
            }
            if !here && age <= self.within[promise as usize] && promise != Promise::Verified {
                continue;
            }
            match window {
                Some(window) => window.lost(slot.served_old(at), age),
                None => broken = broken.or(Some((version, age, here))),
            }
        }
        if promise == Promise::Pushed
            && let Some(age) = oldest
        {
            counts.stale(age);
            counts.longest_stale.fetch_max(u64::try_from(age.as_micros()).unwrap_or(u64::MAX), SeqCst);
        }
        let Some((version, age, here)) = broken else { return Verdict::Excused };
        Counts::add(&counts.stale_beyond_promise);
        if counts.stale_beyond_promise.load(SeqCst) <= 20 {
            let since = if here { "written here" } else { "confirmed" };
            let id = known.id;
            eprintln!(
                "violation: {what} ({promise:?}) of row {id} returned version {got} at {at}; version {version} was {since} {age:?} before"
            );
        }
        Verdict::Broken
    }
}
