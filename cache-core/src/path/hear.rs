//! What is heard of other processes, and the cache's own upkeep of its connection to them.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Weak};
use std::task::Poll;
use std::time::Duration;

use crate::bound::Core;
use crate::cache::Cache;
use crate::key::tag::Tag;
use crate::shared::link::Link;
use crate::shared::{Listener, NodeId, Sent, Suspects};

/// How often proofs of life are asked for, and what waits is sent again: several times within the shortest `max_staleness`
/// that makes sense.
const PULSE: Duration = Duration::from_millis(200);

/// Hears for a cache, as long as there is one.
struct Hearing(Weak<Core>);

impl Listener for Hearing {
    fn suspect(&self, suspects: Suspects<'_>) {
        let Some(core) = self.0.upgrade() else { return };
        match suspects {
            Suspects::Tags(tags) => core.epochs.suspect(tags.iter().map(|tag| Tag(tag.0))),
            Suspects::All => core.epochs.gap(),
        }
    }

    fn proven(&self, node: NodeId, sent: Sent) {
        if let Some(core) = self.0.upgrade() {
            core.epochs.proof.proven(node.0, sent.instant());
        }
    }

    fn lost(&self, node: NodeId) {
        let Some(core) = self.0.upgrade() else { return };
        core.epochs.proof.lost(node.0);
        if let Some(remote) = &core.remote {
            remote.link.counts.gaps.add();
        }
        tracing::warn!(?node, "announcements of other processes are not heard");
    }

    fn heard(&self, node: NodeId) {
        let Some(core) = self.0.upgrade() else { return };
        // The stream is subscribed; then the count; then, as entries are asked for, the checks (I9).
        core.epochs.gap();
        core.epochs.proof.alive(node.0, core.clock.now());
        // Not here: who tells a listener may hold what a call of the tier waits for.
        if let Some(remote) = &core.remote {
            let core = Weak::clone(&self.0);
            remote.link.spawn(async move {
                if let Some(core) = core.upgrade()
                    && let Some(remote) = &core.remote
                {
                    remote.link.probe();
                }
            });
        }
    }

    fn promoted(&self, node: NodeId) {
        let Some(core) = self.0.upgrade() else { return };
        if let Some(remote) = &core.remote {
            tracing::warn!(?node, "another server has taken over: late invalidations are sent again");
            remote.queue.replay(core.clock.now());
        }
        core.epochs.proof.forget(node.0);
        core.epochs.gap();
    }

    fn restarted(&self, node: NodeId) {
        let Some(core) = self.0.upgrade() else { return };
        if let Some(remote) = &core.remote {
            tracing::warn!(?node, "a server has started with old data: all of the namespace is invalidated");
            remote.queue.add_everything();
            // None of its epochs is trusted before that is through: an old one would prove what is near.
            core.epochs.bump([remote.queue.everything()]);
        }
        core.epochs.gap();
    }
}

/// Listens where only entries lie. What is announced there says nothing of this cache's epochs.
struct Deaf;

impl Listener for Deaf {
    fn suspect(&self, _: Suspects<'_>) {}
    fn proven(&self, _: NodeId, _: Sent) {}
    fn lost(&self, _: NodeId) {}
    fn heard(&self, _: NodeId) {}
    fn promoted(&self, _: NodeId) {}
    fn restarted(&self, _: NodeId) {}
}

/// Begins to hear, and to keep the connection up, until the cache is gone.
pub(crate) fn begin(core: &Arc<Core>) {
    let Some(remote) = &core.remote else { return };
    remote.link.listen(Arc::new(Hearing(Arc::downgrade(core))));
    let (weak, clock) = (Arc::downgrade(core), core.clock.clone());
    remote.link.spawn(async move {
        while let Some(core) = weak.upgrade() {
            pulse(&core).await;
            drop(core);
            clock.wait(PULSE).await;
        }
    });
    for (place, _) in &remote.places {
        place.listen(Arc::new(Deaf));
        let (place, clock) = (Arc::downgrade(place), core.clock.clone());
        // Each by itself: one that doesn't answer must not delay what proves that announcements are heard.
        remote.link.spawn(async move {
            while let Some(place) = place.upgrade() {
                revive(&place).await;
                drop(place);
                clock.wait(PULSE).await;
            }
        });
    }
}

impl Cache {
    /// Ends what the cache does by itself, for a program that is about to end: what is on its way to the shared tier gets there,
    /// and invalidations that wait for it are sent, as far as that can be done in so long. Answers how many tags could not be
    /// told: what other processes serve of those is bounded by its TTL alone.
    ///
    /// Loads behind their callers' backs are awaited for as long, too, and then ended; no others begin.
    ///
    /// Call it when nothing uses the cache any more.
    pub async fn shutdown(&self, within: Duration) -> usize {
        let core = self.core();
        let mut patience = core.clock.patience(within);
        core.behind.close();
        let mut ending = pin!(async {
            flush(core).await;
            core.behind.idle().await;
            // What they stored, and invalidated.
            flush(core).await;
        });
        poll_fn(|cx| match ending.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(()),
            Poll::Pending => patience.poll_end(cx),
        })
        .await;
        core.behind.abort();
        let left = core.remote.as_ref().map_or(0, |remote| remote.queue.len() + remote.queue.under_way());
        if left > 0 {
            tracing::error!(
                tags = left,
                "invalidations are lost: the shared tier didn't confirm them in time"
            );
        }
        left
    }
}

/// Ready when nothing is on its way to the shared tier, nor waits for it.
async fn flush(core: &Core) {
    let Some(remote) = &core.remote else { return };
    remote.idle().await;
    remote.queue.idle().await;
    while remote.queue.len() > 0 {
        if remote.link.is_open() {
            pulse(core).await;
        } else {
            remote.retry(core).await;
        }
        if remote.queue.len() > 0 {
            core.clock.wait(PULSE).await;
        }
    }
}

/// Asks for a proof of life, for an answer if the tier was taken for dead, and sends what waits.
async fn pulse(core: &Core) {
    let Some(remote) = &core.remote else { return };
    remote.link.probe();
    revive(&remote.link).await;
    remote.retry(core).await;
}

/// Asks a tier for an answer that was taken for dead. Nobody waits for it: calls go on without until it has answered.
async fn revive(link: &Link) {
    if link.is_open() {
        let asked = link.tier.read(None, &[]);
        let _ = link.attempt(PULSE, asked).await;
    }
}
