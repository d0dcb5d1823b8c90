//! What a load depends on beyond what its function declared: all that is called inside of it.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::{Arc, Mutex};

use super::epoch::{Epoch, EpochTable, Moment};
use crate::clock::Instant;
use crate::declare::{Scope, TenantPath};
use crate::key::tag::{Tag, TagHasher};
use crate::sync::lock;

/// An entry that depends on more tags than this is returned and not stored, so that cells stay bounded (I12).
const MOST_TAGS: usize = 4096;
/// The same for scopes that its key doesn't cover.
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
    flight: Option<usize>,
    parent: Option<Arc<Frame>>,
    gathered: Mutex<Gathered>,
}

/// The epochs that a load uses, and the tenant that its rows and models are in.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) epochs: EpochTable,
    pub(crate) namespace: Arc<str>,
    pub(crate) tenant: TenantPath,
}

/// What the calls inside of a load handed up.
#[derive(Debug)]
pub(crate) struct Gathered {
    pub(crate) epochs: HashMap<Tag, Epoch, BuildHasherDefault<TagHasher>>,
    /// The earliest deadline among the calls.
    pub(crate) deadline: Instant,
    /// The scopes that calls used and this load's key doesn't cover, each with the function that used it.
    pub(crate) uncovered: Vec<(&'static str, Scope)>,
    /// Why the load's result must not be kept, whatever its stamps.
    pub(crate) unknown: Option<Unknown>,
}

/// A dependency that is not known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unknown {
    /// More tags or scopes than are remembered.
    TooMany,
    /// A call inside of the load had no scope, so nobody can say whose value it returned.
    Unscoped(&'static str),
}

impl Default for Gathered {
    fn default() -> Self {
        Gathered {
            epochs: HashMap::default(),
            deadline: Instant::NEVER,
            uncovered: Vec::new(),
            unknown: None,
        }
    }
}

impl Gathered {
    /// There is more than can be remembered: from here on only that is known.
    fn forget(&mut self) {
        self.epochs = HashMap::default();
        self.uncovered = Vec::new();
        self.unknown = Some(Unknown::TooMany);
    }
}

impl Frame {
    pub(crate) fn new(
        function: &'static str,
        scope: Scope,
        origin: Origin,
        flight: Option<usize>,
        parent: Option<Arc<Frame>>,
    ) -> Arc<Frame> {
        Arc::new(Frame { function, scope, origin, flight, parent, gathered: Mutex::default() })
    }

    /// The load depends on these: what it reads after this.
    pub(crate) fn depend(&self, tags: impl IntoIterator<Item = Tag>) {
        let held: Vec<_> = tags.into_iter().map(|tag| self.origin.epochs.hold(tag)).collect();
        self.gather(self.function, &held, Instant::NEVER, &Scope::default());
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
            if gathered.unknown == Some(Unknown::TooMany) {
                break;
            }
            gathered.epochs.entry(epoch.tag()).or_insert_with(|| epoch.clone());
            if gathered.epochs.len() > MOST_TAGS {
                gathered.forget();
            }
        }
        if !self.scope.covers(scope) && !gathered.uncovered.iter().any(|(_, known)| known == scope) {
            gathered.uncovered.push((function, scope.clone()));
            if gathered.uncovered.len() > MOST_SCOPES {
                gathered.forget();
            }
        }
    }

    pub(crate) fn parent(&self) -> Option<&Arc<Frame>> {
        self.parent.as_ref()
    }

    /// What this load gives lives no longer than that.
    pub(crate) fn limit(&self, deadline: Instant) {
        let mut gathered = lock(&self.gathered);
        gathered.deadline = gathered.deadline.min(deadline);
    }

    /// A call inside of this load depends on something that can't be named.
    pub(crate) fn gather_unknown(&self, unknown: Unknown) {
        lock(&self.gathered).unknown.get_or_insert(unknown);
    }

    /// What has been handed up, and the same to the load around this one. Called once, when the load is over, however
    /// it ended: a parent may go on without what a child returned, but not without having asked it.
    pub(crate) fn close(&self) -> Gathered {
        let gathered = std::mem::take(&mut *lock(&self.gathered));
        if let Some(parent) = &self.parent {
            parent.gather(self.function, gathered.epochs.values(), gathered.deadline, &Scope::default());
            for (function, scope) in &gathered.uncovered {
                parent.gather(function, [], Instant::NEVER, scope);
            }
            if let Some(unknown) = gathered.unknown {
                parent.gather_unknown(unknown);
            }
        }
        gathered
    }

    /// Whether nothing that was handed up so far has changed since then.
    pub(crate) fn unchanged_since(&self, start: Moment) -> bool {
        lock(&self.gathered).epochs.values().all(|epoch| epoch.unchanged_since(start))
    }

    /// The flights that this load and those around it lead.
    pub(crate) fn flights(&self) -> Vec<usize> {
        let mut flights = Vec::new();
        let mut frame = Some(self);
        while let Some(this) = frame {
            flights.extend(this.flight);
            frame = this.parent.as_deref();
        }
        flights
    }
}
