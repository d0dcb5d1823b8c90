//! One load, whoever asked for it: stamps before, the body, the check after (I1, I10).
//!
//! Reads that miss, refreshes and `begin`/`store` all go through here. There is no other way into the store.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::call::{Dependencies, Held, key_text};
use super::depends::verify;
use super::fetch::{Fetched, Share};
use super::late::{self, Found, Provisional};
use super::shape::{AnyResult, Judged, Keep};
use crate::bound::Bound;
use crate::clock::Instant;
use crate::declare::{Mode, Scope, Ttl};
use crate::fresh::context::{self, Context, Scopes};
use crate::fresh::epoch::{Epoch, Moment};
use crate::fresh::nested::{Frame, Gathered, Unknown};
use crate::graph;
use crate::near::Flying;
use crate::near::entry::{Grace, Header, Stored};
use crate::near::flight::{Callers, Stamps};
use crate::near::key::NearKey;
use crate::near::store::Put;

/// A load whose stamps are held.
pub(crate) struct Load {
    bound: Arc<Bound>,
    key: NearKey,
    pub(crate) stamps: Stamps,
    provisional: Provisional,
    began: Instant,
    order: u64,
    scope: Scope,
    unscoped: Option<&'static str>,
    frame: Arc<Frame>,
    /// Whether the epochs of all that was declared were known in the shared tier when it began.
    proven: bool,
    /// How its result is stored in the shared tier, if it is.
    share: Option<Share>,
    closed: bool,
}

/// Tells a load from all others, the later by the higher number.
pub(crate) fn next_order() -> u64 {
    static LOADS: AtomicU64 = AtomicU64::new(0);
    LOADS.fetch_add(1, Ordering::Relaxed)
}

/// A load that is over.
pub(crate) struct Loaded {
    /// With all that the calls inside of it handed up.
    pub(crate) stamps: Stamps,
    /// What others may be given; also what was stored, if it was.
    pub(crate) entry: Option<Arc<Stored>>,
    pub(crate) stored: bool,
    /// Whether it was to be stored: then what is there now is this, or younger.
    pub(crate) kept: bool,
}

impl Loaded {
    /// Lands a flight with it.
    pub(crate) fn land(self, leader: Flying) {
        let Loaded { stamps, entry, .. } = self;
        leader.land(entry.as_ref().map_or(stamps, |entry| entry.stamps()), entry);
    }
}

impl Load {
    /// Holds the epochs of all that was declared, then notes the moment. What the load reads, it reads after this.
    pub(crate) fn begin(
        bound: &Arc<Bound>,
        key: NearKey,
        dependencies: Dependencies,
        flight: Option<u64>,
        fetched: Fetched,
    ) -> Load {
        let parent = context::frame();
        let (scope, origin) = (dependencies.scope(), dependencies.origin());
        let frame = Frame::new(bound.function.name, scope, origin, flight, parent);
        let mut load = Load::among(bound, key, dependencies, &frame, fetched);
        load.closed = false;
        load
    }

    /// [`begin`](Self::begin) for one of several loads that one body does, whose frame it shares.
    pub(crate) fn among(
        bound: &Arc<Bound>,
        key: NearKey,
        dependencies: Dependencies,
        frame: &Arc<Frame>,
        fetched: Fetched,
    ) -> Load {
        let (scope, unscoped) = (dependencies.scope(), dependencies.unscoped);
        let held = dependencies.hold(&key.bytes);
        let Fetched { held: before, proven, share, .. } = fetched;
        // Without a break: they are held anew.
        drop(before);
        // The moment comes after the cells are held: a bump in between finds them, and counts as before the load.
        let (start, after) = (bound.core.epochs.now(), Callers::so_far());
        // Looked at after the moment was noted: an epoch that a bump of ours has taken away by then, and that somebody reads
        // later, may be newer than what this load reads. From here on a bump is seen to have raced.
        let stamped = || held.epochs.iter().chain(&held.provisional.any).all(Epoch::has_stamp);
        let proven = proven && (bound.core.remote.is_none() || stamped());
        let began = bound.core.clock.now();
        let order = next_order();
        if let Some(parent) = frame.parent() {
            if !proven {
                parent.gather_unproven();
            }
            hand_up(parent, bound, &held, began, &scope, unscoped.is_some());
        }
        let Held { epochs, provisional } = held;
        frame.presume(&provisional.any);
        let stamps = Stamps { start, after, epochs, complete: true };
        let (bound, frame) = (Arc::clone(bound), Arc::clone(frame));
        let (key, closed) = (key, true);
        Load { bound, key, stamps, provisional, began, order, scope, unscoped, frame, proven, share, closed }
    }

    /// What others go by who come while it runs.
    pub(crate) fn boarding(&self) -> Stamps {
        Stamps { complete: self.proven, ..self.stamps.clone() }
    }

    /// What calls inside of the body have handed up so far.
    pub(crate) fn learned(&self) -> Arc<Frame> {
        Arc::clone(&self.frame)
    }

    /// Reads a value, or a part of it: calls inside hand up to this load.
    pub(crate) fn within<F: Future>(&self, reading: F) -> impl Future<Output = F::Output> + use<F> {
        context::in_frame(Arc::clone(&self.frame), reading)
    }

    /// What surrounds the body, which begins: calls inside of it hand up to this load.
    pub(crate) fn run(&self, scopes: Scopes) -> Context {
        self.bound.counts.loads.add();
        Context::of_load(Arc::clone(&self.frame), scopes)
    }

    /// Checks and stores.
    pub(crate) fn finish(mut self, result: &dyn AnyResult) -> Loaded {
        self.closed = true;
        let gathered = self.frame.close();
        let (bound, frame, unscoped) = (Arc::clone(&self.bound), Arc::clone(&self.frame), self.unscoped);
        let loaded = self.finish_among(result, &gathered);
        if loaded.stamps.complete && unscoped.is_none() {
            verify(&bound.core, &frame, loaded.stamps.epochs.iter());
        }
        loaded
    }

    /// It ended in an error, and something else is served in its place: nothing is stored.
    pub(crate) fn fail(mut self) {
        self.closed = true;
        let gathered = self.frame.close();
        self.bound.counts.errors.add();
        self.settle(Keep::Not, &gathered, &|_, _| None, &|| 0);
    }

    /// [`finish`](Self::finish) for one of several loads. What the calls inside of their body handed up, each depends
    /// on.
    pub(crate) fn finish_among(mut self, result: &dyn AnyResult, gathered: &Gathered) -> Loaded {
        let judged = result.judge(self.bound.function.rules.none_ttl.is_some());
        let keep = Keep::by_rule(&self.bound, self.began, judged);
        if let (Keep::Until(deadline), Some(parent)) = (keep, self.frame.parent()) {
            // The load around this one lives no longer than this value, which may be short-lived: `None`, an error.
            parent.limit(deadline);
        }
        self.learn(&result.found());
        if let Judged::Error = judged {
            self.bound.counts.errors.add();
        }
        self.settle(keep, gathered, &|start, header| result.keep(start, header), &|| result.size())
    }

    /// Whether the result may name rows that have stamps: without one for the model from before, none for its rows.
    pub(crate) fn names(&self) -> bool {
        self.proven && self.bound.core.remote.is_some() && !self.provisional.any.is_empty()
    }

    /// The result is there. Says what it names whose stamps have to be [taken](late::stamp) before it is finished.
    pub(crate) fn name(&mut self, found: &Found) -> Option<(&mut Provisional, Moment)> {
        if !self.names() || found.0.iter().all(|ids| ids.few().is_none()) {
            return None;
        }
        self.provisional.name(found, &self.frame.origin);
        Some((&mut self.provisional, self.stamps.start))
    }

    /// Takes the stamps of what the result [names](Self::name).
    pub(crate) async fn stamp(&mut self) {
        late::stamp(&self.bound, &mut [(&mut self.provisional, self.stamps.start)]).await;
    }

    /// What the result says of rows that it alone names; without a result, nothing. The first time counts.
    fn learn(&mut self, found: &Found) {
        let mut provisional = std::mem::take(&mut self.provisional);
        if provisional.any.is_empty() {
            return;
        }
        if self.bound.core.remote.is_none() {
            provisional.name(found, &self.frame.origin);
        }
        let rows = provisional.settle(self.stamps.start, &self.frame.origin.epochs);
        if let Some(parent) = self.frame.parent() {
            parent.gather(self.bound.function.name, &rows, Instant::NEVER, &Scope::default());
            parent.met(&provisional.any);
        }
        self.stamps.epochs.extend(rows);
    }

    /// Checks, makes what others may be given, and stores it if it is to be kept. `size` says how many bytes the value takes,
    /// where that is asked.
    pub(crate) fn settle(
        mut self,
        keep: Keep,
        gathered: &Gathered,
        make: &dyn Fn(Moment, Header) -> Option<Arc<Stored>>,
        size: &dyn Fn() -> usize,
    ) -> Loaded {
        self.learn(&Found::default());
        let counts = &self.bound.counts;
        let function = self.bound.function.name;
        let ambiguous =
            self.bound.ambiguous || self.scope != Scope::default() && graph::scopes_are_ambiguous();
        let known = match (gathered.unknown, gathered.uncovered.first(), self.unscoped) {
            _ if ambiguous => {
                // Said at start: two keys may be one (I7).
                counts.bypassed.add();
                false
            }
            (None, None, None) => true,
            (Some(Unknown::Unscoped(inner)), ..) => {
                counts.scope_conflicts.add();
                self.bound.core.violation(|| {
                    format!("`{function}` called `{inner}`, which had no scope: its result is not stored")
                });
                false
            }
            (_, Some((inner, _)), _) => {
                counts.scope_conflicts.add();
                self.bound.core.violation(|| {
                    format!(
                        "`{function}` called `{inner}` in a scope that its own key lacks: its result is not stored; \
                         give `{function}` the same `per_tenant` or `per_user`"
                    )
                });
                false
            }
            (.., Some(what)) => {
                counts.unscoped.add();
                tracing::warn!(function, "not cached: the {what} here lacks the level of a model");
                false
            }
            (Some(Unknown::InUnit), ..) => {
                counts.bypassed.add();
                tracing::debug!(function, "not stored: a part of its load ran in a unit of work");
                false
            }
        };

        // Where a nested call's stamp differs from this load's, its tag was bumped since this load began: not fresh.
        let mut stamps = Stamps { complete: !gathered.too_many, ..self.stamps.clone() };
        stamps.epochs.join(gathered.epochs.iter(), |epoch| gathered.epochs.contains(epoch));
        stamps.epochs.settle();
        if !known {
            // Nor may it be shared: who asks for the same key may be in another scope, or outside of the unit.
            return Loaded { stamps, entry: None, stored: false, kept: false };
        }

        let deadline = match (keep, self.bound.ttl()) {
            (Keep::Until(deadline), _) => deadline.min(gathered.deadline),
            // Not stored, but shared: a load around a call that gets it lives no longer than if it were.
            (Keep::Not, Ttl::For(ttl)) => gathered.deadline.min(self.began.plus(ttl)),
            (Keep::Not, Ttl::Forever) => gathered.deadline,
        };
        // Nor can it be checked again where there was no stamp for what it called, or one of another cache's.
        let stamped = |epoch: &Epoch| epoch.is_of(&self.bound.core.epochs) && epoch.has_stamp();
        let proven = self.proven
            && !gathered.unproven
            && (self.bound.core.remote.is_none() || stamps.epochs.iter().all(stamped));
        // Without stamps nothing but its own start proves it (I9).
        let near_deadline = match proven {
            true => deadline,
            false => deadline.min(self.began.min(gathered.proven_at).later(self.bound.alias.max_staleness)),
        };
        if !proven && let Some(parent) = self.frame.parent() {
            parent.gather_unproven();
            parent.limit(near_deadline);
        }
        let now = self.bound.core.clock.now();
        let grace = match proven {
            true => self.bound.grace(now.since(self.began), deadline.since(self.began), deadline.since(now)),
            false => Grace::default(),
        };
        let header = Header {
            order: self.order,
            deadline: near_deadline,
            epochs: stamps.epochs.clone(),
            complete: stamps.complete,
            proven,
            grace,
        };
        let entry = make(stamps.start, header);
        let Keep::Until(_) = keep else { return Loaded { stamps, entry, stored: false, kept: false } };
        self.bound.core.watches.learn(&self.key, &stamps.epochs);
        let text = || key_text(&self.bound, &self.key);
        let (mut stored, mut kept) = (false, false);
        if !stamps.complete {
            counts.too_many_tags.add();
            tracing::warn!(key = text(), "not stored: depends on too much");
        } else if !stamps.fresh() {
            counts.raced.add();
            tracing::debug!(key = text(), "not stored: changed while loading");
        } else if deadline <= self.bound.core.clock.now() {
            counts.expired_while_loading.add();
            tracing::debug!(key = text(), "not stored: its time ran out while loading");
        } else if self.bound.mode() == Mode::Off {
            // Nor is what it would have replaced served when it is on again.
            self.bound.alias.near.remove(self.key.as_ref());
            tracing::debug!(key = text(), "not stored: switched off while loading");
        } else if let Some(entry) = &entry {
            let alias = &self.bound.alias;
            let weight = alias.weight(&self.key, size);
            let put = alias.near.put(&self.key, entry, weight, self.bound.core.clock.now());
            (stored, kept) = (put == Put::Stored, matches!(put, Put::Stored | Put::Younger));
            match put {
                Put::Stored => counts.stores.add(),
                // There may be room for it where it is shared.
                Put::TooHeavy if proven && self.share.is_some() => {
                    counts.too_large.add();
                    (stored, kept) = (true, true);
                }
                Put::TooHeavy => {
                    counts.too_large.add();
                    tracing::warn!(
                        key = text(),
                        bytes = weight,
                        "not stored: larger than all entries may be"
                    );
                }
                Put::Younger => {}
            }
        }
        if kept
            && proven
            && let (Some(share), Some(entry)) = (self.share.take(), &entry)
        {
            share.store(&self.bound, entry, self.began);
        }
        Loaded { stamps, entry, stored, kept }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        // Cancelled or panicked: what was asked for inside has been asked for all the same.
        if !self.closed {
            self.frame.close();
        }
    }
}

/// Holds what a call depends on, and tells it to the load around the call.
pub(crate) fn tell(parent: &Frame, bound: &Bound, key: &NearKey, dependencies: Dependencies) -> Held {
    let (scope, unscoped) = (dependencies.scope(), dependencies.unscoped.is_some());
    let held = dependencies.hold(&key.bytes);
    hand_up(parent, bound, &held, bound.core.clock.now(), &scope, unscoped);
    held
}

/// Tells the surrounding load what this call depends on, before its body runs, whatever becomes of it.
fn hand_up(parent: &Frame, bound: &Bound, held: &Held, began: Instant, scope: &Scope, unscoped: bool) {
    let deadline = match bound.ttl() {
        Ttl::For(ttl) => began.plus(ttl),
        Ttl::Forever => Instant::NEVER,
    };
    parent.gather(bound.function.name, held.epochs.iter(), deadline, scope);
    parent.expect(&held.provisional.any);
    if unscoped {
        parent.gather_unknown(Unknown::Unscoped(bound.function.name));
    }
}
