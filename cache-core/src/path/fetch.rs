//! Before a load: what the shared tier has, and the stamps for what is loaded if it has nothing (I10).
//!
//! One answer brings both: the entry, and the epochs of all that it depends on. Cells are held from before the question
//! until the entry or the load holds them, without a break: what is bumped meanwhile is seen.

use std::collections::{HashMap, HashSet};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Duration;

use super::bytes::Bytes;
use super::call::{Dependencies, Held, shared_text};
use super::lease::Leased;
use super::load::next_order;
use super::policy::{draws, serves_while_loading};
use super::shape::Fits;
use crate::bound::{Bound, Core, Remote};
use crate::clock::{Clock, Instant, Patience, Ticks};
use crate::declare::Ttl;
use crate::fresh::context;
use crate::fresh::epoch::{Epoch, EpochList, Moment};
use crate::fresh::known::Learned;
use crate::fresh::nested;
use crate::key::tag::Tag;
use crate::near::Flying;
use crate::near::entry::{Header, Stored};
use crate::near::flight::Stamps;
use crate::near::key::NearKey;
use crate::shared::entry::Stamp;
use crate::shared::reason::{Miss, Reason};
use crate::shared::{self, Bump, TagId};

/// An answer that something overtook is asked for again, so often.
const ATTEMPTS: usize = 3;
/// How long epochs live without a store: longer than what they prove. An entry that outlives them is a miss.
pub(super) const EPOCHS_LIVE: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// How long a load waits for the stamps of what it learns to depend on.
const LEARNED_WITHIN: Duration = Duration::from_millis(50);
/// How long a call waits for another process's load before it asks again, at the least and at the most.
const BACK_OFF: [Duration; 2] = [Duration::from_millis(10), Duration::from_secs(1)];

/// What a call comes with.
pub(super) struct Wanted<'a> {
    pub(super) bound: &'a Arc<Bound>,
    pub(super) key: &'a NearKey,
    pub(super) dependencies: &'a Dependencies,
    pub(super) fits: Fits,
    /// Whether an entry would do; if not, it is to be replaced.
    pub(super) entry: bool,
    pub(super) will: Will,
    /// Whether it is loaded where there is none: by one process, as a rule.
    pub(super) loads: bool,
}

/// Which entries are taken as they are. Others are spares, if they are proven.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Will {
    /// Those whose time has not run out. There are no spares.
    Fresh,
    /// Those whose time has not run out, unless the lot falls on this call to load them again.
    Unless,
    /// Those whose time does not run out soon: the lot has fallen on it.
    Later,
}

/// What there is.
#[expect(clippy::large_enum_variant, reason = "there is one for a miss, and it is taken apart at once")]
pub(super) enum Fetch {
    Found(Found),
    Load(Fetched),
    /// A spare, which will do while another process loads it.
    Elsewhere(Arc<Stored>),
}

/// An entry that may be served.
pub(super) struct Found {
    pub(super) entry: Arc<Stored>,
    /// When the question began to which it is the answer.
    since: Moment,
}

impl Found {
    /// Lands a flight with it: as good as loaded since it was asked for.
    pub(super) fn land(self, leader: Flying) {
        leader.land(Stamps { start: self.since, ..self.entry.stamps() }, Some(self.entry));
    }
}

/// What a load begins with.
pub(crate) struct Fetched {
    /// Held until the load holds them itself.
    pub(super) held: Option<Held>,
    /// Whether the epochs of all that is held are known. If not, what is loaded is soon to be loaded again.
    pub(super) proven: bool,
    /// How it is stored in the shared tier, if it is.
    pub(super) share: Option<Share>,
    pub(super) spare: Option<Arc<Stored>>,
}

/// How a loaded value is stored in the shared tier.
pub(super) struct Share {
    pub(super) text: String,
    pub(super) bytes: Bytes,
    /// Given back when the value is stored, or the load is over without one.
    pub(super) lease: Option<Leased>,
}

impl Fetched {
    /// Where there is nobody to share with.
    pub(super) fn alone() -> Self {
        Fetched { held: None, proven: true, share: None, spare: None }
    }

    fn unproven(held: Held) -> Self {
        Fetched { held: Some(held), proven: false, share: None, spare: None }
    }
}

/// Asks for an entry, or for the stamps of a load. `urgent` says when not to wait for another process's load.
pub(super) async fn fetch(
    wanted: Wanted<'_>,
    patience: &mut Patience,
    mut urgent: impl FnMut(&mut Context<'_>) -> Poll<()>,
) -> Fetch {
    let bound = wanted.bound;
    let Some(remote) = &bound.core.remote else { return Fetch::Load(Fetched::alone()) };
    let held = wanted.dependencies.clone().hold(&wanted.key.bytes);
    let bytes = wanted.fits.bytes().filter(|bytes| bytes.may_leave(bound));
    let strict = is_strict(bound);
    let text = bytes.map(|bytes| shared_text(bound, wanted.key, bytes));
    let tags: Vec<Tag> = held.epochs.iter().chain(&held.provisional.any).map(Epoch::tag).collect();
    let Wanted { key, will, loads, .. } = wanted;
    let asking =
        Asking { bound, remote, key, held: &held, bytes, text: text.as_deref(), strict, will, loads };
    let (mut attempts, mut looked_near, mut waits, mut lease) = (0, !wanted.entry, 0, None);
    loop {
        let near = if looked_near { None } else { asking.near(wanted.fits) };
        looked_near = true;
        // What waits to be invalidated there is neither taken from the shared tier nor stored (I11).
        let shares = bytes.is_some() && !remote.queue.covers(tags.iter().copied());
        let payload = shares && wanted.entry && near.as_ref().is_none_or(|near| !asking.takes(near));
        let spare = match asking.ask(near.as_ref(), payload).await {
            Answer::Found(found) => return Fetch::Found(found),
            Answer::Stamped(spare) => spare,
            // It was near, and isn't what there is now.
            Answer::Again => continue,
            Answer::Overtaken if attempts < ATTEMPTS => {
                attempts += 1;
                continue;
            }
            Answer::Overtaken | Answer::None => return Fetch::Load(Fetched::unproven(held)),
        };
        if shares && wanted.loads && lease.is_none() {
            match Leased::ask(bound, &asking.lease()).await {
                Ok(leased) => {
                    lease = leased;
                    // Between this look and the lease the one who was waited for may have stored it.
                    if waits > 0 && lease.is_some() {
                        continue;
                    }
                }
                Err(_) if spare.as_ref().is_some_and(|spare| serves_while_loading(bound, spare)) => {
                    bound.counts.leases_lost.add();
                    return Fetch::Elsewhere(spare.expect("it was looked at"));
                }
                Err(expected) if !context::is_in_load() => {
                    let [least, most] = BACK_OFF;
                    let pause = if waits == 0 { expected } else { least.saturating_mul(1 << waits.min(6)) };
                    waits += 1;
                    bound.counts.leases_waited.add();
                    if pause_for(pause.clamp(least, most), patience, &mut urgent).await {
                        continue;
                    }
                    bound.counts.leases_lost.add();
                }
                // A load around this call may be what the other process waits for.
                Err(_) => bound.counts.leases_lost.add(),
            }
        }
        let share = match (text, bytes) {
            (Some(text), Some(bytes)) if shares => Some(Share { text, bytes, lease }),
            _ => None,
        };
        return Fetch::Load(Fetched { held: Some(held), proven: true, share, spare });
    }
}

/// The stamps of a load whose result replaces what there is.
pub(super) async fn stamps(
    bound: &Arc<Bound>,
    key: &NearKey,
    dependencies: &Dependencies,
    fits: Fits,
) -> Fetched {
    let mut patience = bound.core.clock.patience(bound.alias.settings.deadline);
    let wanted = Wanted { bound, key, dependencies, fits, entry: false, will: Will::Fresh, loads: false };
    match fetch(wanted, &mut patience, |_| Poll::Pending).await {
        Fetch::Load(fetched) => fetched,
        Fetch::Found(_) | Fetch::Elsewhere(_) => unreachable!("no entry was asked for"),
    }
}

/// Whether nothing is served here that the shared tier hasn't just been asked about.
pub(super) fn is_strict(bound: &Bound) -> bool {
    bound.alias.verifies
        || bound.core.remote.is_some() && context::frame().is_some_and(|frame| frame.is_strict())
}

/// Waits; says whether there is still time.
async fn pause_for(
    pause: Duration,
    patience: &mut Patience,
    urgent: &mut impl FnMut(&mut Context<'_>) -> Poll<()>,
) -> bool {
    // By the kernel's clock, in tests too: another process goes on whether or not they move theirs.
    let mut over = Clock::default().patience(pause);
    poll_fn(|cx| {
        if urgent(cx).is_ready() || patience.poll_end(cx).is_ready() {
            return Poll::Ready(false);
        }
        over.poll_end(cx).map(|()| true)
    })
    .await
}

/// What is asked, and by whom.
struct Asking<'a> {
    bound: &'a Arc<Bound>,
    remote: &'a Remote,
    key: &'a NearKey,
    held: &'a Held,
    bytes: Option<Bytes>,
    text: Option<&'a str>,
    strict: bool,
    will: Will,
    loads: bool,
}

enum Answer {
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

/// What reading epochs came to.
enum Read {
    Known { entry: Option<Vec<u8>>, missing: Vec<Epoch> },
    Overtaken,
    None,
}

impl Asking<'_> {
    /// An entry of this process that would do if its epochs were known to be unchanged.
    fn near(&self, fits: Fits) -> Option<Arc<Stored>> {
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
    fn takes(&self, entry: &Stored) -> bool {
        let now = self.bound.core.clock.now();
        entry.deadline() > now && (self.will != Will::Later || !entry.is_early(now))
    }

    /// The same, when it is there: the lot is drawn.
    fn serves(&self, entry: &Stored) -> bool {
        let lots = self.loads && self.will == Will::Unless;
        self.takes(entry) && !(lots && draws(entry, self.bound.core.clock.now()))
    }

    async fn ask(&self, near: Option<&Arc<Stored>>, payload: bool) -> Answer {
        let core = &self.bound.core;
        // Before anything is read (I10).
        let (arrival, at) = (core.epochs.now(), core.clock.now());
        let mut epochs: Vec<Epoch> =
            self.held.epochs.iter().chain(&self.held.provisional.any).cloned().collect();
        if let Some(near) = near {
            let more =
                near.epochs().iter().filter(|epoch| !epochs.contains(epoch)).cloned().collect::<Vec<_>>();
            epochs.extend(more);
        }
        // What is known needn't be asked for, as long as others are heard.
        let heard = !self.strict && core.epochs.proof.heard().later(self.bound.alias.max_staleness) >= at;
        let unknown: Vec<_> =
            epochs.iter().filter(|epoch| !heard || epoch.known().is_none()).cloned().collect();
        let (entry, missing) = match self.read(payload, &unknown).await {
            Read::Known { entry, missing } => (entry, missing),
            Read::Overtaken => return Answer::Overtaken,
            Read::None => return Answer::None,
        };
        let mut spare = None;
        if let Some(entry) = entry {
            match self.take(&entry, arrival, at, missing.is_empty(), heard).await {
                Ok(entry) if self.serves(&entry) => return Answer::Found(Found { entry, since: arrival }),
                Ok(entry) => spare = Some(entry),
                Err(reason) => self.missed(reason),
            }
        } else if payload {
            self.missed(Reason::Absent);
        }
        if !missing.is_empty() {
            match self.remote.init(core, self.deadline(), &missing).await {
                Some(true) => {}
                Some(false) => return Answer::Overtaken,
                None => return Answer::None,
            }
        }
        match near {
            Some(near) if near.is_verified(&core.epochs) && self.serves(near) => {
                self.bound.counts.rechecked.add();
                Answer::Found(Found { entry: Arc::clone(near), since: arrival })
            }
            Some(near) if near.is_verified(&core.epochs) && self.will != Will::Fresh => {
                Answer::Stamped(spare.or_else(|| Some(Arc::clone(near))))
            }
            Some(_) => Answer::Again,
            None => Answer::Stamped(spare),
        }
    }

    /// What the lease of a load is called: by the state of the tags too, so that nobody waits for a load that an invalidation has
    /// overtaken (I5).
    fn lease(&self) -> String {
        let epochs = self.held.epochs.iter().filter_map(Epoch::last_read);
        let state = epochs.fold(0_u128, |state, epoch| state.rotate_left(9) ^ epoch);
        format!("{}#{state:032x}", self.text.unwrap_or_default())
    }

    fn deadline(&self) -> Duration {
        self.bound.alias.settings.deadline
    }

    async fn read(&self, payload: bool, epochs: &[Epoch]) -> Read {
        let key = if payload { self.text } else { None };
        self.remote.read(&self.bound.core, self.deadline(), key, epochs).await
    }

    /// An entry of the shared tier, if all its stamps are the epochs of now, and all that it must depend on is among them.
    async fn take(
        &self,
        entry: &[u8],
        arrival: Moment,
        at: Instant,
        complete: bool,
        heard: bool,
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
        let stamps: HashMap<Tag, Stamp> = header.stamps.iter().copied().collect();
        let mut epochs: Vec<Epoch> = self.held.epochs.iter().cloned().collect();
        // Changed code, old bytes: what the function depends on now was not stamped then.
        if !epochs.iter().all(|epoch| stamps.contains_key(&epoch.tag())) {
            return Err(Reason::Epoch);
        }
        let own: HashSet<Tag> = epochs.iter().map(Epoch::tag).collect();
        // Learned on the way. Held from before they are read.
        let learned: Vec<_> =
            stamps.keys().filter(|tag| !own.contains(tag)).map(|tag| core.epochs.hold(*tag)).collect();
        let is_stamped = |epoch: &Epoch| epoch.is_stamp(stamps[&epoch.tag()].0);
        // Those that this process doesn't know, and those that it may know wrongly: a known epoch that differs is read before
        // the entry is called old.
        let unknown = |epoch: &&Epoch| !heard || epoch.known().is_none();
        let doubted = epochs.iter().filter(|epoch| !is_stamped(epoch));
        let again: Vec<_> = learned.iter().filter(unknown).chain(doubted).cloned().collect();
        if !again.is_empty() {
            match self.read(false, &again).await {
                Read::Known { missing, .. } if missing.is_empty() => {}
                _ => return Err(Reason::Epoch),
            }
        }
        epochs.extend(learned);
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
        let epochs: EpochList = self.list(epochs);
        let header = Header { order: next_order(), deadline, epochs, complete: true, proven: true, grace };
        let stored = bytes.decode(&opened, arrival, header)?;
        self.bound.counts.shared_hits.add();
        core.watches.learn(self.key, stored.epochs());
        // Checked after it was read, as everything is that goes in.
        if stored.is_unchanged(core.clock.now()) {
            let alias = &self.bound.alias;
            let weight = alias.weight(self.key, &|| bytes.size(stored.value()));
            let _put = alias.near.put(self.key, &stored, weight, core.clock.now());
        }
        Ok(stored)
    }

    /// With those of the function shared.
    fn list(&self, epochs: Vec<Epoch>) -> EpochList {
        let mut list = EpochList::of_function(&self.bound.epochs);
        list.extend(epochs.into_iter().filter(|epoch| !self.bound.epochs.contains(epoch)));
        list.settle();
        list
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

impl Remote {
    /// Reads epochs, and an entry if its key is given, in one round trip.
    async fn read(&self, core: &Core, deadline: Duration, key: Option<&str>, epochs: &[Epoch]) -> Read {
        if epochs.is_empty() && key.is_none() {
            return Read::Known { entry: None, missing: Vec::new() };
        }
        // Before it is asked (I10).
        let (since, at) = (core.epochs.now(), core.clock.now());
        let tags: Vec<_> = epochs.iter().map(|epoch| TagId(epoch.tag().0)).collect();
        let asked = self.link.call(deadline, || self.link.tier.read(key, &tags)).await;
        let Ok(shared::Answer { entry, epochs: read }) = asked else { return Read::None };
        if read.len() != epochs.len() {
            tracing::warn!(tier = ?self.link.tier, "answers with another number of epochs than were asked for");
            return Read::None;
        }
        let (mut missing, mut overtaken) = (Vec::new(), false);
        for (epoch, read) in epochs.iter().zip(read) {
            match read {
                Some(read) => overtaken |= epoch.learn(read.0, since, at) == Learned::Overtaken,
                None => missing.push(epoch.clone()),
            }
        }
        if overtaken { Read::Overtaken } else { Read::Known { entry, missing } }
    }

    /// Gives epochs to tags that have none, for what is loaded from here on. Says whether they are known now; nothing if
    /// the tier can't be asked.
    async fn init(&self, core: &Core, deadline: Duration, missing: &[Epoch]) -> Option<bool> {
        let (since, at) = (core.epochs.now(), core.clock.now());
        let draw = |epoch: &Epoch| Bump { tag: TagId(epoch.tag().0), epoch: shared::Epoch::draw() };
        let bumps: Vec<_> = missing.iter().map(draw).collect();
        let read = self.link.call(deadline, || self.link.tier.init(&bumps, EPOCHS_LIVE)).await.ok()?;
        // Evicted again in between: as if it had been overtaken.
        let known = |(epoch, read): (&Epoch, &Option<shared::Epoch>)| {
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

/// The load of a function is expected to take about so long.
pub(super) fn expected(bound: &Bound) -> Duration {
    Duration::from_micros(bound.load_micros.load(Ordering::Relaxed))
}
