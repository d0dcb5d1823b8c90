//! Epochs of the shared tier: read, and given to tags that have none. What says whether an answer counts is in the cells (I10).

use std::borrow::Borrow;
use std::pin::Pin;
use std::ptr;
use std::time::Duration;

use super::fetch::both;
use crate::bound::{Core, Remote};
use crate::fresh::epoch::Epoch;
use crate::fresh::known::Learned;
use crate::fresh::nested;
use crate::shared::link::{Failure, Link};
use crate::shared::{self, Bump, TagId};

/// An answer that something overtook is asked for again, so often.
pub(super) const ATTEMPTS: usize = 3;
/// How long epochs live without a store: longer than what they prove. An entry that outlives them is a miss.
pub(super) const EPOCHS_LIVE: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// How long a load waits for the stamps of what it learns to depend on.
const LEARNED_WITHIN: Duration = Duration::from_millis(50);

/// What reading epochs came to.
pub(super) enum Read {
    Known { entry: Option<Vec<u8>>, missing: Vec<Epoch> },
    Overtaken,
    None,
}

impl Remote {
    /// Reads epochs, and an entry if its key is given with the tier that it lies in: in one round trip, or in one to each tier at
    /// once.
    pub(super) async fn read(
        &self,
        core: &Core,
        deadline: Duration,
        entry: Option<(&Link, &str)>,
        epochs: &[impl Borrow<Epoch>],
    ) -> Read {
        let each = || epochs.iter().map(Borrow::<Epoch>::borrow);
        if epochs.is_empty() && entry.is_none() {
            return Read::Known { entry: None, missing: Vec::new() };
        }
        // Before it is asked (I10).
        let before = (!epochs.is_empty()).then(|| (core.epochs.now(), core.clock.now()));
        let tags: Vec<_> = each().map(|epoch| TagId(epoch.tag().0)).collect();
        let asked = match entry {
            Some((place, key)) if !ptr::eq(place, &self.link) => {
                Box::pin(self.read_apart(deadline, place, key, &tags)).await
            }
            _ => {
                let key = entry.map(|(_, key)| key);
                self.link.call(deadline, || self.link.tier.read(key, &tags)).await
            }
        };
        let Ok(shared::Answer { entry, epochs: read }) = asked else { return Read::None };
        if read.len() != epochs.len() {
            tracing::warn!(tier = ?self.link.tier, "answers with another number of epochs than were asked for");
            return Read::None;
        }
        let (mut missing, mut overtaken) = (Vec::new(), false);
        let Some((since, at)) = before else { return Read::Known { entry, missing } };
        for (epoch, read) in each().zip(read) {
            match read {
                Some(read) => {
                    overtaken |= epoch.learn(read.0, since, at) == Learned::Overtaken;
                    self.recent.keep(epoch);
                }
                None => missing.push(epoch.clone()),
            }
        }
        if overtaken { Read::Overtaken } else { Read::Known { entry, missing } }
    }

    /// Reads epochs where they lie, and an entry elsewhere. Which of both is read first doesn't matter: an entry is proven by epochs
    /// that were read after the call began, whenever it was stored. One that can't be had is none; without the epochs there is no
    /// answer.
    async fn read_apart(
        &self,
        deadline: Duration,
        place: &Link,
        key: &str,
        tags: &[TagId],
    ) -> Result<shared::Answer, Failure> {
        let epochs = async {
            match tags {
                [] => Ok(Vec::new()),
                tags => Ok(self.link.call(deadline, || self.link.tier.read(None, tags)).await?.epochs),
            }
        };
        let entry = place.call(deadline, || place.tier.read(Some(key), &[]));
        let (epochs, entry) = both(epochs, entry).await;
        Ok(shared::Answer { entry: entry.ok().and_then(|answer| answer.entry), epochs: epochs? })
    }

    /// Gives epochs to tags that have none, for what is loaded from here on. Says whether they are known now; nothing if
    /// the tier can't be asked.
    pub(super) async fn init(&self, core: &Core, deadline: Duration, missing: &[Epoch]) -> Option<bool> {
        let (since, at) = (core.epochs.now(), core.clock.now());
        let draw = |epoch: &Epoch| Bump { tag: TagId(epoch.tag().0), epoch: shared::Epoch::draw() };
        let bumps: Vec<_> = missing.iter().map(draw).collect();
        let read = self.link.call(deadline, || self.link.tier.init(&bumps, EPOCHS_LIVE)).await.ok()?;
        // Evicted again in between: as if it had been overtaken.
        let known = |(epoch, read): (&Epoch, &Option<shared::Epoch>)| {
            self.recent.keep(epoch);
            read.is_some_and(|read| epoch.learn(read.0, since, at) == Learned::Proven)
        };
        Some(
            read.len() == missing.len()
                && missing.iter().zip(&read).filter(|pair| known(*pair)).count() == read.len(),
        )
    }
}

impl nested::Stamps for Core {
    fn take(&self, epochs: Vec<Epoch>) -> Pin<Box<dyn Future<Output = bool> + Send + '_>> {
        Box::pin(async move {
            let Some(remote) = &self.remote else { return true };
            let epochs: Vec<_> = epochs.into_iter().filter(|epoch| epoch.known().is_none()).collect();
            for _ in 0..=ATTEMPTS {
                let missing = match remote.read(self, LEARNED_WITHIN, None, &epochs).await {
                    Read::Known { missing, .. } => missing,
                    Read::Overtaken => continue,
                    Read::None => return false,
                };
                if missing.is_empty() {
                    return true;
                }
                match remote.init(self, LEARNED_WITHIN, &missing).await {
                    Some(true) => return true,
                    Some(false) => {}
                    None => return false,
                }
            }
            false
        })
    }
}
