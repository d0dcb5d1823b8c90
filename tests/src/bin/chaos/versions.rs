//! What becomes of each version of each row, from when it is drawn until its invalidation is confirmed.

use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use super::clock::now;
use super::memory::{Counts, Failover, Memory, ROWS, Row, Slot, State, WORKERS, Window};

impl Row {
    /// Draws the next version. The caller holds the lock under which it will be committed.
    pub fn draw(&self, owner: u64) -> u64 {
        let version = self.drawn.fetch_add(1, SeqCst) + 1;
        let slot = self.slot(version);
        slot.state.store(0, SeqCst);
        slot.version.store(version, SeqCst);
        slot.owner.store(owner, SeqCst);
        slot.committed_at.store(0, SeqCst);
        slot.confirmed_at.store(0, SeqCst);
        slot.stale_until.store(0, SeqCst);
        slot.state.store(State::Begun as u64, SeqCst);
        version
    }

    fn slot(&self, version: u64) -> &Slot {
        &self.slots[version as usize % self.slots.len()]
    }

    /// What is known of a version, unless that is too long ago.
    pub fn version(&self, version: u64) -> Option<&Slot> {
        let slot = self.slot(version);
        (slot.version.load(SeqCst) == version).then_some(slot)
    }

    /// The source of truth has it.
    pub fn commit(&self, version: u64) {
        if let Some(slot) = self.version(version) {
            slot.committed_at.store(now(), SeqCst);
            slot.state.store(State::Committed as u64, SeqCst);
        }
    }

    /// It never will.
    pub fn roll_back(&self, version: u64) {
        if let Some(slot) = self.version(version) {
            slot.state.store(State::RolledBack as u64, SeqCst);
        }
    }

    /// Its invalidation is confirmed.
    pub fn confirm(&self, version: u64) {
        if let Some(slot) = self.version(version) {
            slot.confirmed_at.store(now(), SeqCst);
            slot.state.store(State::Confirmed as u64, SeqCst);
        }
        self.confirmed.fetch_max(version, SeqCst);
    }

    /// Its writer died before its invalidation was confirmed.
    pub fn bury(&self, version: u64) {
        if let Some(slot) = self.version(version) {
            slot.state.store(State::Died as u64, SeqCst);
            if slot.committed_at.load(SeqCst) == 0 {
                slot.committed_at.store(now(), SeqCst);
            }
        }
        self.died.fetch_max(version, SeqCst);
    }

    /// It is of no importance any more: rolled back with its writer, or written over.
    pub fn forget(&self, version: u64) {
        if let Some(slot) = self.version(version) {
            slot.state.store(0, SeqCst);
        }
    }

    /// The newest version whose invalidation is confirmed.
    pub fn confirmed(&self) -> u64 {
        self.confirmed.load(SeqCst)
    }

    /// The newest version whose writer died before its invalidation was confirmed.
    pub fn died(&self) -> u64 {
        self.died.load(SeqCst)
    }

    /// Versions of that process, in all its lives, of which nobody knows whether they are confirmed.
    pub fn open(&self, worker: u64) -> impl Iterator<Item = u64> {
        let open = move |slot: &&Slot| {
            slot.owner() % WORKERS as u64 == worker
                && matches!(slot.state(), Some(State::Begun | State::Committed))
        };
        self.slots.iter().filter(open).map(|slot| slot.version.load(SeqCst))
    }

    /// Versions that are remembered, newer than that one, with what became of them.
    pub fn since(&self, version: u64, newest: u64) -> impl Iterator<Item = (u64, &Slot)> {
        let oldest = (version + 1).max(newest.saturating_sub(self.slots.len() as u64 - 1));
        (oldest..=newest).filter_map(move |version| Some((version, self.version(version)?)))
    }
}

impl Slot {
    pub fn state(&self) -> Option<State> {
        match self.state.load(SeqCst) {
            1 => Some(State::Begun),
            2 => Some(State::Committed),
            3 => Some(State::Confirmed),
            4 => Some(State::RolledBack),
            5 => Some(State::Died),
            _ => None,
        }
    }

    /// Whose it is.
    pub fn owner(&self) -> u64 {
        self.owner.load(SeqCst)
    }

    pub fn confirmed_at(&self) -> u64 {
        self.confirmed_at.load(SeqCst)
    }

    pub fn committed_at(&self) -> u64 {
        self.committed_at.load(SeqCst)
    }

    /// An older version was served at that time, which is excepted. Says whether that is the first time.
    pub fn served_old(&self, at: u64) -> bool {
        self.stale_until.fetch_max(at, SeqCst) == 0
    }

    /// For how long an older version was served since this was committed.
    pub fn served_old_for(&self) -> Duration {
        Duration::from_nanos(self.stale_until.load(SeqCst).saturating_sub(self.committed_at()))
    }
}

impl Memory {
    /// A failover may begin now, and invalidations that were confirmed in the last `before` may be lost with it.
    pub fn open_window(&self, kind: u64, before: Duration) -> usize {
        let free = self.windows.iter().position(|window| window.from.load(SeqCst) == 0);
        let window = free.expect("there are enough windows");
        self.windows[window].kind.store(kind, SeqCst);
        let before = u64::try_from(before.as_nanos()).expect("a short while");
        self.windows[window].from.store(now() - before, SeqCst);
        window
    }

    /// It is over: primaries stay primaries again.
    pub fn close_window(&self, window: usize) {
        self.windows[window].to.store(now(), SeqCst);
    }

    /// The window in which an invalidation was confirmed.
    pub fn window_of(&self, slot: &Slot) -> Option<&Window> {
        let (committed, confirmed) = (slot.committed_at(), slot.confirmed_at());
        self.windows.iter().find(|window| {
            let (from, to) = (window.from.load(SeqCst), window.to.load(SeqCst));
            from != 0 && confirmed >= from && (to == 0 || committed <= to)
        })
    }

    /// What all windows came to.
    pub fn failovers(&self) -> Vec<Failover> {
        let used = self.windows.iter().filter(|window| window.from.load(SeqCst) != 0);
        used.map(|window| Failover {
            kind: window.kind.load(SeqCst),
            confirmed: window.confirmed.load(SeqCst),
            lost: window.lost.load(SeqCst),
            longest: Duration::from_nanos(window.longest.load(SeqCst)),
        })
        .collect()
    }

    /// Every version whose invalidation is confirmed counts in the window that is open.
    pub fn note_confirmed(&self, counts: &Counts, row: usize, version: u64) {
        self.rows[row].confirm(version);
        Counts::add(&counts.invalidations);
        if let Some(window) = self.rows[row].version(version).and_then(|slot| self.window_of(slot)) {
            window.confirmed.fetch_add(1, SeqCst);
        }
    }

    /// A row of the source of truth.
    pub fn row(&self, row: usize) -> &Row {
        assert!(row < ROWS, "a row");
        &self.rows[row]
    }
}

impl Window {
    /// An invalidation was lost, as far as somebody was served an older version so long after it was confirmed.
    pub fn lost(&self, first: bool, age: Duration) {
        self.lost.fetch_add(u64::from(first), SeqCst);
        self.longest.fetch_max(u64::try_from(age.as_nanos()).unwrap_or(u64::MAX), SeqCst);
    }
}
