//! The protocol between processes and the shared tier as a model, checked in every order of its steps.
//!
//! A model is the whole world as one small value (`state`, `process`) and what can happen next (`steps`). The checker goes
//! from the first state through every order of steps, and looks in each state whether a promise is broken (`invariants`).
//! Since all of it together would be too many states, a *configuration* (`config`, `configs`) chooses a part: the steps are
//! the same for all.
//!
//! A *mutant* (`mutant`) is a mistake, a difference of one line in the steps. Each must be found, which shows that the model can
//! find mistakes of its kind.
//!
//! # What it showed
//!
//! Rules that were not obvious, each with the mutant that breaks it:
//!
//! - A model's epoch is bumped before the row's, one after the other (`RowBumpedBeforeModel`), and a load that learned a row
//!   confirms the model by reading its epoch from the server, known or not (`ModelConfirmedByKnown`).
//! - An answer that differs from a cell's nonce, or finds none to compare with, is news: it ends what began before the *answer*,
//!   not before the question (`ChangeDatedAtTheQuestion`, `ChangeFilledInSilence`, `UnknownFilledInSilence`). The call that asked
//!   counts from the answer on, if there was no other news since its question.
//! - What a near entry is proven by is the oldest proof of all in it: of the near children that its load was served
//!   (`ParentProvenByItsOwnStart`), and of the stream by which an epoch was known that was left out of the read
//!   (`KnownProvesNow`).
//! - So is a re-check: it proves what it asked about, and what it left out because it was known only as of the stream
//!   (`RecheckProvesNow`).
//! - Who gets a lease looks once more, whether or not it has waited: between its first look and the lease another may have stored
//!   what it is about to load (`LeaseTakenWithoutALook`).
//! - A load whose read failed has no stamps, and never gets any (`FailedReadStampedLater`); what it is put near by is its own start,
//!   from when on its cells were held.
//! - When another node answers for a tag, what began before that was found out is unverified, even where the new node's stream
//!   was live all the time (`MovedToALiveNodeTrusted`); and the node that the slot leaves must announce it, or nobody asks
//!   (`MoveUnannounced`).
//! - That a server restarted with old data must be seen by a process that starts after it, so what is compared is kept beside
//!   the epochs (`RestartUnseenByNewcomers`).
//!
//! # Where to begin
//!
//! `steps/read.rs`, `steps/load.rs` and `steps/write.rs` are the ways that a call and a writer take.

mod canonical;
mod check;
mod config;
pub mod configs;
mod hash;
mod invariants;
mod mutant;
mod process;
pub mod state;
mod steps;

pub use check::{Checked, check};
pub use config::{Coherence, Config, Function, Op, Write};
pub use mutant::Mutant;
pub use steps::{Outcome, Step};

use std::sync::atomic::{AtomicU32, Ordering};

use state::{NODES, NONE, PROCESSES, Process, ROWS, Server, State, TAGS, Tag};

/// The protocol, or a mutant of it, in a configuration.
#[derive(Debug)]
pub struct Protocol {
    /// Which part of it.
    pub config: Config,
    /// The mistake in it, if any.
    pub mutant: Option<Mutant>,
    reached: AtomicU32,
}

/// What a configuration must come to: one that never does proves nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Reached {
    NearHit,
    SharedHit,
    Loaded,
    Restored,
    SecondTrip,
    AskedAgain,
    Bypassed,
    Queued,
    Replayed,
    Distrusted,
    Moved,
    Followed,
    Conflict,
    RowKept,
    ModelKept,
    ServedStale,
    WentAlone,
    FoundDead,
    Widened,
    Filled,
    Batched,
    LookedUnderLease,
}

impl Protocol {
    /// In this configuration, with this mistake.
    pub fn new(config: Config, mutant: Option<Mutant>) -> Self {
        Self { config, mutant, reached: AtomicU32::new(0) }
    }

    /// The first state: epochs are there, nothing is cached.
    pub fn first(&self) -> State {
        let tags = usize::from(self.tags());
        let nonce = if self.is(Mutant::NonceReused) { canonical::FOR_GOOD } else { 1 };
        let epochs = std::array::from_fn(|tag| if tag < tags { nonce } else { NONE });
        let process = Process { streams: self.streams(), ..Process::default() };
        State {
            source: [0; ROWS],
            server: Server { epochs, ..Server::default() },
            older: if self.copies() { Server { epochs, ..Server::default() } } else { Server::default() },
            processes: [process; PROCESSES],
            running: self.config.processes() as u8,
            confirmed: Default::default(),
            lost: [0; ROWS],
            budget: self.config.budget,
            drawn: [1; TAGS],
            broken: None,
        }
    }

    /// Whether it came to this.
    pub fn has_reached(&self, what: Reached) -> bool {
        self.reached.load(Ordering::Relaxed) & 1 << what as u32 != 0
    }

    fn reached(&self, what: Reached) {
        self.reached.fetch_or(1 << what as u32, Ordering::Relaxed);
    }

    fn is(&self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }

    /// Whether it matters what a replica or a disk holds.
    fn copies(&self) -> bool {
        self.config.budget.failovers + self.config.budget.restarts > 0
    }

    /// Whether a process does the same as the next one, so that it doesn't matter which is which.
    fn is_twin_of_next(&self, process: usize) -> bool {
        let Config { callers, writers, leases, .. } = &self.config;
        let same = callers[process] == callers[process + 1] && writers[process] == writers[process + 1];
        same && !leases && !self.is(Mutant::NoncePerClient) && !self.is(Mutant::AnnouncedToOne)
    }

    fn nodes(&self) -> usize {
        if self.config.cluster { NODES } else { 1 }
    }

    /// How many tags there are.
    fn tags(&self) -> Tag {
        let declared = self.config.functions.iter().flat_map(|function| function.tags);
        let bumped = self.config.writes.iter().flat_map(|write| write.bumps);
        let wider = self.config.widens.iter().map(|(_, tag)| tag);
        declared.chain(bumped).chain(wider).chain(&self.config.namespace).max().map_or(0, |tag| tag + 1)
    }
}
