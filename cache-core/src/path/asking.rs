//! One question to the shared tier: the epochs of what a call depends on, and the entry. What is taken of the answer has the
//! epochs of now (I6), and is checked after it was read (I10).

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use smallvec::SmallVec;

use super::bytes::Bytes;
use super::call::Held;
use super::fetch::{Found, Will, max_staleness};
use super::load::next_order;
use super::policy::draws;
use super::shape::Fits;
use super::stamps::Read;
use crate::bound::{Bound, Remote};
use crate::clock::{Instant, Ticks};
use crate::declare::Ttl;
use crate::fresh::epoch::{Epoch, Moment};
use crate::key::tag::Tag;
use crate::near::entry::{Header, Stored};
use crate::near::flight::Callers;
use crate::near::key::NearKey;
use crate::shared::entry::Stamp;
use crate::shared::reason::{Miss, Reason};

/// What is asked, and by whom.
pub(super) struct Asking<'a> {
    pub(super) bound: &'a Arc<Bound>,
    pub(super) remote: &'a Remote,
    pub(super) key: &'a NearKey,
    pub(super) held: &'a Held,
    pub(super) bytes: Option<Bytes>,
    pub(super) text: Option<&'a str>,
    pub(super) strict: bool,
    pub(super) will: Will,
    pub(super) loads: bool,
}

pub(super) enum Answer {
    Found(Found),
    /// Nothing, or a spare, and the epochs are known.
    Stamped(Option<Arc<Stored>>),
    /// What was near has changed: look elsewhere.
    Again,
    /// Something was heard meanwhile that may be newer than the answer.
    Overtaken,
    /// None: the tier can't be asked.
    None,
}

impl Asking<'_> {
    /// An entry of this process that would do if its epochs were known to be unchanged.
    pub(super) fn near(&self, fits: Fits) -> Option<Arc<Stored>> {
        let near = &self.bound.alias.near;
        let inside = near.enter()?;
        let entry = near.get(self.key.as_ref(), &inside)?;
        let now = self.bound.core.clock.now();
        let would_do = entry.is_proven()
            && entry.is_unchanged(now)
            && (self.will != Will::Fresh || entry.deadline() > now)
            && fits.accept(entry);
        would_do.then(|| Arc::clone(entry))
    }

    /// Whether an entry is taken as it is.
    pub(super) fn takes(&self, entry: &Stored) -> bool {
        let now = self.bound.core.clock.now();
        entry.deadline() > now && (self.will != Will::Later || !entry.is_early(now))
    }

    /// The same, when it is there: the lot is drawn.
    fn serves(&self, entry: &Stored) -> bool {
        let lots = self.loads && self.will == Will::Unless;
        self.takes(entry) && !(lots && draws(entry, self.bound.core.clock.now()))
    }

    pub(super) async fn ask(&self, near: Option<&Arc<Stored>>, payload: bool) -> Answer {
        let core = &self.bound.core;
        // Before anything is read (I10).
        let (arrival, after, at) = (core.epochs.now(), Callers::so_far(), core.clock.now());
        let mut unknown: Epochs<'_> = self.held.all().collect();
        if let Some(near) = near {
            let more = near.epochs().iter().filter(|epoch| !self.held.all().any(|held| held == *epoch));
            unknown.extend(more);
        }
        unknown.retain(|epoch| !self.knows(epoch, at));
        // Who looks at what is near, again, asks with others; who verifies asks after he has come.
        if near.is_some() && !payload && !self.strict && !unknown.is_empty() {
            let known = |epoch: &Epoch| self.knows(epoch, at);
            let asked: Vec<_> = unknown.iter().copied().cloned().collect();
            if !Box::pin(self.remote.recheck(core, self.deadline(), &asked, known)).await {
                return Answer::None;
            }
            unknown.retain(|epoch| !self.knows(epoch, at));
        }
        let (entry, missing) = match self.read(payload, &unknown).await {
            Read::Known { entry, missing } => (entry, missing),
            Read::Overtaken => return Answer::Overtaken,
            Read::None => return Answer::None,
        };
        let mut spare = None;
        if let Some(entry) = entry {
            match self.take(&entry, arrival, at, missing.is_empty()).await {
                Ok(entry) if self.serves(&entry) => {
                    self.bound.counts.shared_hits.add();
                    return Answer::Found(Found { entry, since: arrival, after });
                }
                Ok(entry) => spare = Some(entry),
                Err(reason) => self.missed(reason),
            }
        } else if payload {
            self.missed(Reason::Absent);
        }
        if !missing.is_empty() {
            match Box::pin(self.remote.init(core, self.deadline(), &missing)).await {
                Some(true) => {}
                Some(false) => return Answer::Overtaken,
                None => return Answer::None,
            }
        }
        match near {
            Some(near) if near.is_verified() && self.serves(near) => {
                self.bound.counts.rechecked.add();
                Answer::Found(Found { entry: Arc::clone(near), since: arrival, after })
            }
            Some(near) if near.is_verified() && self.will != Will::Fresh => {
                Answer::Stamped(spare.or_else(|| Some(Arc::clone(near))))
            }
            Some(_) => Answer::Again,
            None => Answer::Stamped(spare),
        }
    }

    /// What another has stored since this process looked, if an entry would do. It is no better known than by the epochs that
    /// were read then.
    pub(super) async fn again(
        &self,
        entry: bool,
        (since, after, at): (Moment, Callers, Instant),
    ) -> Option<Found> {
        if !entry {
            return None;
        }
        let Read::Known { entry: Some(entry), .. } = self.read(true, &[]).await else { return None };
        let entry = self.take(&entry, since, at, true).await.ok()?;
        self.serves(&entry).then(|| {
            self.bound.counts.shared_hits.add();
            Found { entry, since, after }
        })
    }

    /// Whether an epoch is known and needn't be asked for: as long as the server on which it lies is heard, or where it has just
    /// been read.
    fn knows(&self, epoch: &Epoch, now: Instant) -> bool {
        let (proof, lags) = (&self.bound.core.epochs.proof, max_staleness(self.bound));
        let proven = |at: Instant| at.later(lags) >= now;
        let hears = || proven(proof.heard()) || proven(epoch.checked_at()) || proven(epoch.heard_at());
        // In this order: what has moved to a server that is heard is not known.
        !self.strict && hears() && epoch.known().is_some()
    }

    /// What the lease of a load is called: by the state of the tags too, so that nobody waits for a load that an invalidation has
    /// overtaken (I5).
    pub(super) fn lease(&self) -> String {
        let epochs = self.held.epochs.iter().filter_map(Epoch::last_read);
        let state = epochs.fold(0_u128, |state, epoch| state.rotate_left(9) ^ epoch);
        format!("{}#{state:032x}", self.text.unwrap_or_default())
    }

    fn deadline(&self) -> Duration {
        self.bound.alias.settings.deadline
    }

    async fn read(&self, payload: bool, epochs: &[&Epoch]) -> Read {
        let entry = self.text.filter(|_| payload).map(|text| (self.bound.alias.place(self.remote), text));
        self.remote.read(&self.bound.core, self.deadline(), entry, epochs).await
    }

    /// An entry of the shared tier, if all its stamps are the epochs of now, and all that it must depend on is among them.
    async fn take(
        &self,
        entry: &[u8],
        arrival: Moment,
        at: Instant,
        complete: bool,
    ) -> Result<Arc<Stored>, Reason> {
        let (Some(bytes), Some(text), Some(sealer)) = (self.bytes, self.text, &self.bound.alias.sealer)
        else {
            return Err(Reason::Absent);
        };
        let core = &self.bound.core;
        let opened = sealer.open(text, entry)?;
        let header = &opened.header;
        let left = header.hard_deadline.saturating_sub(core.clock.wall());
        let soft = header.soft_deadline.min(header.hard_deadline);
        let fresh = soft.saturating_sub(core.clock.wall());
        if left == 0 || self.will == Will::Fresh && fresh == 0 {
            return Err(Reason::Expired);
        }
        if !complete {
            // A tag without an epoch proves nothing (I6).
            return Err(Reason::Epoch);
        }
        let stamps = Stamps::of(&header.stamps);
        let own = &self.held.epochs;
        // Changed code, old bytes: what the function depends on now was not stamped then.
        if !own.iter().all(|epoch| stamps.of_tag(epoch.tag()).is_some()) {
            return Err(Reason::Epoch);
        }
        // Learned on the way. Held from before they are read.
        let learned: Vec<_> = match stamps.0.len() == own.iter().count() {
            true => Vec::new(),
            false => {
                let own: HashSet<Tag> = own.iter().map(Epoch::tag).collect();
                let learned = stamps.0.iter().filter(|(tag, _)| !own.contains(tag));
                learned.map(|(tag, _)| core.epochs.hold(*tag)).collect()
            }
        };
        let is_stamped =
            |epoch: &Epoch| stamps.of_tag(epoch.tag()).is_some_and(|stamp| epoch.is_stamp(stamp.0));
        // Those that this process doesn't know, and those that it may know wrongly: a known epoch that differs is read before
        // the entry is called old.
        let unknown = |epoch: &&Epoch| !self.knows(epoch, at);
        let doubted = own.iter().filter(|epoch| !is_stamped(epoch));
        let again: Epochs<'_> = learned.iter().filter(unknown).chain(doubted).collect();
        if !again.is_empty() {
            match Box::pin(self.read(false, &again)).await {
                Read::Known { missing, .. } if missing.is_empty() => {}
                _ => return Err(Reason::Epoch),
            }
        }
        drop(again);
        let mut epochs = own.clone();
        epochs.extend(learned);
        epochs.settle();
        // What was invalidated and couldn't be told is not seen in the stamps (I11): those that were learned are looked at
        // here first, the others again.
        if !epochs.iter().all(is_stamped) || self.remote.queue.covers(epochs.iter().map(Epoch::tag)) {
            return Err(Reason::Epoch);
        }
        let fresh = match self.bound.ttl() {
            Ttl::For(ttl) => ttl.min(Duration::from_millis(fresh)),
            Ttl::Forever => Duration::from_millis(fresh),
        };
        let ago = Duration::from_millis(core.clock.wall().saturating_sub(soft));
        let deadline = if ago.is_zero() { at.plus(fresh) } else { at.earlier(Ticks::of(ago)) };
        let lives = Duration::from_millis(soft.saturating_sub(header.written));
        let mut grace = self.bound.grace(header.load, lives, fresh);
        grace.stale = grace.stale.min(Duration::from_millis(header.hard_deadline.saturating_sub(soft)));
        let header = Header { order: next_order(), deadline, epochs, complete: true, proven: true, grace };
        let stored = bytes.decode(&opened, arrival, header)?;
        core.watches.learn(self.key, stored.epochs());
        // Checked after it was read, as everything is that goes in.
        if stored.is_unchanged(core.clock.now()) {
            let alias = &self.bound.alias;
            let weight = alias.weight(self.key, &|| bytes.size(stored.value()));
            let _put = alias.near.put(self.key, &stored, weight, core.clock.now());
        }
        Ok(stored)
    }

    fn missed(&self, reason: Reason) {
        let counts = &self.bound.counts;
        let count = match reason.miss() {
            Miss::Absent => &counts.absent,
            Miss::Expired => &counts.expired,
            Miss::Epoch => &counts.outdated,
            Miss::Fingerprint => &counts.other_type,
            Miss::Codec => &counts.undecodable,
            Miss::Key => &counts.unreadable,
            Miss::Corrupt => &counts.corrupt,
        };
        count.add();
        if !matches!(reason, Reason::Absent | Reason::Expired | Reason::Epoch) {
            tracing::warn!(key = self.text, ?reason, "an entry of the shared tier is not used");
        }
    }
}

/// A few epochs, held by others. They are not cloned: each clone is written down where other threads count theirs.
type Epochs<'a> = SmallVec<[&'a Epoch; 12]>;

/// What an entry was stamped with, by tag.
struct Stamps(SmallVec<[(Tag, Stamp); 16]>);

impl Stamps {
    fn of(stamps: &[(Tag, Stamp)]) -> Self {
        let mut stamps = SmallVec::from_slice(stamps);
        stamps.sort_unstable_by_key(|(tag, _)| *tag);
        stamps.dedup_by_key(|(tag, _)| *tag);
        Stamps(stamps)
    }

    fn of_tag(&self, tag: Tag) -> Option<Stamp> {
        let at = self.0.binary_search_by_key(&tag, |(tag, _)| *tag).ok()?;
        Some(self.0[at].1)
    }
}
