//! The read path, from top to bottom: hit, or board a flight, follow it or lead it, and what becomes of the result.
//!
//! Nothing here knows the type of a value or of a body: so it is compiled once, and not again for each function. Who
//! does is [`run`](super::run), which has the body in its hands.

use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{self, Poll, ready};

use tokio::runtime::Handle;

use super::ask::How;
use super::begun::{Begun, Inside, Named, Replaced, Stamping, Told, bypassed, stamp};
use super::block_on::block_on;
use super::call::{Asked, Bypass, Call, Dependencies, key_text, near_key};
use super::fetch::{Fetch, Found, Wanted, Will, fetch, is_strict, max_staleness, stamps};
use super::lead::{Leading, alone, lead};
use super::load::{Load, tell};
use super::policy::{Near, Spare, hand_over, lasts};
use super::shape::{AnyResult, Fits};
use super::wait::{Waited, queue, wait};
use crate::bound::Bound;
use crate::clock::{Instant, Patience};
use crate::declare::{Mode, Scope};
use crate::fresh::context::{self, Context, Entered};
use crate::fresh::nested::Frame;
use crate::near::behind::Slot;
use crate::near::entry::Stored;
use crate::near::flight::{Arrival, Landing, Turn};
use crate::near::key::{NearKey, NearKeyRef};
use crate::near::readers::Guard;

/// Whether something is taken of an entry that may be served to a call, from this process's store.
pub(super) fn find(call: &mut Call, take: Take<'_>) -> bool {
    if call.how != How::Cached || call.bypass.is_some() {
        return false;
    }
    let mut own = None;
    let (bound, key, scope) = call.parts(&mut own);
    served(bound, near_key(bound, key), &scope, look, take)
}

/// Takes something of an entry, where it lies. Says whether it did.
pub(super) type Take<'a> = &'a mut dyn FnMut(&Arc<Stored>) -> bool;

/// What is taken of an entry that may be served. The scope is that of the key.
pub(super) fn hit<T>(
    bound: &Bound,
    key: NearKeyRef<'_>,
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

/// [`served`], compiled once for all that aren't calls: they don't load, so that no lot falls on them.
fn served_to_many(bound: &Bound, key: NearKeyRef<'_>, scope: &dyn Fn() -> Scope, take: Take<'_>) -> bool {
    served(bound, key, scope, look_again, take)
}

/// Whether something is taken of an entry that may be served: the load around this call depends on it from here on.
// A part of each hit: not worth a call, and in one piece, for what is passed to a closure is written to memory.
#[inline(always)]
fn served(
    bound: &Bound,
    key: NearKeyRef<'_>,
    scope: &dyn Fn() -> Scope,
    look: impl for<'g> FnOnce(&'g Bound, NearKeyRef<'_>, &'g Guard) -> Option<&'g Arc<Stored>>,
    take: Take<'_>,
) -> bool {
    let Some(inside) = bound.alias.near.enter() else { return false };
    let Some(entry) = look(bound, key, &inside) else { return false };
    let tell = |frame: &Frame| {
        if bound.core.remote.is_some() && !will_do(bound, frame, entry) {
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

/// Whether what may be served may be served in a load, too, which may be stricter.
#[cold]
fn will_do(bound: &Bound, frame: &Frame, entry: &Stored) -> bool {
    !frame.is_strict()
        && (frame.max_staleness() >= bound.alias.max_staleness || lasts(bound, entry, entry.deadline()))
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
    look_again(bound, key, &inside).cloned()
}

/// An entry that may be served, be it one that is soon to be loaded again.
fn look_again<'g>(bound: &'g Bound, key: NearKeyRef<'_>, inside: &'g Guard) -> Option<&'g Arc<Stored>> {
    if bound.mode() != Mode::On || bound.alias.verifies {
        return None;
    }
    let entry = bound.alias.near.get(key, inside)?;
    lasts(bound, entry, entry.deadline()).then_some(entry)
}

/// A call that found nothing to be served. It comes to an entry, or it is its body's turn.
pub(super) struct Miss {
    stage: Stage,
    /// What it may be given in place of what it loads.
    spare: Option<Spare>,
    /// How long it waits for what it leads.
    timeout: Option<Patience>,
    /// Where it can go on behind its caller's back.
    runtime: Option<Handle>,
    slot: Option<Slot>,
    /// Whether it does.
    left: bool,
    told: Option<Told>,
}

enum Stage {
    Asked(Box<Asked>),
    Before(Before),
    /// The same, of one that leads.
    Leading(Before),
    Begun(Box<Begun>),
    /// The body is over: its result names rows.
    Named(Stamping),
    Over,
}

/// What comes before a body.
pub(super) type Before = Pin<Box<dyn Future<Output = Next> + Send>>;

/// What a call that missed is to do.
pub(super) enum Next {
    /// Return this, which fits.
    Found(Arc<Stored>),
    /// Serve this, in place of what is asked for.
    Spare(Spare),
    /// Go on, leading a load.
    Lead(Box<Leading>),
    /// Run the body.
    Run(Box<Begun>),
}

/// What a call that missed comes to.
pub(super) enum Step {
    /// This, which fits.
    Found(Arc<Stored>),
    /// The body's turn, for as long as it runs.
    Body,
    /// This, and what is left of the call goes on behind its caller's back.
    Leave(Arc<Stored>),
}

impl Miss {
    pub(super) fn new(asked: Asked) -> Self {
        let stage = Stage::Asked(Box::new(asked));
        Miss { stage, spare: None, timeout: None, runtime: None, slot: None, left: false, told: None }
    }

    /// For the author to declare them, before all else.
    pub(super) fn dependencies(&mut self) -> &mut Dependencies {
        let Stage::Asked(asked) = &mut self.stage else { unreachable!("it is declared first") };
        &mut asked.dependencies
    }

    /// Its body can be run by a task of its own, if there is a runtime here.
    pub(super) fn can_leave(&mut self) {
        if let Stage::Asked(asked) = &mut self.stage {
            self.runtime = Handle::try_current().ok();
            asked.behind = self.runtime.is_some();
        }
    }

    pub(super) fn poll(&mut self, cx: &mut task::Context<'_>) -> Poll<Step> {
        loop {
            let (mut before, leads) = match std::mem::replace(&mut self.stage, Stage::Over) {
                Stage::Asked(asked) => (Box::pin(before(asked)) as Before, false),
                Stage::Before(before) => (before, false),
                Stage::Leading(before) => (before, true),
                begun @ Stage::Begun(_) => {
                    self.stage = begun;
                    return Poll::Ready(Step::Body);
                }
                Stage::Named(_) | Stage::Over => panic!("polled after it was ready"),
            };
            match before.as_mut().poll(cx) {
                Poll::Ready(Next::Found(entry)) => return Poll::Ready(self.found(entry)),
                Poll::Ready(Next::Spare(spare)) => {
                    let entry = if self.left { spare.entry } else { spare.serve() };
                    return Poll::Ready(self.found(entry));
                }
                Poll::Ready(Next::Run(mut begun)) => {
                    if let Some(spare) = self.spare.as_ref().filter(|_| !self.left) {
                        spare.missed();
                    }
                    begun.told = begun.told.or(self.told.take());
                    self.stage = Stage::Begun(begun);
                    return Poll::Ready(Step::Body);
                }
                Poll::Ready(Next::Lead(leading)) => {
                    let Leading { served, spare, timeout, told, rest } = *leading;
                    self.stage = Stage::Leading(rest);
                    self.spare = spare.or(self.spare.take());
                    self.timeout = timeout.or(self.timeout.take());
                    self.told = told.or(self.told.take());
                    if let Some(slot) = served {
                        return Poll::Ready(Step::Leave(self.leave(slot)));
                    }
                }
                Poll::Pending if leads => {
                    self.stage = Stage::Leading(before);
                    return self.poll_impatience(cx).map(Step::Leave);
                }
                Poll::Pending => {
                    self.stage = Stage::Before(before);
                    return Poll::Pending;
                }
            }
        }
    }

    /// Ready with something else for the caller, who has waited too long: what he leads goes on behind his back.
    pub(super) fn poll_impatience(&mut self, cx: &mut task::Context<'_>) -> Poll<Arc<Stored>> {
        if let (Some(spare), Some(timeout), Some(_)) = (&self.spare, &mut self.timeout, &self.runtime)
            && timeout.poll_end(cx).is_ready()
            && spare.serves_the_impatient()
            && let Some(slot) = spare.slot()
        {
            return Poll::Ready(self.leave(slot));
        }
        Poll::Pending
    }

    /// Gives the caller something else.
    fn leave(&mut self, slot: Slot) -> Arc<Stored> {
        (self.slot, self.timeout, self.left) = (Some(slot), None, true);
        let entry = self.spare.as_ref().expect("there is something else").leave();
        self.told.take().into_iter().for_each(Told::met);
        entry
    }

    fn found(&mut self, entry: Arc<Stored>) -> Step {
        self.told.take().into_iter().for_each(Told::met);
        Step::Found(entry)
    }

    /// Where to go on behind the caller's back.
    pub(super) fn behind(&mut self) -> Option<(Handle, Slot)> {
        self.runtime.take().zip(self.slot.take())
    }

    /// [`poll`](Self::poll), on this thread.
    pub(super) fn wait(&mut self) -> Step {
        if let Stage::Asked(asked) = &mut self.stage {
            asked.blocking = true;
        }
        block_on(poll_fn(|cx| self.poll(cx)))
    }

    /// Surrounds the body while it runs.
    pub(super) fn enter(&mut self) -> Entered<'_> {
        let Stage::Begun(begun) = &mut self.stage else { unreachable!("it is the body's turn") };
        begun.surroundings.enter()
    }

    /// Surrounds a body that is dropped, if it has begun.
    pub(super) fn enter_to_drop(&mut self) -> Option<Entered<'_>> {
        let Stage::Begun(begun) = &mut self.stage else { return None };
        Some(begun.surroundings.enter())
    }

    /// The body is over, with a result that may name rows whose stamps are to be taken.
    pub(super) fn name(&mut self, result: &dyn AnyResult) {
        if let Stage::Begun(begun) = std::mem::replace(&mut self.stage, Stage::Over) {
            self.stage = match begun.name(&result.found()) {
                Named::Nothing(begun) => Stage::Begun(begun),
                Named::Rows(stamping) => Stage::Named(stamping),
            };
        }
    }

    /// Ready when they are taken.
    pub(super) fn poll_named(&mut self, cx: &mut task::Context<'_>) -> Poll<()> {
        if let Stage::Named(stamping) = &mut self.stage {
            self.stage = Stage::Begun(ready!(stamping.as_mut().poll(cx)));
        }
        Poll::Ready(())
    }

    /// They are taken. In place of an error there may be something else.
    pub(super) fn finish(&mut self, result: &dyn AnyResult) -> Option<Arc<Stored>> {
        let Stage::Begun(begun) = std::mem::replace(&mut self.stage, Stage::Over) else { return None };
        let spare = self.spare.take().filter(|spare| result.is_err() && spare.serves_for_an_error());
        begun.finish(result, spare.as_ref());
        spare.filter(|_| !self.left).map(|spare| spare.serve())
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
    let mut spare = None;
    if bound.has_policies() && !is_strict(bound) {
        match Spare::look(bound, &asked.key, &asked.dependencies, asked.fits) {
            Near::Nothing => {}
            Near::Fresh(entry) => {
                hand_up_entry(bound, &entry, &|| asked.dependencies.scope());
                return Next::Found(entry);
            }
            Near::Spare(found) => spare = Some(found),
        }
    }
    if !spare.as_ref().is_some_and(|spare| spare.early) {
        bound.counts.misses.add();
        tracing::debug!(key = %Text(bound, asked.key.as_ref()), "miss");
    }
    // The load around this call depends on it, though it may give up waiting for another's load.
    let told = context::frame().map(|parent| {
        // Held until the end, so that no bump is missed in between.
        let held = tell(&parent, bound, &asked.key, asked.dependencies.clone());
        Told { parent, held: vec![held] }
    });
    match board(asked, arrival, spare).await {
        Next::Run(mut begun) => {
            begun.told = told;
            Next::Run(begun)
        }
        Next::Lead(mut leading) => {
            leading.told = told;
            Next::Lead(leading)
        }
        Next::Found(entry) => {
            told.into_iter().for_each(Told::met);
            Next::Found(entry)
        }
        Next::Spare(spare) => {
            let entry = spare.serve();
            told.into_iter().for_each(Told::met);
            Next::Found(entry)
        }
    }
}

/// Waits for who loads it, or begins to.
async fn board(asked: Box<Asked>, arrival: Arrival, mut spare: Option<Spare>) -> Next {
    let bound = Arc::clone(&asked.bound);
    let clock = &bound.core.clock;
    let mut patience = clock.patience(bound.alias.settings.load_wait);
    let mut timeout = bound.function.rules.load_timeout.map(|timeout| clock.patience(timeout));
    // What is near says too little then: the shared tier is asked, once.
    let mut asks = bound.has_policies() && is_strict(&bound);
    loop {
        let (flights, follows) = match bound.alias.flights.board(&asked.key, arrival) {
            Turn::Lead(leader) => {
                // Between this call's look and now another's load may have ended.
                if let Some(entry) = stored(&bound, asked.key.as_ref()).filter(|entry| {
                    asked.fits.accept(entry)
                        && spare.as_ref().is_none_or(|spare| spare.entry.order() < entry.order())
                }) {
                    hand_up_entry(&bound, &entry, &|| asked.dependencies.scope());
                    leader.land(entry.stamps(), Some(Arc::clone(&entry)));
                    bound.counts.shared_loads.add();
                    return Next::Found(entry);
                }
                let (behind, ahead) = (asked.behind, spare.clone());
                let rest = lead(asked, leader, patience, ahead);
                return match bound.has_policies() {
                    true => Leading::next(behind, spare, timeout, Box::pin(rest)),
                    false => rest.await,
                };
            }
            Turn::Follow(flight) => (vec![flight], true),
            Turn::Wait(flights) => (flights, false),
            Turn::Alone => (Vec::new(), false),
        };
        if asks {
            asks = false;
            match further(&asked, &mut patience).await {
                Fetch::Found(found) => return Next::Found(found.entry),
                Fetch::Load(fetched) => {
                    spare = fetched.spare.map(|entry| Spare::new(&bound, entry, &asked.dependencies));
                }
                Fetch::Elsewhere(_) | Fetch::Taken(_) => unreachable!("nobody was asked to load"),
            }
            continue;
        }
        if let Some(spare) = spare.as_ref().filter(|spare| spare.serves_while_loading()) {
            // Somebody loads it, unless that hangs: then another does. Where two hang it is not tried again.
            if flights.is_empty() || flights.iter().filter(|flight| hand_over(&bound, flight)).count() == 0 {
                return Next::Spare(spare.clone());
            }
            bound.counts.overdue.add();
            continue;
        }
        let waited = match flights.is_empty() {
            true => Waited::Alone,
            false => match unless(&mut timeout, wait(&bound, flights.clone(), &mut patience)).await {
                Some(waited) => waited,
                None => {
                    timeout = None;
                    flights.iter().for_each(|flight| _ = hand_over(&bound, flight));
                    let spare = spare.clone().or_else(|| near_spare(&asked));
                    match spare.filter(Spare::serves_the_impatient) {
                        Some(spare) => return Next::Spare(spare),
                        None => continue,
                    }
                }
            },
        };
        let waited = match flights.first().filter(|_| follows).and_then(|flight| flight.landing(arrival)) {
            Some(Landing::Shared(entry)) if asked.fits.accept(&entry) => {
                return landed(&asked, entry);
            }
            // Each by itself and all at once: one after the other, fifty callers of a source that fails
            // slowly would wait fifty times as long.
            Some(Landing::Shared(_) | Landing::Unshared) => Waited::Alone,
            Some(Landing::Again) => Waited::Over,
            None => waited,
        };
        match waited {
            Waited::Over => continue,
            Waited::Alone => {}
            Waited::TooLong => bound.counts.overdue.add(),
        }
        let queues = !matches!(waited, Waited::TooLong);
        let rest = alone(asked, queues, patience, spare.clone());
        return match bound.has_policies() {
            true => Leading::next(false, spare, timeout, Box::pin(rest)),
            false => rest.await,
        };
    }
}

/// What another's load came to, or what was served in its place.
fn landed(asked: &Asked, entry: Arc<Stored>) -> Next {
    let bound = &asked.bound;
    if entry.deadline() <= bound.core.clock.now() && bound.has_policies() {
        return Next::Spare(Spare::new(bound, entry, &asked.dependencies));
    }
    hand_up_entry(bound, &entry, &|| asked.dependencies.scope());
    bound.counts.shared_loads.add();
    Next::Found(entry)
}

/// What lies near now, for who has waited.
fn near_spare(asked: &Asked) -> Option<Spare> {
    if is_strict(&asked.bound) {
        return None;
    }
    match Spare::look(&asked.bound, &asked.key, &asked.dependencies, asked.fits) {
        Near::Nothing => None,
        Near::Fresh(entry) => Some(Spare::new(&asked.bound, entry, &asked.dependencies)),
        Near::Spare(spare) => Some(spare),
    }
}

/// What the shared tier has, be it a spare, for who doesn't lead.
async fn further(asked: &Asked, patience: &mut Patience) -> Fetch {
    let Asked { bound, key, dependencies, fits, .. } = asked;
    let will = Will::Unless;
    let wanted =
        Wanted { bound, key, dependencies, fits: *fits, entry: true, will, leads: None, waits: false };
    let fetch = fetch(wanted, patience, |_| Poll::Pending).await;
    if let Fetch::Found(Found { entry, .. }) = &fetch {
        hand_up_entry(bound, entry, &|| dependencies.scope());
    }
    fetch
}

/// Waits no longer than that, if there is a limit.
async fn unless<T>(timeout: &mut Option<Patience>, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    poll_fn(|cx| match (work.as_mut().poll(cx), &mut *timeout) {
        (Poll::Ready(done), _) => Poll::Ready(Some(done)),
        (Poll::Pending, Some(timeout)) => timeout.poll_end(cx).map(|()| None),
        (Poll::Pending, None) => Poll::Pending,
    })
    .await
}

/// A caller who missed comes now.
pub(super) fn arrives(bound: &Bound) -> Arrival {
    let core = &bound.core;
    let moment = core.epochs.now();
    if core.remote.is_none() {
        let at = core.clock.now();
        return Arrival { moment, strict: false, at, oldest: Instant::from_ticks(0) };
    }
    let (at, max_staleness) = (core.clock.now(), max_staleness(bound));
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
    let wanted =
        Wanted { bound, key, dependencies, fits, entry: true, will: Will::Fresh, leads: None, waits: false };
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
struct Text<'a>(&'a Bound, NearKeyRef<'a>);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&key_text(self.0, &self.1.to_owned()))
    }
}
