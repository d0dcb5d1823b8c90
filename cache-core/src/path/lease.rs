//! Leases: of the processes that miss a key, one loads it, as a rule. What is right rests on stamps alone.
//!
//! Of two loads of one key that run at once in a process, for something has overtaken the first, the second takes the lease
//! over: it is the one that others wait for.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::AbortHandle;

use super::fetch::expected;
use crate::bound::Bound;
use crate::near::entry::Stored;
use crate::near::flight::Flight;
use crate::near::leases::{Held, Place};
use crate::shared::Lease;
use crate::shared::link::Failure;
use crate::sync::lock;

/// How long a lease is held without a word of its holder: after so long another process loads.
const LEASE: Duration = Duration::from_secs(3);

/// A lease of this process. Given back when it is dropped, unless it was taken over.
pub(super) struct Leased {
    bound: Arc<Bound>,
    text: String,
    place: Place,
}

impl Leased {
    /// Asks to be the one who loads. `Ok(None)` where nobody can say; otherwise how long the load of the one who does is expected
    /// to take.
    pub(super) async fn ask(
        bound: &Arc<Bound>,
        text: &str,
        flight: &Arc<Flight<Arc<Stored>>>,
    ) -> Result<Option<Leased>, Duration> {
        let Some(remote) = &bound.core.remote else { return Ok(None) };
        let (link, deadline) = (bound.alias.place(remote), bound.alias.settings.deadline);
        // Given back however this ends, for the answer can be lost, and who asked can go away.
        let (place, token, granted) = remote.leases.place(text, flight, deadline);
        let leased = Leased { bound: Arc::clone(bound), text: text.to_owned(), place };
        if granted {
            return Ok(Some(leased));
        }
        match link.call(deadline, || link.tier.lease(text, token, LEASE, expected(bound))).await {
            Ok(Lease::Granted) => {
                if let Some(held) = &mut *lock(&leased.place) {
                    keep(held, bound, text);
                }
                Ok(Some(leased))
            }
            Ok(Lease::Taken { expected }) => {
                leased.take();
                Err(expected)
            }
            Err(Failure::Open) => {
                leased.take();
                Ok(None)
            }
            Err(_) => Ok(None),
        }
    }

    /// Gives it back.
    pub(super) async fn release(self) {
        if let Some(held) = self.take() {
            release(held, &self.bound, &self.text).await;
        }
    }

    /// What of it is this load's still.
    fn take(&self) -> Option<Held> {
        self.bound.core.remote.as_ref()?.leases.take(&self.text, &self.place)
    }
}

/// Keeps it while the load runs.
fn keep(held: &mut Held, bound: &Arc<Bound>, text: &str) {
    let Some(remote) = &bound.core.remote else { return };
    let (weak, key, clock) = (Arc::downgrade(bound), text.to_owned(), bound.core.clock.clone());
    let (token, deadline) = (held.token, held.deadline);
    held.keeper = Some(remote.link.spawn(async move {
        loop {
            clock.wait(LEASE / 3).await;
            let Some(bound) = weak.upgrade() else { return };
            let Some(remote) = &bound.core.remote else { return };
            let link = bound.alias.place(remote);
            if let Ok(false) = link.call(deadline, || link.tier.keep(&key, token, LEASE)).await {
                return;
            }
        }
    }));
}

async fn release(held: Held, bound: &Bound, text: &str) {
    held.keeper.iter().for_each(AbortHandle::abort);
    if let Some(remote) = &bound.core.remote {
        let link = bound.alias.place(remote);
        // If this fails it runs out.
        let _ = link.call(held.deadline, || link.tier.release(text, held.token)).await;
    }
}

impl Drop for Leased {
    fn drop(&mut self) {
        let Some(held) = self.take() else { return };
        let (bound, text) = (Arc::clone(&self.bound), std::mem::take(&mut self.text));
        if let Some(remote) = &self.bound.core.remote {
            remote.link.spawn(async move { release(held, &bound, &text).await });
        }
    }
}
