//! Hits that are verified: served, loaded again behind the caller, and compared (`verify_rate`).
//!
//! What differs is a mismatch only if nothing invalidates what was served: neither by the end of the load nor for `max_staleness`
//! after it, in which a writer that had committed comes to invalidating, and others hear of it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;

use super::bytes::Bytes;
use super::call::{Asked, key_text};
use super::policy::{Near, Spare, note_hit};
use super::read::stored;
use crate::bound::Bound;
use crate::clock::Instant;
use crate::near::entry::Stored;
use crate::near::key::NearKey;

/// That a hit is verified, until it is known what that came to.
pub(super) struct Verification {
    bound: Arc<Bound>,
    key: NearKey,
    bytes: Bytes,
    _permit: OwnedSemaphorePermit,
}

/// What lies near, for a call on which the lot fell. Where it can't be verified it is a hit like any other.
pub(super) fn look(asked: &Asked) -> Near {
    let Asked { bound, key, dependencies, fits, .. } = asked;
    let Some(entry) = stored(bound, key.as_ref()).filter(|entry| fits.accept(entry)) else {
        return Near::Nothing;
    };
    match Verification::begin(asked) {
        Some(verification) => {
            let mut spare = Spare::new(bound, entry, dependencies);
            spare.verification = Some(Arc::new(verification));
            Near::Spare(spare)
        }
        None => {
            if let Some(inside) = bound.alias.near.enter() {
                note_hit(bound, &entry, &inside);
            }
            Near::Fresh(entry)
        }
    }
}

impl Verification {
    fn begin(asked: &Asked) -> Option<Verification> {
        let Asked { bound, key, fits, behind, .. } = asked;
        let Some(bytes) = fits.bytes() else {
            say_once(bound, "its values stay in this process, and have no bytes to be compared by");
            return None;
        };
        if !behind {
            // Nobody who was to be served at once waits for a load instead.
            say_once(
                bound,
                "its body can't run behind its caller: that of an async function can that owns its arguments and says `verify_rate` \
                 itself",
            );
            return None;
        }
        let permit = bound.core.behind.verification()?;
        Some(Verification { bound: Arc::clone(bound), key: key.clone(), bytes, _permit: permit })
    }

    /// The load is over, and its result is there for others.
    pub(super) fn compare(self: Arc<Self>, served: Arc<Stored>, loaded: &Stored) {
        if !served.is_proven() {
            // In an outage: what others have invalidated meanwhile isn't known, and its time is short for that (I9).
            return;
        }
        let settings = &self.bound.alias.settings;
        match self.bytes.are_equal(served.value(), loaded.value(), settings.codec) {
            // An error, which was stored as one.
            None => {}
            Some(true) => self.bound.counts.verified.add(),
            Some(false) => {
                // Behind the caller there is a runtime. Not in the slot of the load, which is over.
                if let Ok(runtime) = Handle::try_current() {
                    runtime.spawn(self.settle(served));
                }
            }
        }
    }

    /// What was served differs: whether that was known, or will be.
    async fn settle(self: Arc<Self>, served: Arc<Stored>) {
        let Bound { core, alias, counts, function, .. } = &*self.bound;
        core.clock.wait(alias.settings.max_staleness).await;
        // By what would let it be served if its time didn't run out.
        if !served.may_be_served_until(Instant::NEVER, &core.epochs, &core.clock, alias.max_staleness) {
            return;
        }
        counts.verified.add();
        counts.mismatches.add();
        let tags: Vec<_> = function.dependencies.iter().map(ToString::to_string).collect();
        tracing::warn!(
            key = key_text(&self.bound, &self.key),
            tags = tags.join(", "),
            "served another value than its source has, and nothing has invalidated it"
        );
    }
}

/// Says why the hits of a function are never verified, though its alias asks for it.
fn say_once(bound: &Bound, why: &str) {
    if !bound.unverified.swap(true, Ordering::Relaxed) {
        tracing::warn!(function = bound.function.name, "`verify_rate` says nothing of it: {why}");
    }
}
