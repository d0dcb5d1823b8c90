//! Leases: of the processes that miss a key, one loads it, as a rule. What is right rests on stamps alone.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::AbortHandle;

use super::fetch::expected;
use crate::bound::{Bound, Core};
use crate::shared::link::Failure;
use crate::shared::{self, Lease};

/// How long a lease is held without a word of its holder: after so long another process loads.
const LEASE: Duration = Duration::from_secs(3);

/// A lease of this process. Given back when it is dropped.
pub(super) struct Leased {
    held: Option<Held>,
}

struct Held {
    core: Arc<Core>,
    text: String,
    token: u128,
    deadline: Duration,
    /// None before it is granted.
    keeper: Option<AbortHandle>,
}

impl Leased {
    /// Asks to be the one who loads. `Ok(None)` where nobody can say; otherwise how long the load of the one who does is expected
    /// to take.
    pub(super) async fn ask(bound: &Arc<Bound>, text: &str) -> Result<Option<Leased>, Duration> {
        let core = &bound.core;
        let Some(remote) = &core.remote else { return Ok(None) };
        let (link, deadline) = (&remote.link, bound.alias.settings.deadline);
        let token = shared::Epoch::draw().0;
        // Given back however this ends, for the answer can be lost, and who asked can go away.
        let held = Held { core: Arc::clone(core), text: text.to_owned(), token, deadline, keeper: None };
        let mut leased = Leased { held: Some(held) };
        match link.call(deadline, || link.tier.lease(text, token, LEASE, expected(bound))).await {
            Ok(Lease::Granted) => {
                leased.held.iter_mut().for_each(Held::keep);
                Ok(Some(leased))
            }
            Ok(Lease::Taken { expected }) => {
                leased.held = None;
                Err(expected)
            }
            Err(Failure::Open) => {
                leased.held = None;
                Ok(None)
            }
            Err(_) => Ok(None),
        }
    }

    /// Gives it back.
    pub(super) async fn release(mut self) {
        let held = self.held.take();
        if let Some(held) = held {
            held.release().await;
        }
    }
}

impl Held {
    /// Keeps it while the load runs.
    fn keep(&mut self) {
        let Some(remote) = &self.core.remote else { return };
        let (weak, key, clock) = (Arc::downgrade(&self.core), self.text.clone(), self.core.clock.clone());
        let (token, deadline) = (self.token, self.deadline);
        self.keeper = Some(remote.link.spawn(async move {
            loop {
                clock.wait(LEASE / 3).await;
                let Some(core) = weak.upgrade() else { return };
                let Some(remote) = &core.remote else { return };
                let link = &remote.link;
                if let Ok(false) = link.call(deadline, || link.tier.keep(&key, token, LEASE)).await {
                    return;
                }
            }
        }));
    }

    async fn release(self) {
        self.keeper.iter().for_each(AbortHandle::abort);
        if let Some(remote) = &self.core.remote {
            let link = &remote.link;
            // If this fails it runs out.
            let _ = link.call(self.deadline, || link.tier.release(&self.text, self.token)).await;
        }
    }
}

impl Drop for Leased {
    fn drop(&mut self) {
        let Some(held) = self.held.take() else { return };
        let core = Arc::clone(&held.core);
        if let Some(remote) = &core.remote {
            remote.link.spawn(held.release());
        }
    }
}
