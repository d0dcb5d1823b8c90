//! A call whose body runs, as a load or inside of another's, and all that comes after it.

use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;

use super::call::{Bypass, Dependencies, Held};
use super::depends::verify_uncached;
use super::late::Found;
use super::load::{Load, tell};
use super::policy::Spare;
use super::shape::AnyResult;
use crate::bound::Bound;
use crate::declare::Mode;
use crate::fresh::changes::Changes;
use crate::fresh::context::{Context, Scopes};
use crate::fresh::nested::{Frame, Stamps, Unknown};
use crate::near::Flying;
use crate::near::entry::Stored;
use crate::near::key::NearKey;

/// A call whose body runs. When it goes away it is dropped from top to bottom: its load is closed before another may lead.
pub(super) struct Begun {
    /// Of the body.
    pub(super) surroundings: Context,
    /// None where the body is run for this call alone.
    pub(super) load: Option<Load>,
    pub(super) permit: Option<OwnedSemaphorePermit>,
    pub(super) leader: Option<Flying>,
    /// Where there is no load of its own: in another's.
    pub(super) inside: Option<Inside>,
    pub(super) told: Option<Told>,
    pub(super) replaced: Option<Replaced>,
}

/// A call whose body is over.
pub(super) type Stamping = Pin<Box<dyn Future<Output = Box<Begun>> + Send>>;

/// What a refresh is to replace.
pub(super) struct Replaced {
    pub(super) bound: Arc<Bound>,
    pub(super) key: NearKey,
    pub(super) was_off: bool,
}

impl Begun {
    pub(super) fn load(
        load: Load,
        scopes: Scopes,
        permit: Option<OwnedSemaphorePermit>,
        leader: Option<Flying>,
    ) -> Box<Self> {
        let (surroundings, load) = (load.run(scopes), Some(load));
        Box::new(Begun { surroundings, load, permit, leader, inside: None, told: None, replaced: None })
    }

    /// Whether its result may name rows whose stamps have to be taken when the body is over.
    pub(super) fn names(&self) -> bool {
        self.load.as_ref().is_some_and(Load::names)
    }

    /// The result is there: says whether it names any.
    pub(super) fn name(&mut self, found: &Found) -> bool {
        self.load.as_mut().is_some_and(|load| load.name(found).is_some())
    }

    /// Takes their stamps. Then it is the call's again.
    pub(super) fn stamp(mut self: Box<Self>) -> Stamping {
        Box::pin(async move {
            if let Some(load) = &mut self.load {
                load.stamp().await;
            }
            self
        })
    }

    /// The second half: all that comes after the body. In place of an error the spare is served. Gives what is kept.
    pub(super) fn finish(self, result: &dyn AnyResult, spare: Option<&Spare>) -> Option<Arc<Stored>> {
        let Begun { load, permit: _permit, leader, inside, told, replaced, .. } = self;
        let mut stored = None;
        let outdated = match (load, spare) {
            (Some(load), Some(spare)) => {
                load.fail();
                if let Some(leader) = leader {
                    // With its own stamps: who came after an invalidation is not given it.
                    leader.land(spare.entry.stamps(), Some(Arc::clone(&spare.entry)));
                }
                false
            }
            (Some(load), None) => {
                let loaded = load.finish(result);
                let kept = loaded.kept;
                stored = loaded.entry.clone().filter(|_| kept);
                if let Some(leader) = leader {
                    loaded.land(leader);
                }
                !kept
            }
            (None, _) => {
                inside.into_iter().for_each(Inside::finish);
                replaced.as_ref().is_some_and(Replaced::was_off)
            }
        };
        // After an error what is there may be what the source says.
        if let Some(Replaced { bound, key, .. }) = replaced
            && outdated
            && !result.is_err()
        {
            outdate(&bound, [&key]);
        }
        told.into_iter().for_each(Told::met);
        stored
    }
}

impl Replaced {
    /// Whether the cache was off while the body ran, or a part of that.
    fn was_off(&self) -> bool {
        self.was_off || self.bound.mode() == Mode::Off
    }
}

/// What a load was told of the calls inside of it.
pub(super) struct Told {
    pub(super) parent: Arc<Frame>,
    pub(super) held: Vec<Held>,
}

impl Told {
    /// The calls are over: what they found to depend on has been handed up by now.
    pub(super) fn met(self) {
        self.held.iter().for_each(|held| self.parent.met(&held.provisional.any));
    }
}

/// What is there is not what the source says now, nor what a load brings that began before and is still under way.
pub(super) fn outdate<'a>(bound: &Bound, keys: impl IntoIterator<Item = &'a NearKey> + Clone) {
    let core = &bound.core;
    let buckets = keys.clone().into_iter().map(|key| bound.buckets.tag(&key.bytes));
    let buckets: Vec<_> = buckets.collect();
    // At once here, for who asks next in this process; others are told, and who waits for that is nobody. Until that is
    // confirmed this process reads past the shared tier, where the old entry is.
    if let Some(remote) = &core.remote {
        let mut changes = Changes::default();
        changes.add(buckets.iter().copied());
        remote.queue.add(changes);
        let told = Arc::clone(core);
        remote.link.spawn(async move {
            if let Some(remote) = &told.remote {
                remote.retry(&told).await;
            }
        });
    }
    core.epochs.bump(buckets);
    keys.into_iter().for_each(|key| bound.alias.near.remove(key.as_ref()));
}

/// Says that a call is not cached, and why.
pub(super) fn bypassed(bound: &Bound, bypass: Bypass) {
    match bypass {
        Bypass::Asked | Bypass::InUnit => bound.counts.bypassed.add(),
        Bypass::Unscoped(what) => {
            bound.counts.unscoped.add();
            tracing::warn!(function = bound.function.name, "not cached: there is no {what} here");
        }
    }
}

/// Takes the stamps of what a body depends on that is no load itself, for the load around it.
pub(super) async fn stamp(bound: &Bound, frame: &Frame, held: &[Held]) {
    let all = held.iter().flat_map(|held| held.epochs.iter().chain(&held.provisional.any));
    if bound.core.remote.is_some() && !bound.core.take(all.cloned().collect()).await {
        frame.gather_unproven();
    }
}

/// A body that is no load itself, inside of one.
pub(super) struct Inside {
    bound: Arc<Bound>,
    closing: Closing,
    pub(super) held: Vec<Held>,
    scoped: bool,
}

impl Inside {
    /// Tells the load around it what its calls depend on.
    pub(super) fn new<'a>(
        bound: &Arc<Bound>,
        parent: &Frame,
        frame: Arc<Frame>,
        bypass: Bypass,
        calls: impl IntoIterator<Item = (&'a NearKey, Dependencies)>,
    ) -> Self {
        if bypass == Bypass::InUnit {
            parent.gather_unknown(Unknown::InUnit);
        }
        let mut scoped = true;
        let tell = |(key, mut dependencies): (_, Dependencies)| {
            if let Bypass::Unscoped(what) = bypass {
                dependencies.unscoped.get_or_insert(what);
            }
            scoped &= dependencies.unscoped.is_none();
            tell(parent, bound, key, dependencies)
        };
        let held = calls.into_iter().map(tell).collect();
        Inside { bound: Arc::clone(bound), closing: Closing(frame), held, scoped }
    }

    pub(super) fn frame(&self) -> Arc<Frame> {
        Arc::clone(&self.closing.0)
    }

    pub(super) fn finish(self) {
        if self.scoped {
            verify_uncached(&self.bound.core, &self.closing.0, &self.held);
        }
    }
}

/// Closes a frame when its body is over, however it ended.
pub(super) struct Closing(pub(super) Arc<Frame>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
    }
}
