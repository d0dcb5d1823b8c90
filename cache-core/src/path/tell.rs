//! Invalidations on their way: first the shared tier, then this process, then whoever waits for it.
//!
//! In the other order a reader of this process could copy the old entry back in between. They are sent by tasks of the
//! cache's own, so that a caller who goes away takes none with it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::block_on::block_on;
use crate::bound::{Core, Remote};
use crate::fresh::changes::{Changes, Invalidated};
use crate::fresh::context;
use crate::fresh::telling::Telling;
use crate::fresh::unit::{Epochs, Unit};
use crate::key::tag::Tag;
use crate::shared::{Bump, Epoch, TagId};

/// How many tags are sent at once.
const TOGETHER: usize = 500;
/// How long an invalidation waits for the shared tier, whatever its aliases' deadlines: longer than a read, for what is not
/// confirmed costs more.
const DEADLINE: Duration = Duration::from_millis(500);

/// What became of an invalidation that was sent.
enum Sent {
    Confirmed,
    /// The server has it, and no replica says that it has it too.
    Unreplicated,
    /// It may have come to nothing, or not.
    Failed,
}

/// Waits for an invalidation on this thread.
pub(crate) fn wait_until(telling: Telling) -> Invalidated {
    match telling {
        Telling::Done(invalidated) => invalidated,
        sent @ Telling::Sent(_) => block_on(sent),
    }
}

impl Core {
    /// Invalidates what depends on any of the tags: reads that start after it is told see it. In a unit of work, when
    /// that ends.
    pub(crate) fn invalidate(self: &Arc<Self>, tags: impl IntoIterator<Item = Tag>) -> Telling {
        let mut changes = Changes::default();
        changes.add(tags);
        self.change(changes)
    }

    /// [`invalidate`](Self::invalidate), where there are rows too.
    pub(crate) fn change(self: &Arc<Self>, changes: Changes) -> Telling {
        let unit = context::unit();
        if let Some(unit) = &unit {
            unit.write();
        }
        self.send(unit.as_deref(), changes)
    }

    /// Invalidates at the end of the unit of work, or now.
    pub(crate) fn send(self: &Arc<Self>, unit: Option<&Unit>, changes: Changes) -> Telling {
        let now = match unit {
            Some(unit) => unit.collect(&(Arc::clone(self) as Arc<dyn Epochs>), changes),
            None => Some(changes),
        };
        match now {
            Some(changes) => self.tell(changes),
            None => Telling::Done(Invalidated::Queued),
        }
    }

    /// Invalidates what depends on these, wherever it is.
    pub(crate) fn tell(self: &Arc<Self>, changes: Changes) -> Telling {
        self.invalidations.add();
        let Some(remote) = &self.remote else {
            self.epochs.bump(changes.into_tags());
            return Telling::Done(Invalidated::Confirmed);
        };
        let (answer, told) = oneshot::channel();
        let core = Arc::clone(self);
        let under_way = UnderWay::begin(core.clone(), changes.len());
        remote.link.spawn(async move {
            let invalidated = match &core.remote {
                Some(remote) => remote.tell(&core, changes).await,
                None => Invalidated::Confirmed,
            };
            // Before it is answered: it waits in the queue now, if at all.
            drop(under_way);
            let _ = answer.send(invalidated);
        });
        Telling::Sent(told)
    }
}

/// Tags that are being sent: a cache that is shut down waits for them.
struct UnderWay(Arc<Core>, usize);

impl UnderWay {
    fn begin(core: Arc<Core>, tags: usize) -> Self {
        core.remote.iter().for_each(|remote| remote.queue.begin(tags));
        UnderWay(core, tags)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.remote.iter().for_each(|remote| remote.queue.end(self.1));
    }
}

impl Epochs for Core {
    fn bump(self: Arc<Self>, changes: Changes) -> Telling {
        self.tell(changes)
    }
}

impl Remote {
    async fn tell(&self, core: &Core, changes: Changes) -> Invalidated {
        let invalidated = match self.send(core, &changes).await {
            Sent::Confirmed => Some(Invalidated::Confirmed),
            // To bump it again would load again what is fresh. It is kept like all that was bumped, for a server that takes
            // over without it.
            Sent::Unreplicated => Some(Invalidated::Queued),
            Sent::Failed => None,
        };
        if let Some(invalidated) = invalidated {
            core.epochs.bump(changes.into_tags());
            return invalidated;
        }
        // Queued first: from when the cells are bumped on, nobody copies what is old from the shared tier.
        self.queue.add(changes.clone());
        core.epochs.bump(changes.into_tags());
        Invalidated::Queued
    }

    /// Sends again what was not confirmed.
    pub(crate) async fn retry(&self, core: &Core) {
        if self.queue.len() == 0 || self.link.is_open() {
            return;
        }
        let _sending = self.queue.sending.lock().await;
        let changes = self.queue.send();
        if changes.is_empty() {
            return;
        }
        self.link.counts.retried.add();
        if let Sent::Failed = self.send(core, &changes).await {
            self.queue.failed();
            return;
        }
        // What was copied before it was queued, or proven by an old epoch.
        core.epochs.bump(changes.into_tags());
        self.queue.through();
    }

    async fn send(&self, core: &Core, changes: &Changes) -> Sent {
        let tags: Vec<(Tag, Option<Tag>)> = changes.clone().into_rows().collect();
        let durability = self.durability();
        let mut confirmed = true;
        for tags in tags.chunks(TOGETHER) {
            let takeovers = self.queue.takeovers();
            // Drawn for this attempt alone: the same again, late, would put an old epoch back.
            let bumps: Vec<_> =
                tags.iter().map(|(tag, _)| Bump { tag: TagId(tag.0), epoch: Epoch::draw() }).collect();
            match self.link.call(DEADLINE, || self.link.tier.bump(&bumps, durability)).await {
                Ok(()) => {}
                Err(failure) if failure.is_unreplicated() => {
                    tracing::warn!(%failure, "an invalidation is not confirmed: it may be lost with its server");
                    confirmed = false;
                }
                Err(failure) => {
                    tracing::warn!(%failure, "an invalidation is queued until the shared tier confirms it");
                    return Sent::Failed;
                }
            }
            if !self.queue.remember(tags.iter().copied(), core.clock.now(), takeovers) {
                return Sent::Failed;
            }
        }
        if confirmed { Sent::Confirmed } else { Sent::Unreplicated }
    }
}
