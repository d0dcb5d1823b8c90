//! Before a load: what the shared tier has, and the stamps for what is loaded if it has nothing (I10).
//!
//! One answer brings both: the entry, and the epochs of all that it depends on. Cells are held from before the question
//! until the entry or the load holds them, without a break: what is bumped meanwhile is seen.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Duration;

use super::asking::{Answer, Asking, Shared};
use super::bytes::Bytes;
use super::call::{Dependencies, Held};
use super::lease::Leased;
use super::policy::serves_while_loading;
use super::shape::Fits;
use super::stamps::ATTEMPTS;
use crate::bound::{Bound, Remote};
use crate::clock::{Clock, Patience, Ticks};
use crate::fresh::context;
use crate::fresh::epoch::{Epoch, Moment};
use crate::near::Flying;
use crate::near::entry::Stored;
use crate::near::flight::{Callers, Flight, Stamps};
use crate::near::key::NearKey;

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
    /// Where it is loaded if there is none, by one process as a rule: the flight that does.
    pub(super) leads: Option<&'a Arc<Flight<Arc<Stored>>>>,
    /// Whether another process's load is waited for here.
    pub(super) waits: bool,
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
pub(super) enum Fetch {
    Found(Found),
    Load(Fetched),
    /// A spare, which will do while another process loads it.
    Elsewhere(Arc<Stored>),
    /// Another process loads it, which is expected to take so long.
    Taken(Duration),
}

/// An entry that may be served.
pub(super) struct Found {
    pub(super) entry: Arc<Stored>,
    /// When the question began to which it is the answer.
    pub(super) since: Moment,
    pub(super) after: Callers,
}

impl Found {
    /// Lands a flight with it: as good as loaded since it was asked for.
    pub(super) fn land(self, leader: Flying) {
        let Found { entry, since, after } = self;
        leader.land_with(|| (Stamps { start: since, after, ..entry.stamps() }, Some(entry)));
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
    wanted: &Wanted<'_>,
    patience: &mut Patience,
    urgent: impl FnMut(&mut Context<'_>) -> Poll<()>,
) -> Fetch {
    if let Some(bytes) = wanted.fits.bytes() {
        wanted.bound.note_type(bytes.of_type());
    }
    match &wanted.bound.core.remote {
        None => Fetch::Load(Fetched::alone()),
        // Boxed: a call that asks nobody needn't carry the room for it.
        Some(remote) => Box::pin(fetch_from(remote, wanted, patience, urgent)).await,
    }
}

async fn fetch_from(
    remote: &Remote,
    wanted: &Wanted<'_>,
    patience: &mut Patience,
    mut urgent: impl FnMut(&mut Context<'_>) -> Poll<()>,
) -> Fetch {
    let mut asking = Asking::new(remote, wanted);
    let (bound, leads) = (wanted.bound, wanted.leads);
    let (mut attempts, mut looked_near, mut waits, mut lease) = (0, !wanted.entry, 0, None);
    loop {
        let near = if looked_near { None } else { asking.near(wanted.fits) };
        looked_near = true;
        // What waits to be invalidated there is neither taken from the shared tier nor stored (I11).
        let shares = asking.shared.is_some() && !remote.queue.covers(asking.held.all().map(Epoch::tag));
        let payload = shares && wanted.entry && near.as_ref().is_none_or(|near| !asking.takes(near));
        let since = (bound.core.epochs.now(), Callers::so_far(), bound.core.clock.now());
        let spare = match asking.ask(near.as_ref(), payload).await {
            Answer::Found(found) => return Fetch::Found(found),
            Answer::Stamped(spare) => spare,
            // It was near, and isn't what there is now.
            Answer::Again => continue,
            Answer::Overtaken if attempts < ATTEMPTS => {
                attempts += 1;
                continue;
            }
            Answer::Overtaken | Answer::None => return Fetch::Load(Fetched::unproven(asking.held)),
        };
        if let Some(flight) = leads.filter(|_| shares && lease.is_none()) {
            let asked = asking.lease();
            // Between the look and the lease another may have stored it, and given the lease back.
            // On the heap, for what a hit never comes to makes no room in each call.
            let (leased, again) =
                Box::pin(both(Leased::ask(bound, &asked, flight), asking.again(wanted.entry, since))).await;
            if let Some(found) = again {
                return Fetch::Found(found);
            }
            match leased {
                Ok(leased) => lease = leased,
                Err(_) if spare.as_ref().is_some_and(|spare| serves_while_loading(bound, spare)) => {
                    bound.counts.leases_lost.add();
                    return Fetch::Elsewhere(spare.expect("it was looked at"));
                }
                Err(expected) if !wanted.waits => return Fetch::Taken(expected),
                Err(expected) if !context::is_in_load() => {
                    bound.counts.leases_waited.add();
                    if Box::pin(pause(expected, waits, patience, &mut urgent)).await {
                        waits += 1;
                        continue;
                    }
                    bound.counts.leases_lost.add();
                }
                // A load around this call may be what the other process waits for.
                Err(_) => bound.counts.leases_lost.add(),
            }
        }
        let share = asking.shared.filter(|_| shares);
        let share = share.map(|Shared { text, bytes, .. }| Share { text, bytes, lease });
        return Fetch::Load(Fetched { held: Some(asking.held), proven: true, share, spare });
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
    let wanted =
        Wanted { bound, key, dependencies, fits, entry: false, will: Will::Fresh, leads: None, waits: false };
    match fetch(&wanted, &mut patience, |_| Poll::Pending).await {
        Fetch::Load(fetched) => fetched,
        Fetch::Found(_) | Fetch::Elsewhere(_) | Fetch::Taken(_) => unreachable!("no entry was asked for"),
    }
}

/// Whether nothing is served here that the shared tier hasn't just been asked about.
pub(super) fn is_strict(bound: &Bound) -> bool {
    bound.alias.verifies
        || bound.core.remote.is_some() && context::frame().is_some_and(|frame| frame.is_strict())
}

/// How long what is served here may lag behind other processes: no longer than what is around it.
pub(super) fn max_staleness(bound: &Bound) -> Ticks {
    let (own, around) = (bound.alias.max_staleness, || context::frame().map(|frame| frame.max_staleness()));
    bound.core.remote.as_ref().and_then(|_| around()).map_or(own, |around| own.min(around))
}

/// Waits for another process's load, which is expected to take so long, after so many waits; says whether there is still time.
pub(super) async fn pause(
    expected: Duration,
    waits: u32,
    patience: &mut Patience,
    urgent: &mut impl FnMut(&mut Context<'_>) -> Poll<()>,
) -> bool {
    let [least, most] = BACK_OFF;
    let pause =
        if waits == 0 { expected } else { least.saturating_mul(1 << waits.min(6)) }.clamp(least, most);
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

/// Both at once, the first first.
pub(super) async fn both<A, B>(first: impl Future<Output = A>, second: impl Future<Output = B>) -> (A, B) {
    let (mut first, mut second) = (pin!(first), pin!(second));
    let (mut one, mut other) = (None, None);
    poll_fn(|cx| {
        if one.is_none()
            && let Poll::Ready(ready) = first.as_mut().poll(cx)
        {
            one = Some(ready);
        }
        if other.is_none()
            && let Poll::Ready(ready) = second.as_mut().poll(cx)
        {
            other = Some(ready);
        }
        match one.is_some() && other.is_some() {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    })
    .await;
    (one.expect("it is ready"), other.expect("so is this"))
}

/// The load of a function is expected to take about so long.
pub(super) fn expected(bound: &Bound) -> Duration {
    Duration::from_micros(bound.load_micros.load(Ordering::Relaxed))
}
