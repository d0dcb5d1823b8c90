//! What a load depends on beyond what its function declared: all that is called inside of it.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use super::epoch::{Epoch, EpochTable, Moment};
use crate::clock::{Instant, Ticks};
use crate::declare::{Scope, TenantPath};
use crate::key::tag::{Tag, TagHasher};
use crate::sync::lock;

/// An entry that depends on more tags than this is returned and not stored, so that cells stay bounded (I12).
const MOST_TAGS: usize = 4096;
/// The same for all the entries that are loaded at once, each of which depends on what their load called.
const MOST_TAGS_IN_ALL: usize = 1 << 20;
/// More scopes that its key doesn't cover are not remembered: no key of a load around it covers so many.
const MOST_SCOPES: usize = 64;

/// A load under way: where the calls inside of it hand up what they depend on.
#[derive(Debug)]
pub(crate) struct Frame {
    function: &'static str,
    /// What the key of this load covers.
    scope: Scope,
    /// Where it finds what it learns to depend on.
    pub(crate) origin: Origin,
    /// The flight that it leads.
    flight: Option<u64>,
    parent: Option<Arc<Frame>>,
    gathered: Mutex<Gathered>,
    /// Under test: what the body says that it reads.
    reads: Mutex<Vec<Read>>,
}

/// Something that a body read: the tags of which it must depend on one, and what to say if it doesn't.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) covering: Vec<Tag>,
    pub(crate) undeclared: String,
}

/// The epochs that a load uses, and the tenant that its rows and models are in.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) epochs: EpochTable,
    pub(crate) namespace: Arc<str>,
    pub(crate) tenant: TenantPath,
    /// Whether what is called inside of it is served only after the shared tier was asked.
    pub(crate) strict: bool,
    /// How long what is called inside of it may lag behind other processes.
    pub(crate) max_staleness: Ticks,
    /// Where there is a shared tier: who reads there what the load learns to depend on.
    pub(crate) stamps: Option<Arc<dyn Stamps>>,
}

/// Who knows the epochs of the shared tier.
pub(crate) trait Stamps: Send + Sync + std::fmt::Debug {
    /// Takes the stamps of these: whether they are known now.
    fn take(&self, epochs: Vec<Epoch>) -> Pin<Box<dyn Future<Output = bool> + Send + '_>>;
}

type Hashed = BuildHasherDefault<TagHasher>;

/// What the calls inside of a load handed up.
#[derive(Clone, Debug)]
pub(crate) struct Gathered {
    pub(crate) epochs: HashSet<Epoch, Hashed>,
    /// What calls under way depend on unless they find less: each with the number of such calls.
    expected: HashMap<Epoch, usize, Hashed>,
    /// What the load itself depends on unless its result names less.
    presumed: HashSet<Epoch, Hashed>,
    /// The earliest deadline among the calls.
    pub(crate) deadline: Instant,
    /// The scopes that calls used and this load's key doesn't cover, each with the function that used it.
    pub(crate) uncovered: Vec<(&'static str, Scope)>,
    /// There were more tags than are remembered: none of them are.
    pub(crate) too_many: bool,
    /// The earliest time up to which what was handed up is known to have been heard of.
    pub(crate) proven_at: Instant,
    /// Whether something was handed up whose epoch in the shared tier was not known before it was loaded.
    pub(crate) unproven: bool,
    /// Why the load's result must not be kept, nor given to anybody else, whatever its stamps.
    pub(crate) unknown: Option<Unknown>,
}

/// A dependency that is not known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unknown {
    /// A call inside of the load had no scope, so nobody can say whose value it returned.
    Unscoped(&'static str),
    /// A part of it ran in a unit of work, where what is read may never be committed.
    InUnit,
}

impl Default for Gathered {
    fn default() -> Self {
        Gathered {
            epochs: HashSet::default(),
            expected: HashMap::default(),
            presumed: HashSet::default(),
            deadline: Instant::NEVER,
            uncovered: Vec::new(),
            too_many: false,
            proven_at: Instant::NEVER,
            unproven: false,
            unknown: None,
        }
    }
}

impl Gathered {
    /// So many entries are to depend on it.
    pub(crate) fn share(&mut self, entries: usize) {
        if self.epochs.len().saturating_mul(entries) > MOST_TAGS_IN_ALL {
            self.forget();
        }
    }

    /// There are more tags than can be remembered: from here on only that is known.
    fn forget(&mut self) {
        self.epochs = HashSet::default();
        self.expected = HashMap::default();
        self.too_many = true;
    }
}

impl Frame {
    pub(crate) fn new(
        function: &'static str,
        scope: Scope,
        origin: Origin,
        flight: Option<u64>,
        parent: Option<Arc<Frame>>,
    ) -> Arc<Frame> {
        Arc::new(Frame {
            function,
            scope,
            origin,
            flight,
            parent,
            gathered: Mutex::default(),
            reads: Mutex::default(),
        })
    }

    pub(crate) fn function(&self) -> &'static str {
        self.function
    }

    /// The body says that it reads something.
    pub(crate) fn read(&self, read: Read) {
        lock(&self.reads).push(read);
    }

    /// What the body read that it doesn't depend on.
    pub(crate) fn undeclared<'a>(&self, epochs: impl Iterator<Item = &'a Epoch>) -> Vec<String> {
        let reads = std::mem::take(&mut *lock(&self.reads));
        if reads.is_empty() {
            return Vec::new();
        }
        let tags: HashSet<Tag, Hashed> = epochs.map(Epoch::tag).collect();
        let missed = reads.into_iter().filter(|read| !read.covering.iter().any(|tag| tags.contains(tag)));
        missed.map(|read| read.undeclared).collect()
    }

    /// The load depends on these: what it reads after this, once their stamps are taken.
    pub(crate) fn depend(&self, tags: impl IntoIterator<Item = Tag>) -> Vec<Epoch> {
        let held: Vec<_> = tags.into_iter().map(|tag| self.origin.epochs.hold(tag)).collect();
        self.gather(self.function, &held, Instant::NEVER, &Scope::default());
        held
    }

    /// A call of `function` inside of this load depends on these, until then, in that scope.
    pub(crate) fn gather<'a>(
        &self,
        function: &'static str,
        epochs: impl IntoIterator<Item = &'a Epoch>,
        deadline: Instant,
        scope: &Scope,
    ) {
        let mut gathered = lock(&self.gathered);
        gathered.deadline = gathered.deadline.min(deadline);
        for epoch in epochs {
            if gathered.too_many {
                break;
            }
            if !gathered.epochs.contains(epoch) {
                gathered.epochs.insert(epoch.clone());
            }
            if gathered.epochs.len() > MOST_TAGS {
                gathered.forget();
            }
        }
        if !self.scope.covers(scope)
            && gathered.uncovered.len() < MOST_SCOPES
            && !gathered.uncovered.iter().any(|(_, known)| known == scope)
        {
            gathered.uncovered.push((function, scope.clone()));
        }
    }

    /// A call inside of this load depends on these unless it says [`met`](Self::met), for then it has handed up what
    /// it found. One that is dropped doesn't, nor one that is still under way when this load is over.
    pub(crate) fn expect(&self, epochs: &[Epoch]) {
        let mut gathered = lock(&self.gathered);
        for epoch in epochs {
            if gathered.too_many {
                break;
            }
            *gathered.expected.entry(epoch.clone()).or_default() += 1;
            if gathered.expected.len() > MOST_TAGS {
                gathered.forget();
            }
        }
    }

    /// A call is over for which there was an [`expect`](Self::expect).
    pub(crate) fn met(&self, epochs: &[Epoch]) {
        let mut gathered = lock(&self.gathered);
        for epoch in epochs {
            if let Entry::Occupied(mut expected) = gathered.expected.entry(epoch.clone()) {
                *expected.get_mut() -= 1;
                if *expected.get() == 0 {
                    expected.remove();
                }
            }
        }
    }

    /// Until its result is there, this load depends on these: for those who would wait for it.
    pub(crate) fn presume(&self, epochs: &[Epoch]) {
        if !epochs.is_empty() {
            lock(&self.gathered).presumed.extend(epochs.iter().cloned());
        }
    }

    /// The load around this one.
    pub(crate) fn parent(&self) -> Option<&Arc<Frame>> {
        self.parent.as_ref()
    }

    /// What this load gives lives no longer than that.
    pub(crate) fn limit(&self, deadline: Instant) {
        let mut gathered = lock(&self.gathered);
        gathered.deadline = gathered.deadline.min(deadline);
    }

    /// Whether what is called inside of this load is served only after the shared tier was asked.
    pub(crate) fn is_strict(&self) -> bool {
        self.origin.strict || self.parent.as_ref().is_some_and(|parent| parent.is_strict())
    }

    /// How long what is called inside of this load may lag behind other processes.
    pub(crate) fn max_staleness(&self) -> Ticks {
        let around = self.parent.as_ref().map_or(Ticks::FOREVER, |parent| parent.max_staleness());
        self.origin.max_staleness.min(around)
    }

    /// A call inside of this load was served what had been heard of up to that time: this load is no better proven.
    pub(crate) fn gather_proof(&self, at: Instant) {
        let mut gathered = lock(&self.gathered);
        gathered.proven_at = gathered.proven_at.min(at);
    }

    /// A call inside of this load depends on something whose epoch was not known before.
    pub(crate) fn gather_unproven(&self) {
        lock(&self.gathered).unproven = true;
    }

    /// A call inside of this load depends on something that can't be named.
    pub(crate) fn gather_unknown(&self, unknown: Unknown) {
        lock(&self.gathered).unknown.get_or_insert(unknown);
    }

    /// A call inside of this load depends on more than can be remembered.
    pub(crate) fn gather_too_many(&self) {
        lock(&self.gathered).forget();
    }

    /// What has been handed up, and the same to the load around this one. Called once, when the load is over, however
    /// it ended: a parent may go on without what a child returned, but not without having asked it.
    pub(crate) fn close(&self) -> Gathered {
        let gathered = self.so_far();
        if let Some(parent) = &self.parent {
            self.hand_up(&gathered, parent);
        }
        gathered
    }

    /// A load that waits for this one is told what it depends on so far: expects, too, what is expected here, which
    /// is returned.
    pub(crate) fn tell(&self, waiting: &Frame) -> Vec<Epoch> {
        let gathered = lock(&self.gathered).clone();
        self.hand_up(&gathered, waiting);
        let expected: Vec<_> = gathered.expected.into_keys().collect();
        waiting.expect(&expected);
        expected
    }

    /// A load that no longer waits for this one is told the same, for good.
    pub(crate) fn leave(&self, waiting: &Frame) {
        self.hand_up(&self.so_far(), waiting);
    }

    /// What has been handed up so far, and what is expected.
    pub(crate) fn so_far(&self) -> Gathered {
        let mut gathered = lock(&self.gathered).clone();
        gathered.epochs.extend(gathered.expected.drain().map(|(epoch, _)| epoch));
        gathered
    }

    fn hand_up(&self, gathered: &Gathered, parent: &Frame) {
        parent.gather(self.function, &gathered.epochs, gathered.deadline, &Scope::default());
        for (function, scope) in &gathered.uncovered {
            parent.gather(function, [], Instant::NEVER, scope);
        }
        if gathered.too_many {
            parent.gather_too_many();
        }
        if gathered.unproven {
            parent.gather_unproven();
        }
        parent.gather_proof(gathered.proven_at);
        if let Some(unknown) = gathered.unknown {
            parent.gather_unknown(unknown);
        }
    }

    /// Whether nothing that was handed up so far has changed since then, as far as that is known, and nothing makes it
    /// suspect.
    pub(crate) fn verified_since(&self, start: Moment) -> bool {
        let gathered = lock(&self.gathered);
        let Gathered { epochs, expected, presumed, .. } = &*gathered;
        let mut all = epochs.iter().chain(expected.keys()).chain(presumed);
        !gathered.too_many && all.all(|epoch| epoch.is_verified_since(start))
    }

    /// The flights that this load and those around it lead.
    pub(crate) fn flights(&self) -> Vec<u64> {
        let mut flights = Vec::new();
        let mut frame = Some(self);
        while let Some(this) = frame {
            flights.extend(this.flight);
            frame = this.parent.as_deref();
        }
        flights
    }
}
