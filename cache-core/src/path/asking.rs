//! One question to the shared tier: the epochs of what a call depends on, and the entry. What is taken of the answer has the
//! epochs of now (I6), and is checked after it was read (I10).

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use smallvec::SmallVec;

use super::bytes::Bytes;
use super::call::{Held, text};
use super::fetch::{Found, Wanted, Will, is_strict, max_staleness};
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
    /// An entry that was taken has its epochs; [`give_back`](Self::give_back) brings them back.
    pub(super) held: Held,
    /// How many epochs are held.
    pub(super) own: usize,
    /// The entry in the shared tier, if there can be one.
    pub(super) shared: Option<Shared>,
    pub(super) strict: bool,
    /// How long what is known may lag behind other processes.
    pub(super) lags: Ticks,
    pub(super) will: Will,
    pub(super) loads: bool,
}

/// An entry in the shared tier.
pub(super) struct Shared {
    pub(super) text: String,
    pub(super) bytes: Bytes,
    /// Of the type; 0 if it has none.
    fingerprint: u64,
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

impl Shared {
    pub(super) fn of(bound: &Bound, key: &NearKey, bytes: Bytes) -> Self {
        let fingerprint = bound.fingerprint(bytes.of_type());
        Shared { text: text(bound, &key.bytes, fingerprint), bytes, fingerprint }
    }
}

impl<'a> Asking<'a> {
    pub(super) fn new(remote: &'a Remote, wanted: &Wanted<'a>) -> Self {
        let Wanted { bound, key, dependencies, fits, will, leads, .. } = *wanted;
        let held = dependencies.hold(&key.bytes);
        let bytes = fits.bytes().filter(|bytes| bytes.may_leave(bound));
        Asking {
            bound,
            remote,
            key,
            own: held.epochs.len(),
            held,
            shared: bytes.map(|bytes| Shared::of(bound, key, bytes)),
            strict: is_strict(bound),
            lags: max_staleness(bound),
            will,
            loads: leads.is_some(),
        }
    }
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

    pub(super) async fn ask(&mut self, near: Option<&Arc<Stored>>, payload: bool) -> Answer {
        let core = &self.bound.core;
        // Before anything is read (I10).
        let (arrival, after, at) = (core.epochs.now(), Callers::so_far(), core.clock.now());
        let mut unknown = Epochs::new();
        self.held.all().filter(|epoch| !self.knows(epoch, at)).for_each(|epoch| unknown.push(epoch));
        if let Some(near) = near {
            let own = |epoch: &Epoch| self.held.all().any(|held| held == epoch);
            let more = near.epochs().iter().filter(|epoch| !own(epoch) && !self.knows(epoch, at));
            unknown.extend(more);
        }
        // Who looks at what is near, again, asks with others; who verifies asks after he has come.
        if near.is_some() && !payload && !self.strict && !unknown.is_empty() {
            let known = |epoch: &Epoch| self.knows(epoch, at);
            let asked: Vec<_> = unknown.iter().copied().cloned().collect();
            if !Box::pin(self.remote.recheck(core, self.deadline(), &asked, known)).await {
                return Answer::None;
            }
            unknown.retain(|epoch| !self.knows(epoch, at));
        }
        let read = self.read(payload, &unknown).await;
        drop(unknown);
        let (entry, missing) = match read {
            Read::Known { entry, missing } => (entry, missing),
            Read::Overtaken => return Answer::Overtaken,
            Read::None => return Answer::None,
        };
        let mut spare = None;
        if let Some(entry) = entry {
            match self.take(&entry, arrival, at, missing.is_empty()).await {
                Ok(entry) if self.serves(&entry) => {
                    self.bound.counts.shared_hits.add_here();
                    return Answer::Found(Found { entry, since: arrival, after });
                }
                Ok(entry) => {
                    self.give_back(&entry);
                    spare = Some(entry);
                }
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
        &mut self,
        entry: bool,
        (since, after, at): (Moment, Callers, Instant),
    ) -> Option<Found> {
        if !entry {
            return None;
        }
        let Read::Known { entry: Some(entry), .. } = self.read(true, &[]).await else { return None };
        let entry = self.take(&entry, since, at, true).await.ok()?;
        if !self.serves(&entry) {
            self.give_back(&entry);
            return None;
        }
        self.bound.counts.shared_hits.add_here();
        Some(Found { entry, since, after })
    }

    /// An entry was taken, and isn't what is served.
    fn give_back(&mut self, entry: &Stored) {
        self.held.epochs = entry.epochs().first(self.own);
    }

    /// Whether an epoch is known and needn't be asked for: as long as the server on which it lies is heard, or where it has just
    /// been read.
    fn knows(&self, epoch: &Epoch, now: Instant) -> bool {
        let proof = &self.bound.core.epochs.proof;
        let proven = |at: Instant| at.later(self.lags) >= now;
        let hears = || proven(proof.heard()) || proven(epoch.checked_at()) || proven(epoch.heard_at());
        // In this order: what has moved to a server that is heard is not known.
        !self.strict && hears() && epoch.known().is_some()
    }

    /// What the lease of a load is called: by the state of the tags too, so that nobody waits for a load that an invalidation has
    /// overtaken (I5).
    pub(super) fn lease(&self) -> String {
        let epochs = self.held.epochs.iter().filter_map(Epoch::last_read);
        let state = epochs.fold(0_u128, |state, epoch| state.rotate_left(9) ^ epoch);
        let text = self.shared.as_ref().map_or("", |shared| &shared.text);
        format!("{text}#{state:032x}")
    }

    fn deadline(&self) -> Duration {
        self.bound.alias.settings.deadline
    }

    async fn read(&self, payload: bool, epochs: &[&Epoch]) -> Read {
        let shared = self.shared.as_ref().filter(|_| payload);
        let entry = shared.map(|shared| (self.bound.alias.place(self.remote), &*shared.text));
        self.remote.read(&self.bound.core, self.deadline(), entry, epochs).await
    }

    /// An entry of the shared tier, if all its stamps are the epochs of now, and all that it must depend on is among them.
    async fn take(
        &mut self,
        entry: &[u8],
        arrival: Moment,
        at: Instant,
        complete: bool,
    ) -> Result<Arc<Stored>, Reason> {
        match self.accept(entry, arrival, at, complete, false) {
            Ok(stored) => Ok(stored),
            Err(Refusal::For(reason)) => Err(reason),
            Err(Refusal::Until { read, learned }) => {
                let read: Epochs<'_> = read.iter().collect();
                match Box::pin(self.read(false, &read)).await {
                    Read::Known { missing, .. } if missing.is_empty() => {}
                    _ => return Err(Reason::Epoch),
                }
                let accepted = self.accept(entry, arrival, at, complete, true);
                // Held until the entry holds them.
                drop(learned);
                accepted.map_err(|refusal| match refusal {
                    Refusal::For(reason) => reason,
                    Refusal::Until { .. } => Reason::Epoch,
                })
            }
        }
    }

    /// [`take`](Self::take), by the epochs that are known; `read` if those that weren't have just been read.
    fn accept(
        &mut self,
        entry: &[u8],
        arrival: Moment,
        at: Instant,
        complete: bool,
        read: bool,
    ) -> Result<Arc<Stored>, Refusal> {
        let (bound, core) = (self.bound, &*self.bound.core);
        let (Some(shared), Some(sealer)) = (&self.shared, &bound.alias.sealer) else {
            return Err(Reason::Absent.into());
        };
        let mut opened = sealer.open(&shared.text, entry)?;
        let stamps = Stamps::of(std::mem::take(&mut opened.header.stamps));
        let header = &opened.header;
        let wall = core.clock.wall();
        let left = header.hard_deadline.saturating_sub(wall);
        let soft = header.soft_deadline.min(header.hard_deadline);
        let fresh = soft.saturating_sub(wall);
        if left == 0 || self.will == Will::Fresh && fresh == 0 {
            return Err(Reason::Expired.into());
        }
        if !complete {
            // A tag without an epoch proves nothing (I6).
            return Err(Reason::Epoch.into());
        }
        let own = &self.held.epochs;
        // Learned on the way. Held from before they are read.
        let mut learned: Vec<_> = match stamps.0.len() == self.own {
            true => Vec::new(),
            false => {
                let own: HashSet<Tag> = own.iter().map(Epoch::tag).collect();
                let learned = stamps.0.iter().filter(|(tag, _)| !own.contains(tag));
                learned.map(|(tag, _)| core.epochs.hold(*tag)).collect()
            }
        };
        // Those that this process doesn't know, and those that it may know wrongly: a known epoch that differs is read before
        // the entry is called old.
        let mut unknown = Vec::new();
        for (at_stamp, epoch) in own.iter().enumerate() {
            // Changed code, old bytes: what the function depends on now was not stamped then.
            let stamp = stamps.of_tag(epoch.tag(), at_stamp).ok_or(Reason::Epoch)?;
            match epoch.is_stamp(stamp.0) {
                true => {}
                false if read => return Err(Reason::Epoch.into()),
                false => unknown.push(epoch.clone()),
            }
        }
        for epoch in &learned {
            match stamps.of_tag(epoch.tag(), 0).is_some_and(|stamp| epoch.is_stamp(stamp.0)) {
                _ if !read && !self.knows(epoch, at) => unknown.push(epoch.clone()),
                true => {}
                false => return Err(Reason::Epoch.into()),
            }
        }
        if !unknown.is_empty() {
            return Err(Refusal::Until { read: unknown, learned });
        }
        // What was invalidated and couldn't be told is not seen in the stamps (I11): those that were learned are looked at
        // here first, the others again.
        if self.remote.queue.covers(own.iter().chain(&learned).map(Epoch::tag)) {
            return Err(Reason::Epoch.into());
        }
        if header.fingerprint != shared.fingerprint {
            return Err(Reason::Fingerprint.into());
        }
        let fresh = match bound.ttl() {
            Ttl::For(ttl) => ttl.min(Duration::from_millis(fresh)),
            Ttl::Forever => Duration::from_millis(fresh),
        };
        let ago = Duration::from_millis(wall.saturating_sub(soft));
        let deadline = if ago.is_zero() { at.plus(fresh) } else { at.earlier(Ticks::of(ago)) };
        let lives = Duration::from_millis(soft.saturating_sub(header.written));
        let mut grace = bound.grace(header.load, lives, fresh);
        grace.stale = grace.stale.min(Duration::from_millis(header.hard_deadline.saturating_sub(soft)));
        let bytes = shared.bytes;
        let stored = bytes.decode(&opened, arrival, &mut || {
            let mut epochs = std::mem::take(&mut self.held.epochs);
            epochs.extend(learned.drain(..));
            epochs.settle();
            Header { order: next_order(), deadline, epochs, complete: true, proven: true, grace }
        })?;
        core.watches.learn(self.key, stored.epochs());
        // Checked after it was read, as everything is that goes in.
        let now = core.clock.now();
        if stored.is_unchanged(now) {
            let weight = bound.alias.weight(self.key, &|| bytes.size(stored.value()));
            let _put = bound.alias.near.put(self.key, &stored, weight, now);
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
            let key = self.shared.as_ref().map(|shared| &*shared.text);
            tracing::warn!(key, ?reason, "an entry of the shared tier is not used");
        }
    }
}

/// Why an entry is not taken.
enum Refusal {
    For(Reason),
    /// These epochs have to be read first. All that the entry's load has learned is held meanwhile.
    Until {
        read: Vec<Epoch>,
        learned: Vec<Epoch>,
    },
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Self {
        Refusal::For(reason)
    }
}

/// A few epochs, held by others. They are not cloned: each clone is written down where other threads count theirs.
type Epochs<'a> = SmallVec<[&'a Epoch; 4]>;

/// What an entry was stamped with, by tag. A few are as they were written, more are in order.
struct Stamps(SmallVec<[(Tag, Stamp); 8]>);

impl Stamps {
    /// As many as are quickly looked through.
    const FEW: usize = 16;

    fn of(mut stamps: SmallVec<[(Tag, Stamp); 8]>) -> Self {
        if stamps.len() > Stamps::FEW {
            stamps.sort_unstable_by_key(|(tag, _)| *tag);
            stamps.dedup_by_key(|(tag, _)| *tag);
        }
        Stamps(stamps)
    }

    /// A tag's; `at` is where it is likely to be.
    fn of_tag(&self, tag: Tag, at: usize) -> Option<Stamp> {
        if let Some((there, stamp)) = self.0.get(at)
            && *there == tag
        {
            return Some(*stamp);
        }
        let at = match self.0.len() > Stamps::FEW {
            true => self.0.binary_search_by_key(&tag, |(tag, _)| *tag).ok()?,
            false => self.0.iter().position(|(there, _)| *there == tag)?,
        };
        Some(self.0[at].1)
    }
}
