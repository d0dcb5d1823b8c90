//! Many entries at once: each looked for by itself, and one load for all that is missing.
//!
//! Each key is an entry of its own, with its own stamps and flight. A batch boards the flights of all that it misses,
//! loads those that it leads with one body, lands them, and only then waits for those that others lead: so no two
//! batches can wait for each other.

use std::collections::HashMap;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::begun::{Closing, bypassed, outdate, stamp};
use super::board::arrives;
use super::call::{Asked, Bypass, Dependencies, Held};
use super::depends::{verify, verify_uncached};
use super::fetch::{Fetch, Fetched, Wanted, Will, fetch, pause};
use super::late;
use super::load::{Load, tell};
use super::read::{hand_up_entry, hit, stored};
use super::shape::{AnyResult, Keep, Kind, Shape};
use super::wait::{Waited, join, queue, wait};
use crate::bound::Bound;
use crate::clock::Patience;
use crate::declare::Mode;
use crate::fresh::context::{self, Scopes};
use crate::fresh::epoch::EpochList;
use crate::fresh::nested::{Frame, Unknown};
use crate::near::Flying;
use crate::near::entry::Stored;
use crate::near::flight::{Arrival, Flight, Landing, Seat, Turn, next_number};
use crate::near::key::NearKey;
use crate::shared::link::STORES;

/// Entries that are asked for together.
pub(crate) struct Batch<'a, R, K: Kind<R>, D> {
    pub(crate) bound: &'a Arc<Bound>,
    /// Each once.
    pub(crate) keys: &'a [NearKey],
    /// In which the keys were written.
    pub(crate) scopes: Scopes,
    /// Whether what is stored may be served.
    pub(crate) served: bool,
    /// Why what is missing must not be loaded for others.
    pub(crate) bypass: Option<Bypass>,
    pub(crate) blocking: bool,
    pub(crate) shape: &'a Shape<R, K>,
    /// Declares what the entry of a key depends on.
    pub(crate) declare: D,
}

/// Places among the keys, each with the flight that it leads, if it does.
type Flown = Vec<(usize, Option<Flying>)>;

/// What looking for others' entries came to, besides those that were found.
#[derive(Default)]
struct Came {
    /// What is to be loaded now.
    left: Flown,
    /// With what each of their loads begins.
    fetched: Vec<Fetched>,
    /// What other processes are loading, which is expected to take so long.
    taken: Flown,
    expected: Duration,
}

/// In place of an entry, for those who waited for it: the load didn't find it.
struct Absent;

/// What a body gives: a value for each key that it found, in the order in which they were asked for.
pub(crate) type Values<R, E> = Result<Vec<Option<R>>, E>;

/// What is still to be found.
#[derive(Clone, Copy)]
enum Open {
    /// By whoever leads.
    Shared(usize),
    /// By this batch alone: there is nobody to wait for.
    Alone(usize),
}

impl<R, K: Kind<R>, D: Fn(usize, &mut Dependencies)> Batch<'_, R, K, D> {
    /// Get or set. `body` loads what is missing, given by its places among the keys, and answers in the same order;
    /// it may be called more than once, for other keys.
    pub(crate) async fn run<E, B>(&self, mut body: impl FnMut(Vec<usize>) -> B) -> Values<R, E>
    where
        B: Future<Output = Values<R, E>>,
    {
        let mut found = self.nothing();
        if self.served {
            let hits = self.keys.iter().enumerate().map(|(at, key)| {
                hit(self.bound, key.as_ref(), &|| self.declared(at).scope(), |entry| self.shape.read(entry))
            });
            found = hits.collect();
        }
        let missing: Vec<_> = (0..found.len()).filter(|at| found[*at].is_none()).collect();
        if !missing.is_empty() {
            Box::pin(self.miss(missing, &mut found, &mut body)).await?;
        }
        Ok(found)
    }

    async fn miss<E, B>(
        &self,
        missing: Vec<usize>,
        found: &mut [Option<R>],
        body: &mut impl FnMut(Vec<usize>) -> B,
    ) -> Result<(), E>
    where
        B: Future<Output = Values<R, E>>,
    {
        let bound = self.bound;
        if let Some(bypass) = self.bypass() {
            return self.uncached(bypass, missing, found, body).await;
        }
        if bound.mode() == Mode::Refresh {
            return self.replace(missing, found, body).await;
        }
        // As in `read::miss`: later bumps are not this call's business.
        let arrival = arrives(bound);
        missing.iter().for_each(|_| bound.counts.misses.add_here());
        tracing::debug!(function = bound.function.name, keys = missing.len(), "misses");
        let mut patience = bound.core.clock.patience(bound.alias.settings.load_wait);
        // Held until the end, so that no bump is missed in between.
        let told = context::frame().map(|parent| {
            let held = self.tell(&parent, &missing, false);
            (parent, held)
        });
        let number = next_number();
        let mut open: Vec<_> = missing.into_iter().map(Open::Shared).collect();
        while !open.is_empty() {
            let (mut led, mut alone, mut others) = (Vec::new(), Vec::new(), Vec::new());
            for next in open.drain(..) {
                let at = match next {
                    Open::Shared(at) => at,
                    Open::Alone(at) => {
                        alone.push(at);
                        continue;
                    }
                };
                match bound.alias.flights.board_with(&self.keys[at], arrival, number) {
                    Turn::Lead(leader) => match self.landed_since(at, leader) {
                        Ok(value) => found[at] = Some(value),
                        Err(leader) => led.push((at, leader)),
                    },
                    Turn::Follow(flight) => others.push((at, vec![flight], true)),
                    Turn::Wait(flights) => others.push((at, flights, false)),
                    Turn::Alone => alone.push(at),
                }
            }
            if !(led.is_empty() && alone.is_empty()) {
                self.load(number, led, alone, found, body, &mut patience).await?;
            }
            // Only now, when nobody waits for this batch any more.
            for (at, flights, follow) in others {
                let next = self.follow(at, flights, follow, arrival, &mut found[at], &mut patience).await;
                open.extend(next);
            }
        }
        if let Some((parent, held)) = told {
            // As in `read::miss`: what was found to depend on has been handed up by now.
            held.iter().for_each(|held| parent.met(&held.provisional.any));
        }
        Ok(())
    }

    /// Between this batch's look and now another's load may have ended.
    fn landed_since(&self, at: usize, leader: Flying) -> Result<R, Flying> {
        let Some(entry) = stored(self.bound, self.keys[at].as_ref()) else { return Err(leader) };
        let Some(value) = self.shape.read(&entry) else { return Err(leader) };
        hand_up_entry(self.bound, &entry, &|| self.declared(at).scope());
        leader.land(entry.stamps(), Some(entry));
        self.bound.counts.shared_loads.add();
        Ok(value)
    }

    /// Waits for another's load. What is still open afterwards is answered.
    async fn follow(
        &self,
        at: usize,
        flights: Vec<Arc<Flight<Arc<Stored>>>>,
        follow: bool,
        arrival: Arrival,
        found: &mut Option<R>,
        patience: &mut Patience,
    ) -> Option<Open> {
        let flight = follow.then(|| Arc::clone(&flights[0]));
        let waited = wait(self.bound, flights, patience).await;
        match flight.and_then(|flight| flight.landing(arrival)) {
            Some(Landing::Shared(entry)) => {
                let value = self.shape.read(&entry);
                if value.is_none() && !entry.value().is::<Absent>() {
                    return Some(Open::Alone(at));
                }
                hand_up_entry(self.bound, &entry, &|| self.declared(at).scope());
                self.bound.counts.shared_loads.add();
                *found = value;
                None
            }
            Some(Landing::Unshared) => Some(Open::Alone(at)),
            Some(Landing::Again) => Some(Open::Shared(at)),
            None => match waited {
                Waited::Over => Some(Open::Shared(at)),
                Waited::Alone => Some(Open::Alone(at)),
                Waited::TooLong => {
                    self.bound.counts.overdue.add();
                    Some(Open::Alone(at))
                }
            },
        }
    }

    /// Loads what it leads and what it must load by itself: at once, but for what other processes are loading.
    async fn load<E, B>(
        &self,
        number: u64,
        led: Vec<(usize, Flying)>,
        alone: Vec<usize>,
        found: &mut [Option<R>],
        body: &mut impl FnMut(Vec<usize>) -> B,
        patience: &mut Patience,
    ) -> Result<(), E>
    where
        B: Future<Output = Values<R, E>>,
    {
        let led = led.into_iter().map(|(at, leader)| (at, Some(leader)));
        let mut flown: Flown = led.chain(alone.into_iter().map(|at| (at, None))).collect();
        let (mut leases, mut waits) = (true, 0);
        while !flown.is_empty() {
            let Came { left, fetched, taken, expected } = self.fetch(flown, true, leases, found).await;
            if !left.is_empty() {
                let mut seats = seats(&left);
                let urgent = |cx: &mut Context<'_>| poll_urgent(&mut seats, cx);
                let _permit = queue(self.bound, self.blocking, patience, urgent).await;
                self.fly(Some(number), left, fetched, found, body).await?;
            }
            flown = taken;
            if flown.is_empty() {
                break;
            }
            // Only now, when this batch has none of the leases that others wait for. In a load nobody waits: what is around it
            // may be what the other process waits for.
            let mut seats = seats(&flown);
            let mut urgent = |cx: &mut Context<'_>| poll_urgent(&mut seats, cx);
            leases = !context::is_in_load() && {
                flown.iter().for_each(|_| self.bound.counts.leases_waited.add());
                pause(expected, waits, patience, &mut urgent).await
            };
            waits += 1;
            if !leases {
                flown.iter().for_each(|_| self.bound.counts.leases_lost.add());
            }
        }
        Ok(())
    }

    /// What the shared tier has of what is to be loaded, and with what the loads of the rest begin: those that it gets the lease
    /// of, if leases are asked for.
    async fn fetch(&self, flown: Flown, entry: bool, leases: bool, found: &mut [Option<R>]) -> Came {
        let (bound, fits) = (self.bound, self.shape.fits());
        if bound.core.remote.is_none() {
            let fetched = flown.iter().map(|_| Fetched::alone()).collect();
            return Came { left: flown, fetched, ..Came::default() };
        }
        let declared: Vec<_> = flown.iter().map(|(at, _)| self.declared(*at)).collect();
        let asked = flown.iter().zip(&declared).enumerate().map(|(nth, ((at, leader), dependencies))| {
            let leader = leader.as_ref().filter(|_| leases && nth < STORES);
            async move {
                let mut patience = bound.core.clock.patience(bound.alias.settings.deadline);
                let (key, will, leads) = (&self.keys[*at], Will::Fresh, leader.map(Flying::flight));
                let wanted = Wanted { bound, key, dependencies, fits, entry, will, leads, waits: false };
                fetch(&wanted, &mut patience, |_| Poll::Pending).await
            }
        });
        let answers = join(asked).await;
        let mut came = Came::default();
        for (((at, leader), dependencies), answer) in flown.into_iter().zip(declared).zip(answers) {
            match answer {
                Fetch::Elsewhere(entry) => {
                    hand_up_entry(bound, &entry, &|| dependencies.scope());
                    found[at] = self.shape.read(&entry);
                    if let Some(leader) = leader {
                        leader.land(entry.stamps(), Some(entry));
                    }
                }
                Fetch::Found(answer) => {
                    hand_up_entry(bound, &answer.entry, &|| dependencies.scope());
                    found[at] = self.shape.read(&answer.entry);
                    if let Some(leader) = leader {
                        answer.land(leader);
                    }
                }
                Fetch::Taken(expected) => {
                    came.taken.push((at, leader));
                    came.expected = came.expected.max(expected);
                }
                Fetch::Load(load) => {
                    came.left.push((at, leader));
                    came.fetched.push(load);
                }
            }
        }
        came
    }

    /// Stamps, the body, the checks; answers which are not to be kept.
    async fn fly<E, B>(
        &self,
        number: Option<u64>,
        flown: Flown,
        fetched: Vec<Fetched>,
        found: &mut [Option<R>],
        body: &mut impl FnMut(Vec<usize>) -> B,
    ) -> Result<Vec<usize>, E>
    where
        B: Future<Output = Values<R, E>>,
    {
        let declared: Vec<_> = flown.iter().map(|(at, _)| self.declared(*at)).collect();
        let Some(frame) = self.frame(&declared, number, context::frame()) else {
            return Ok(Vec::new());
        };
        let mut loads = Vec::with_capacity(flown.len());
        // Dropped before the leaders are: what was learned is whole when others take over.
        let closing = Closing(Arc::clone(&frame));
        for (((at, leader), dependencies), fetched) in flown.into_iter().zip(declared).zip(fetched) {
            let load = Load::among(self.bound, self.keys[at].clone(), dependencies, &frame, fetched);
            if let Some(leader) = &leader {
                leader.begin(load.boarding(), Some(load.learned()));
            }
            loads.push((at, leader, load));
        }
        self.bound.counts.loads.add();
        let places = loads.iter().map(|(at, ..)| *at).collect();
        // The closure too is called within the load: it may read before it returns its future.
        let result = self.within(&frame, async { body(places).await }).await;
        let mut gathered = frame.close();
        drop(closing);
        gathered.share(loads.len());
        let (mut values, error) = match result {
            Ok(values) => (values.into_iter(), None),
            Err(error) => (Vec::new().into_iter(), Some(error)),
        };
        if error.is_some() {
            self.bound.counts.errors.add();
        }
        let values: Vec<_> = loads.iter().map(|_| values.next().flatten()).collect();
        let named = loads
            .iter_mut()
            .zip(&values)
            .filter_map(|((.., load), value)| load.name(&self.shape.of(value.as_ref()?).found()));
        late::stamp(self.bound, &mut named.collect::<Vec<_>>()).await;
        let (mut unkept, mut depended) = (Vec::new(), Vec::new());
        for ((at, leader, load), value) in loads.into_iter().zip(values) {
            let failed = value.as_ref().is_some_and(|value| K::look(value).is_err());
            let loaded = match &value {
                Some(value) => load.finish_among(&self.shape.of(value), &gathered),
                None if error.is_some() => load.settle(Keep::Not, &gathered, &|_, _| None, &|| 0),
                None => {
                    let absent =
                        |start, header| Some(Arc::new(Stored::new(start, header, Absent)) as Arc<Stored>);
                    load.settle(Keep::Not, &gathered, &absent, &|| 0)
                }
            };
            if !loaded.kept && !failed {
                unkept.push(at);
            }
            found[at] = value;
            if self.bound.core.test.is_some() {
                depended.push(loaded.stamps.epochs.clone());
            }
            if let Some(leader) = leader {
                loaded.land(leader);
            }
        }
        if !gathered.too_many {
            verify(&self.bound.core, &frame, depended.iter().flat_map(EpochList::iter));
        }
        error.map_or(Ok(unkept), Err)
    }

    /// Loads all of it and replaces what is stored.
    pub(crate) async fn refresh<E, B>(&self, mut body: impl FnMut(Vec<usize>) -> B) -> Values<R, E>
    where
        B: Future<Output = Values<R, E>>,
    {
        let (mut found, all) = (self.nothing(), (0..self.keys.len()).collect());
        let was_off = self.bound.mode() == Mode::Off;
        let Some(bypass) = self.bypass() else {
            self.replace(all, &mut found, &mut body).await?;
            return Ok(found);
        };
        self.uncached(bypass, all, &mut found, &mut body).await?;
        if was_off || self.bound.mode() == Mode::Off {
            // As in `read::refresh`.
            let failed = |value: &Option<R>| value.as_ref().is_some_and(|value| K::look(value).is_err());
            self.outdated((0..found.len()).filter(|at| !failed(&found[*at])).collect());
        }
        Ok(found)
    }

    async fn replace<E, B>(
        &self,
        all: Vec<usize>,
        found: &mut [Option<R>],
        body: &mut impl FnMut(Vec<usize>) -> B,
    ) -> Result<(), E>
    where
        B: Future<Output = Values<R, E>>,
    {
        let mut patience = self.bound.core.clock.patience(self.bound.alias.settings.load_wait);
        let _permit = queue(self.bound, self.blocking, &mut patience, |_| Poll::Pending).await;
        let flown = all.into_iter().map(|at| (at, None)).collect();
        let Came { left, fetched, .. } = self.fetch(flown, false, false, found).await;
        let unkept = self.fly(None, left, fetched, found, body).await?;
        self.outdated(unkept);
        Ok(())
    }

    /// As in `begun::outdate`: what is there, or under way, is not what the source says now.
    fn outdated(&self, places: Vec<usize>) {
        if places.is_empty() {
            return;
        }
        outdate(self.bound, places.iter().map(|at| &self.keys[*at]));
    }

    /// The body alone, for all of it.
    pub(crate) async fn body<E, B>(&self, mut body: impl FnMut(Vec<usize>) -> B) -> Values<R, E>
    where
        B: Future<Output = Values<R, E>>,
    {
        let (mut found, all) = (self.nothing(), (0..self.keys.len()).collect());
        self.uncached(self.bypass.unwrap_or(Bypass::Asked), all, &mut found, &mut body).await?;
        Ok(found)
    }

    async fn uncached<E, B>(
        &self,
        bypass: Bypass,
        missing: Vec<usize>,
        found: &mut [Option<R>],
        body: &mut impl FnMut(Vec<usize>) -> B,
    ) -> Result<(), E>
    where
        B: Future<Output = Values<R, E>>,
    {
        bypassed(self.bound, bypass);
        let (around, places) = (context::frame(), missing.clone());
        let frame = around.and_then(|parent| {
            let declared: Vec<_> = missing.iter().map(|at| self.declared(*at)).collect();
            Some((self.frame(&declared, None, Some(Arc::clone(&parent)))?, parent))
        });
        let values = match frame {
            Some((frame, parent)) => {
                if bypass == Bypass::InUnit {
                    parent.gather_unknown(Unknown::InUnit);
                }
                let unscoped = matches!(bypass, Bypass::Unscoped(_));
                let held = self.tell(&parent, &missing, unscoped);
                let _closing = Closing(Arc::clone(&frame));
                stamp(self.bound, &frame, &held).await;
                let values = self.within(&frame, async { body(places).await }).await?;
                if !unscoped {
                    verify_uncached(&self.bound.core, &frame, &held);
                }
                values
            }
            None => context::in_scopes(self.scopes.clone(), async { body(places).await }).await?,
        };
        for (at, value) in missing.into_iter().zip(values) {
            found[at] = value;
        }
        Ok(())
    }

    fn nothing(&self) -> Vec<Option<R>> {
        self.keys.iter().map(|_| None).collect()
    }

    fn bypass(&self) -> Option<Bypass> {
        Asked::why_not(self.bound, self.bypass)
    }

    fn declared(&self, at: usize) -> Dependencies {
        let mut dependencies = Dependencies::new(self.bound);
        context::in_scopes_sync(self.scopes.clone(), || (self.declare)(at, &mut dependencies));
        dependencies
    }

    fn within<F: Future>(
        &self,
        frame: &Arc<Frame>,
        body: F,
    ) -> impl Future<Output = F::Output> + use<'_, R, K, D, F> {
        context::Within::new(context::Context::of_load(Arc::clone(frame), self.scopes.clone()), body)
    }

    /// The frame of their one body: in the scope that they are all in. Where ids are tenants or users themselves there
    /// is none, for what the body calls and reads in the scope of one, the others lack.
    fn frame(
        &self,
        declared: &[Dependencies],
        number: Option<u64>,
        parent: Option<Arc<Frame>>,
    ) -> Option<Arc<Frame>> {
        let first = declared.first()?;
        let (mut scope, mut origin) = (first.scope(), first.origin());
        if declared.iter().any(|other| other.scope() != scope) {
            (scope, origin.tenant) = Default::default();
        }
        Some(Frame::new(self.bound.function.name, scope, origin, number, parent))
    }

    /// Tells the load around this batch what it depends on, and holds it.
    fn tell(&self, parent: &Frame, missing: &[usize], unscoped: bool) -> Vec<Held> {
        let mut held = Vec::new();
        for at in missing {
            let mut dependencies = self.declared(*at);
            if unscoped {
                dependencies.unscoped = Some("tenant");
            }
            held.push(tell(parent, self.bound, &self.keys[*at], dependencies));
        }
        held
    }
}

fn seats(flown: &Flown) -> Vec<Seat<Arc<Stored>>> {
    flown.iter().filter_map(|(_, leader)| Some(Seat::new(Arc::clone(leader.as_ref()?.flight())))).collect()
}

/// Ready when one of them must not wait.
fn poll_urgent(seats: &mut [Seat<Arc<Stored>>], cx: &mut Context<'_>) -> Poll<()> {
    // All of them, so that each has this task's waker.
    match seats.iter_mut().filter_map(|seat| seat.poll_urgent(cx).is_ready().then_some(())).count() {
        0 => Poll::Pending,
        _ => Poll::Ready(()),
    }
}

/// Each key once, and for each of those that were given its place among them.
pub(crate) fn unique(keys: impl IntoIterator<Item = NearKey>) -> (Vec<NearKey>, Vec<usize>) {
    let mut known = HashMap::<NearKey, usize, foldhash::fast::RandomState>::default();
    let places = keys
        .into_iter()
        .map(|key| {
            let next = known.len();
            *known.entry(key).or_insert(next)
        })
        .collect();
    let mut keys: Vec<_> = known.into_iter().collect();
    keys.sort_unstable_by_key(|(_, place)| *place);
    (keys.into_iter().map(|(key, _)| key).collect(), places)
}
