//! After a load: its value on its way to the shared tier.

use std::sync::Arc;
use std::time::Duration;

use smallvec::SmallVec;

use super::fetch::Share;
use crate::bound::Bound;
use crate::clock::Instant;
use crate::near::entry::Stored;
use crate::shared::TagId;
use crate::shared::entry::{Header, Stamp};

/// An entry lives no longer than this there.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// How long it may take to send one: nobody waits for it.
const DEADLINE: Duration = Duration::from_secs(1);

impl Share {
    /// Stores what a load that began then gave, for as long as it is kept: in a task of the cache's own, so that the caller doesn't
    /// wait. With the stamps from before the load: if anything has been bumped since, what is stored is old from the start.
    pub(super) fn store(self, bound: &Arc<Bound>, entry: &Arc<Stored>, began: Instant) {
        let core = &bound.core;
        let Some(remote) = &core.remote else { return };
        let now = core.clock.now();
        bound.note_load(now.since(began));
        let start = entry.stamps().start;
        let stamps = entry.epochs().iter().map(|epoch| Some((epoch.tag(), Stamp(epoch.stamp(start)?))));
        let Some(stamps) = stamps.collect::<Option<SmallVec<_>>>() else {
            bound.counts.unshared.add();
            return;
        };
        // What was invalidated here and couldn't be told must not be found there (I11).
        if remote.queue.covers(stamps.iter().map(|(tag, _)| *tag)) {
            bound.counts.unshared.add();
            return;
        }
        let Some(permit) = bound.alias.place(remote).store_permit() else {
            bound.counts.unshared.add();
            return;
        };
        let wall = core.clock.wall();
        let left = entry.kept_until().since(now).min(LONGEST);
        let until = |instant: Instant| {
            let left = instant.since(now).min(LONGEST);
            wall.saturating_add(u64::try_from(left.as_millis()).unwrap_or(u64::MAX))
        };
        let header = Header {
            written: wall,
            soft_deadline: until(entry.deadline()),
            hard_deadline: until(entry.kept_until()),
            load: now.since(began),
            fingerprint: self.bytes.fingerprint(),
            stamps,
        };
        let (bound, entry) = (Arc::clone(bound), Arc::clone(entry));
        remote.link.spawn(async move {
            let stored = self.send(&bound, &entry, &header, left).await;
            let count = if stored { &bound.counts.shared_stores } else { &bound.counts.unshared };
            count.add();
            // Only now: who waits for it finds the entry.
            if let Some(lease) = self.lease {
                lease.release().await;
            }
            drop(permit);
        });
    }

    async fn send(&self, bound: &Bound, entry: &Stored, header: &Header, ttl: Duration) -> bool {
        let (Some(remote), Some(sealer)) = (&bound.core.remote, &bound.alias.sealer) else { return false };
        let codec = bound.alias.settings.codec;
        let Some((codec, payload)) = self.bytes.encode(entry.value(), codec) else { return false };
        let Ok(sealed) = sealer.seal(&self.text, header, codec, &payload) else { return false };
        let (place, link) = (bound.alias.place(remote), &remote.link);
        if ttl.is_zero() || place.call(DEADLINE, || place.tier.store(&self.text, &sealed, ttl)).await.is_err()
        {
            return false;
        }
        let tags: Vec<_> = header.stamps.iter().map(|(tag, _)| TagId(tag.0)).collect();
        // Without it they run out, and what depends on them is loaded again.
        let _ = link.call(DEADLINE, || link.tier.renew(&tags, super::stamps::EPOCHS_LIVE)).await;
        true
    }
}
