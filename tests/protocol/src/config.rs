//! A configuration: which part of the protocol is looked at, and how much of it.

use crate::state::{Budget, KEYS, Key, PROCESSES, Row, Tag, Tags, set};

/// One part of the protocol, small enough to be explored in every order of its steps.
#[derive(Clone, Debug)]
pub struct Config {
    /// What it is called.
    pub name: &'static str,
    /// What it looks at, in a sentence.
    pub about: &'static str,
    /// How many calls each process runs at a time.
    pub callers: [u8; PROCESSES],
    /// Which processes write.
    pub writers: [bool; PROCESSES],
    /// What is cached.
    pub functions: &'static [Function],
    /// What is written.
    pub writes: &'static [Write],
    /// Whether time passes. Without it a lost stream is noticed at once, and `max_staleness` is never over.
    pub clock: bool,
    /// Whether streams are broken from the first moment, unnoticed yet, and don't come back; or break once, where that may
    /// happen. Nobody asks for proofs of life.
    pub outage: bool,
    /// Whether callers of one process share a load.
    pub flights: bool,
    /// Whether processes take turns by lease.
    pub leases: bool,
    /// Whether writes are in units of work.
    pub units: bool,
    /// Whether the second server is one that nobody listens to at first.
    pub cluster: bool,
    /// Whether nobody loads who finds the lease taken, however long that takes.
    pub patient: bool,
    /// Whether values are also read elsewhere, and stored.
    pub fills: bool,
    /// Whether all keys are also loaded at once.
    pub batches: bool,
    /// What stands for waiting bumps that have become too many: for any of these tags that one, step by step.
    pub widens: &'static [(Tags, Tag)],
    /// The tag that every entry has, by which all is invalidated after a restart.
    pub namespace: Option<Tag>,
    /// How often what happens can happen. Reads are without bound.
    pub budget: Budget,
}

/// A cached function of one key.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// What it declares.
    pub tags: &'static [Tag],
    /// How a near copy is proven.
    pub coherence: Coherence,
    /// What it does when it is loaded.
    pub body: &'static [Op],
}

/// Whether a near copy is proven by announcements, or by reading its epochs again each time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Coherence {
    /// By announcements.
    Push,
    /// By reading its epochs.
    Verify,
}

/// One thing that a body does.
#[derive(Clone, Copy, Debug)]
pub enum Op {
    /// Reads a row of the source.
    Read(Row),
    /// Calls another cached function.
    Call(Key),
    /// Says of itself what it is about to read: `depends_on`.
    DependsOn(Tag),
    /// Stamps a row that only the result named, after it was read.
    Learn(Tag),
    /// Reads the epoch of a row's model again: if it is what it was before the load, the entry depends on the row alone,
    /// else on the model.
    Confirm {
        /// The row that was learned.
        row: Tag,
        /// Its model, declared.
        model: Tag,
    },
}

/// A write and what it invalidates.
#[derive(Clone, Copy, Debug)]
pub struct Write {
    /// What it changes.
    pub row: Row,
    /// The tags that it bumps, in this order.
    pub bumps: &'static [Tag],
    /// The entry that it removes: the only tag is its bucket then.
    pub removes: Option<Key>,
}

impl Config {
    /// The tags that a function declares.
    pub fn declared(&self, key: Key) -> Tags {
        set(self.functions[usize::from(key)].tags)
    }

    /// Larger: all processes read, and each thing that can happen may happen so many times more.
    #[must_use]
    pub fn larger(mut self, by: u8) -> Self {
        if by > 0 {
            let there = self.processes();
            self.callers[..there].iter_mut().for_each(|callers| *callers = (*callers).max(1));
        }
        self.budget.each(|left| {
            if *left > 0 {
                *left += by;
            }
        });
        self
    }

    /// How many processes there are.
    pub(crate) fn processes(&self) -> usize {
        if self.callers[2] > 0 || self.writers[2] { PROCESSES } else { PROCESSES - 1 }
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = Key> + use<> {
        debug_assert!(self.functions.len() <= KEYS);
        0..u8::try_from(self.functions.len()).expect("few")
    }
}
