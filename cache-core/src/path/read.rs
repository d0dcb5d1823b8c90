//! The read path, from top to bottom: hit, or board a flight, follow it or lead it, and what becomes of the result.
//!
//! Nothing here knows the type of a value or of a body: so it is compiled once, and not again for each function. Who
//! does is [`run`](super::run), which has the body in its hands.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};

use tokio::sync::OwnedSemaphorePermit;

use super::ask::How;
use super::block_on::block_on;
use super::call::{Asked, Bypass, Call, Dependencies, Held, key_text, near_key};
use super::depends::verify_uncached;
use super::fetch::{Fetch, Found, Wanted, fetch, is_strict, stamps};
use super::load::{Load, tell};
use super::shape::{AnyResult, Fits};
use super::wait::{Waited, queue, wait};
use crate::bound::Bound;
use crate::clock::Instant;
use crate::declare::{Mode, Scope};
use crate::fresh::changes::Changes;
use crate::fresh::context::{self, Context, Entered, Scopes};
use crate::fresh::nested::{Frame, Stamps, Unknown};
use crate::key::tag::Tag;
use crate::near::Flying;
use crate::near::entry::Stored;
use crate::near::flight::{Arrival, Landing, Seat, Turn};
use crate::near::key::{NearKey, NearKeyRef};
use crate::near::readers::Guard;

/// Whether something is taken of an entry that may be served to a call, from this process's store.
pub(super) fn find(call: &mut Call, take: Take<'_>) -> bool {
    if call.how != How::Cached || call.bypass.is_some() {
        return false;
    }
    let mut own = None;
    let (bound, key, scope) = call.parts(&mut own);
    served(bound, key, &scope, take)
}

/// Takes something of an entry, where it lies. Says whether it did.
pub(super) type Take<'a> = &'a mut dyn FnMut(&Arc<Stored>) -> bool;

/// What is taken of an entry that may be served. The scope is that of the key.
pub(super) fn hit<T>(
    bound: &Bound,
    key: &[u8],
    scope: &dyn Fn() -> Scope,
    mut take: impl FnMut(&Stored) -> Option<T>,
) -> Option<T> {
    let mut taken = None;
    let served = served_to_many(bound, key, scope, &mut |entry| {
        taken = take(entry);
        taken.is_some()
    });
    // What was taken and not served isn't given: this call is in a unit of work that has written.
    taken.filter(|_| served)
}

/// [`served`], compiled once for all that aren't calls.
fn served_to_many(bound: &Bound, key: &[u8], scope: &dyn Fn() -> Scope, take: Take<'_>) -> bool {
    served(bound, key, scope, take)
}

/// Whether something is taken of an entry that may be served: the load around this call depends on it from here on.
// A part of each hit: not worth a call, and in one piece, for what is passed to a closure is written to memory.
#[inline(always)]
fn served(bound: &Bound, key: &[u8], scope: &dyn Fn() -> Scope, take: Take<'_>) -> bool {
    let Some(inside) = bound.alias.near.enter() else { return false };
    let Some(entry) = look(bound, near_key(bound, key), &inside) else { return false };
    let tell = |frame: &Frame| {
        if bound.core.remote.is_some() && frame.is_strict() {
            return false;
        }
        frame.gather(bound.function.name, entry.epochs().iter(), entry.deadline(), &scope());
        tell_proof(bound, frame, entry);
        true
    };
    if !take(entry) || !context::serve(tell) {
        return false;
    }
    entry.visits.note();
    bound.counts.hits.add(inside.reader());
    // Who listens may take his time: what is removed meanwhile would wait for him.
    drop(inside);
    tracing::debug!(key = %Text(bound, key), "hit");
    true
}

/// An entry that may be served.
#[inline(always)]
fn look<'g>(bound: &'g Bound, key: NearKeyRef<'_>, inside: &'g Guard) -> Option<&'g Arc<Stored>> {
    if bound.mode() != Mode::On || bound.alias.verifies {
        return None;
    }
    let entry = bound.alias.near.get(key, inside)?;
    if !entry.may_be_served(&bound.core.epochs, &bound.core.clock, bound.alias.max_staleness) {
        return None;
    }
    Some(entry)
}

/// An entry that may be served, to others than this call too.
pub(super) fn stored(bound: &Bound, key: NearKeyRef<'_>) -> Option<Arc<Stored>> {
    // In a load that asks the shared tier about all that it calls, this is asked about too.
    if is_strict(bound) {
        return None;
    }
    let inside = bound.alias.near.enter()?;
    look(bound, key, &inside).cloned()
}

/// A call that found nothing to be served. It comes to an entry, or it is its body's turn.
pub(super) struct Miss(Stage);

enum Stage {
    Asked(Box<Asked>),
    Before(Pin<Box<dyn Future<Output = Next> + Send>>),
    Begun(Box<Begun>),
    Over,
}

/// What a call that missed is to do.
enum Next {
    /// Return this, which fits.
    Found(Arc<Stored>),
    /// Run the body.
    Run(Box<Begun>),
}

impl Miss {
    pub(super) fn new(asked: Asked) -> Self {
        Miss(Stage::Asked(Box::new(asked)))
    }

    /// For the author to declare them, before all else.
    pub(super) fn dependencies(&mut self) -> &mut Dependencies {
        let Stage::Asked(asked) = &mut self.0 else { unreachable!("it is declared first") };
        &mut asked.dependencies
    }

    /// Ready with an entry that fits, or with none when it is the body's turn, for as long as it runs.
    pub(super) fn poll(&mut self, cx: &mut task::Context<'_>) -> Poll<Option<Arc<Stored>>> {
        let mut before = match std::mem::replace(&mut self.0, Stage::Over) {
            Stage::Asked(asked) => Box::pin(before(asked)),
            Stage::Before(before) => before,
            begun @ Stage::Begun(_) => {
                self.0 = begun;
                return Poll::Ready(None);
            }
            Stage::Over => panic!("polled after it was ready"),
        };
        match before.as_mut().poll(cx) {
            Poll::Ready(Next::Found(entry)) => Poll::Ready(Some(entry)),
            Poll::Ready(Next::Run(begun)) => {
                self.0 = Stage::Begun(begun);
                Poll::Ready(None)
            }
            Poll::Pending => {
                self.0 = Stage::Before(before);
                Poll::Pending
            }
        }
    }

    /// [`poll`](Self::poll), on this thread.
    pub(super) fn wait(&mut self) -> Option<Arc<Stored>> {
        if let Stage::Asked(asked) = &mut self.0 {
            asked.blocking = true;
        }
        block_on(poll_fn(|cx| self.poll(cx)))
    }

    /// Surrounds the body while it runs.
    pub(super) fn enter(&mut self) -> Entered<'_> {
        let Stage::Begun(begun) = &mut self.0 else { unreachable!("it is the body's turn") };
        begun.surroundings.enter()
    }

    /// Surrounds a body that is dropped, if it has begun.
    pub(super) fn enter_to_drop(&mut self) -> Option<Entered<'_>> {
        let Stage::Begun(begun) = &mut self.0 else { return None };
        Some(begun.surroundings.enter())
    }

    /// The body is over.
    pub(super) fn finish(&mut self, result: &dyn AnyResult) {
        if let Stage::Begun(begun) = std::mem::replace(&mut self.0, Stage::Over) {
            begun.finish(result);
        }
    }
}

/// The first half: all that comes before the body, or in its place.
async fn before(asked: Box<Asked>) -> Next {
    let bound = &asked.bound;
    let was_off = bound.mode() == Mode::Off;
    let bypass = match asked.how {
        How::Uncached => Some(asked.bypass.unwrap_or(Bypass::Asked)),
        How::Cached | How::Refresh => asked.bypass(),
    };
    if let Some(bypass) = bypass {
        return Next::Run(uncached(*asked, bypass, was_off).await);
    }
    if asked.how == How::Refresh || bound.mode() == Mode::Refresh {
        return Next::Run(refresh(*asked).await);
    }
    // Later bumps are not this call's business: what it may be given is what was loaded after this, or what nothing
    // has changed since.
    let arrival = arrives(bound);
    bound.counts.misses.add();
    tracing::debug!(key = %Text(bound, &asked.key.bytes), "miss");
    // The load around this call depends on it, though it may give up waiting for another's load.
    let told = context::frame().map(|parent| {
        // Held until the end, so that no bump is missed in between.
        let held = tell(&parent, bound, &asked.key, asked.dependencies.clone());
        Told { parent, held: vec![held] }
    });
    match board(asked, arrival).await {
        Next::Run(mut begun) => {
            begun.told = told;
            Next::Run(begun)
        }
        found => {
            told.into_iter().for_each(Told::met);
            found
        }
    }
}

/// Waits for who loads it, or begins to.
async fn board(asked: Box<Asked>, arrival: Arrival) -> Next {
    let Asked { bound, key, scopes, blocking, fits, dependencies, .. } = *asked;
    let mut patience = bound.core.clock.patience(bound.alias.settings.load_wait);
    loop {
        let waited = match bound.alias.flights.board(&key, arrival) {
            Turn::Lead(leader) => {
                // Between this call's look and now another's load may have ended.
                if let Some(entry) = stored(&bound, key.as_ref()).filter(|entry| fits.accept(entry)) {
                    hand_up_entry(&bound, &entry, &|| dependencies.scope());
                    leader.land(entry.stamps(), Some(Arc::clone(&entry)));
                    bound.counts.shared_loads.add();
                    return Next::Found(entry);
                }
                let mut seat = Seat::new(Arc::clone(leader.flight()));
                let wanted = Wanted {
                    bound: &bound,
                    key: &key,
                    dependencies: &dependencies,
                    fits,
                    entry: true,
                    loads: true,
                };
                let fetched = match fetch(wanted, &mut patience, |cx| seat.poll_urgent(cx)).await {
                    Fetch::Found(found) => {
                        let entry = Arc::clone(&found.entry);
                        hand_up_entry(&bound, &entry, &|| dependencies.scope());
                        found.land(leader);
                        return Next::Found(entry);
                    }
                    Fetch::Load(fetched) => fetched,
                };
                let permit = queue(&bound, blocking, &mut patience, |cx| seat.poll_urgent(cx)).await;
                let flight = Some(leader.flight().number());
                let load = Load::begin(&bound, key, dependencies, flight, fetched);
                leader.begin(load.boarding(), Some(load.learned()));
                return Next::Run(Begun::load(load, scopes, permit, Some(leader)));
            }
            Turn::Follow(flight) => {
                let waited = wait(&bound, vec![Arc::clone(&flight)], &mut patience).await;
                match flight.landing(arrival) {
                    Some(Landing::Shared(entry)) if fits.accept(&entry) => {
                        hand_up_entry(&bound, &entry, &|| dependencies.scope());
                        bound.counts.shared_loads.add();
                        return Next::Found(entry);
                    }
                    // Each by itself and all at once: one after the other, fifty callers of a source that fails
                    // slowly would wait fifty times as long.
                    Some(Landing::Shared(_) | Landing::Unshared) => Waited::Alone,
                    Some(Landing::Again) => Waited::Over,
                    None => waited,
                }
            }
            Turn::Wait(flights) => wait(&bound, flights, &mut patience).await,
            Turn::Alone => Waited::Alone,
        };
        match waited {
            Waited::Over => continue,
            Waited::Alone => {}
            Waited::TooLong => bound.counts.overdue.add(),
        }
        let permit = match waited {
            Waited::TooLong => None,
            _ => queue(&bound, blocking, &mut patience, |_| Poll::Pending).await,
        };
        let wanted =
            Wanted { bound: &bound, key: &key, dependencies: &dependencies, fits, entry: true, loads: false };
        let fetched = match fetch(wanted, &mut patience, |_| Poll::Pending).await {
            Fetch::Found(Found { entry, .. }) => {
                hand_up_entry(&bound, &entry, &|| dependencies.scope());
                return Next::Found(entry);
            }
            Fetch::Load(fetched) => fetched,
        };
        let load = Load::begin(&bound, key, dependencies, None, fetched);
        return Next::Run(Begun::load(load, scopes, permit, None));
    }
}

/// A caller who missed comes now.
pub(super) fn arrives(bound: &Bound) -> Arrival {
    let core = &bound.core;
    let moment = core.epochs.now();
    if core.remote.is_none() {
        return moment.into();
    }
    let (at, max_staleness) = (core.clock.now(), bound.alias.max_staleness);
    // Where others aren't heard, a flight that began long ago may have missed what they wrote.
    let heard = core.epochs.proof.heard().later(max_staleness) >= at;
    let oldest = if heard { Instant::from_ticks(0) } else { at.earlier(max_staleness) };
    Arrival { moment, strict: is_strict(bound), at, oldest }
}

/// Begins to load it and to replace it, whatever is stored.
async fn refresh(asked: Asked) -> Box<Begun> {
    let Asked { bound, key, scopes, blocking, fits, dependencies, .. } = asked;
    let mut patience = bound.core.clock.patience(bound.alias.settings.load_wait);
    let permit = queue(&bound, blocking, &mut patience, |_| Poll::Pending).await;
    let fetched = stamps(&bound, &key, &dependencies, fits).await;
    let load = Load::begin(&bound, key.clone(), dependencies, None, fetched);
    let mut begun = Begun::load(load, scopes, permit, None);
    begun.replaced = Some(Replaced { bound, key, was_off: false });
    begun
}

/// Begins the body alone. A load around it still learns what it depends on.
async fn uncached(asked: Asked, bypass: Bypass, was_off: bool) -> Box<Begun> {
    let Asked { how, bound, key, scopes, dependencies, .. } = asked;
    bypassed(&bound, bypass);
    let inside = context::frame().map(|parent| {
        // A frame of its own, for the body may be in another tenant than the load around it.
        let (scope, origin) = (dependencies.scope(), dependencies.origin());
        let frame = Frame::new(bound.function.name, scope, origin, None, Some(Arc::clone(&parent)));
        Inside::new(&bound, &parent, frame, bypass, [(&key, dependencies)])
    });
    if let Some(inside) = &inside {
        stamp(&bound, &inside.frame(), &inside.held).await;
    }
    let surroundings = match &inside {
        Some(inside) => Context::of_load(inside.frame(), scopes),
        None => Context::of_scopes(scopes),
    };
    let replaced = (how == How::Refresh).then(|| Replaced { bound, key, was_off });
    Box::new(Begun { surroundings, load: None, permit: None, leader: None, inside, told: None, replaced })
}

/// A call whose body runs. When it goes away it is dropped from top to bottom: its load is closed before another may lead.
struct Begun {
    /// Of the body.
    surroundings: Context,
    /// None where the body is run for this call alone.
    load: Option<Load>,
    permit: Option<OwnedSemaphorePermit>,
    leader: Option<Flying>,
    /// Where there is no load of its own: in another's.
    inside: Option<Inside>,
    told: Option<Told>,
    replaced: Option<Replaced>,
}

/// What a refresh is to replace.
struct Replaced {
    bound: Arc<Bound>,
    key: NearKey,
    was_off: bool,
}

impl Begun {
    fn load(
        load: Load,
        scopes: Scopes,
        permit: Option<OwnedSemaphorePermit>,
        leader: Option<Flying>,
    ) -> Box<Self> {
        let (surroundings, load) = (load.run(scopes), Some(load));
        Box::new(Begun { surroundings, load, permit, leader, inside: None, told: None, replaced: None })
    }

    /// The second half: all that comes after the body.
    fn finish(self, result: &dyn AnyResult) {
        let Begun { load, permit: _permit, leader, inside, told, replaced, .. } = self;
        let outdated = match load {
            Some(load) => {
                let loaded = load.finish(result);
                let kept = loaded.kept;
                if let Some(leader) = leader {
                    loaded.land(leader);
                }
                !kept
            }
            None => {
                inside.into_iter().for_each(Inside::finish);
                replaced.as_ref().is_some_and(Replaced::was_off)
            }
        };
        // After an error what is there may be what the source says.
        if let Some(Replaced { bound, key, .. }) = replaced
            && outdated
            && !result.is_err()
        {
            outdate(&bound, [&key]);
        }
        told.into_iter().for_each(Told::met);
    }
}

impl Replaced {
    /// Whether the cache was off while the body ran, or a part of that.
    fn was_off(&self) -> bool {
        self.was_off || self.bound.mode() == Mode::Off
    }
}

/// What a load was told of the calls inside of it.
pub(super) struct Told {
    pub(super) parent: Arc<Frame>,
    pub(super) held: Vec<Held>,
}

impl Told {
    /// The calls are over: what they found to depend on has been handed up by now.
    pub(super) fn met(self) {
        self.held.iter().for_each(|held| self.parent.met(&held.provisional.any));
    }
}

/// What is there is not what the source says now, nor what a load brings that began before and is still under way.
pub(super) fn outdate<'a>(bound: &Bound, keys: impl IntoIterator<Item = &'a NearKey> + Clone) {
    let (core, function) = (&bound.core, bound.function.name);
    let buckets = keys.clone().into_iter().map(|key| Tag::bucket(&core.namespace, function, &key.bytes));
    let buckets: Vec<_> = buckets.collect();
    // At once here, for who asks next in this process; others are told, and who waits for that is nobody. Until that is
    // confirmed this process reads past the shared tier, where the old entry is.
    if let Some(remote) = &core.remote {
        let mut changes = Changes::default();
        changes.add(buckets.iter().copied());
        remote.queue.add(changes);
        let told = Arc::clone(core);
        remote.link.spawn(async move {
            if let Some(remote) = &told.remote {
                remote.retry(&told).await;
            }
        });
    }
    core.epochs.bump(buckets);
    keys.into_iter().for_each(|key| bound.alias.near.remove(key.as_ref()));
}

/// Says that a call is not cached, and why.
pub(super) fn bypassed(bound: &Bound, bypass: Bypass) {
    match bypass {
        Bypass::Asked | Bypass::InUnit => bound.counts.bypassed.add(),
        Bypass::Unscoped(what) => {
            bound.counts.unscoped.add();
            tracing::warn!(function = bound.function.name, "not cached: there is no {what} here");
        }
    }
}

/// Takes the stamps of what a body depends on that is no load itself, for the load around it.
pub(super) async fn stamp(bound: &Bound, frame: &Frame, held: &[Held]) {
    let all = held.iter().flat_map(|held| held.epochs.iter().chain(&held.provisional.any));
    if bound.core.remote.is_some() && !bound.core.take(all.cloned().collect()).await {
        frame.gather_unproven();
    }
}

/// A body that is no load itself, inside of one.
pub(super) struct Inside {
    bound: Arc<Bound>,
    closing: Closing,
    held: Vec<Held>,
    scoped: bool,
}

impl Inside {
    /// Tells the load around it what its calls depend on.
    pub(super) fn new<'a>(
        bound: &Arc<Bound>,
        parent: &Frame,
        frame: Arc<Frame>,
        bypass: Bypass,
        calls: impl IntoIterator<Item = (&'a NearKey, Dependencies)>,
    ) -> Self {
        if bypass == Bypass::InUnit {
            parent.gather_unknown(Unknown::InUnit);
        }
        let mut scoped = true;
        let tell = |(key, mut dependencies): (_, Dependencies)| {
            if let Bypass::Unscoped(what) = bypass {
                dependencies.unscoped.get_or_insert(what);
            }
            scoped &= dependencies.unscoped.is_none();
            tell(parent, bound, key, dependencies)
        };
        let held = calls.into_iter().map(tell).collect();
        Inside { bound: Arc::clone(bound), closing: Closing(frame), held, scoped }
    }

    pub(super) fn frame(&self) -> Arc<Frame> {
        Arc::clone(&self.closing.0)
    }

    pub(super) fn finish(self) {
        if self.scoped {
            verify_uncached(&self.bound.core, &self.closing.0, &self.held);
        }
    }
}

/// Closes a frame when its body is over, however it ended.
pub(super) struct Closing(pub(super) Arc<Frame>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Tells the surrounding load what an entry depends on that was another's load.
pub(super) fn hand_up_entry(bound: &Bound, entry: &Stored, scope: &dyn Fn() -> Scope) {
    if let Some(frame) = context::frame() {
        frame.gather(bound.function.name, entry.epochs().iter(), entry.deadline(), &scope());
        tell_proof(bound, &frame, entry);
        if !entry.is_complete() {
            frame.gather_too_many();
        }
    }
}

/// Tells the surrounding load how well an entry is proven.
fn tell_proof(bound: &Bound, frame: &Frame, entry: &Stored) {
    if bound.core.remote.is_none() {
        return;
    }
    frame.gather_proof(bound.core.epochs.proof.heard().max(entry.epochs().checked_at()));
    if !entry.is_proven() {
        frame.gather_unproven();
    }
}

/// What the shared tier has and may be served, where this process has nothing. Loads nothing.
pub(super) async fn look_further(
    bound: &Arc<Bound>,
    key: &NearKey,
    dependencies: &Dependencies,
    fits: Fits,
) -> Option<Arc<Stored>> {
    let elsewhere = bound.core.remote.is_some() && bound.mode() == Mode::On && context::unit().is_none();
    // What the load around this call reads in place of it has no stamp then.
    let unproven = || context::frame().into_iter().for_each(|frame| frame.gather_unproven());
    if !elsewhere || dependencies.unscoped.is_some() {
        if bound.core.remote.is_some() {
            unproven();
        }
        return None;
    }
    let mut patience = bound.core.clock.patience(bound.alias.settings.deadline);
    let wanted = Wanted { bound, key, dependencies, fits, entry: true, loads: false };
    match fetch(wanted, &mut patience, |_| Poll::Pending).await {
        Fetch::Load(fetched) if !fetched.proven => {
            unproven();
            None
        }
        Fetch::Found(Found { entry, .. }) if fits.accept(&entry) => {
            hand_up_entry(bound, &entry, &|| dependencies.scope());
            Some(entry)
        }
        _ => None,
    }
}

/// A key as text, rendered when an event is recorded.
struct Text<'a>(&'a Bound, &'a [u8]);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&key_text(self.0, &near_key(self.0, self.1).to_owned()))
    }
}
