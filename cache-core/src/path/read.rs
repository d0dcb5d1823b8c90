//! The read path, from top to bottom: hit, or board a flight, follow it or lead it.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::block_on::block_on;
use super::call::{Asked, Bypass, Call, Dependencies, Held, key_text, near_key};
use super::depends::verify_uncached;
use super::load::{Load, hand_up};
use super::shape::{Kind, Shape};
use super::wait::{Waited, queue, wait};
use crate::bound::Bound;
use crate::declare::Mode;
use crate::fresh::context::{self, Scopes};
use crate::fresh::epoch::Moment;
use crate::fresh::nested::{Frame, Unknown};
use crate::key::tag::Tag;
use crate::near::flight::{Landing, Seat, Stamps, Turn};
use crate::near::store::{NearKey, NearKeyRef, Stored};

/// Get or set: what every async cached function calls, and nothing else.
///
/// `prepare` declares what the value depends on, then returns the body, not yet begun. It is called on a miss only.
#[inline]
pub(crate) fn run<R, K, P, B>(
    mut call: Call,
    shape: Shape<R, K>,
    prepare: P,
) -> Read<R, impl Future<Output = R>>
where
    K: Kind<R>,
    P: FnOnce(&mut Dependencies) -> B,
    B: Future<Output = R>,
{
    if call.bypass.is_none()
        && let Some(value) = call.with(|bound, key| hit(bound, key, &shape))
    {
        return Read::Hit(Some(value));
    }
    // Boxed on a miss only: the caller's future stays small, and a hit allocates nothing.
    Read::Miss(Box::pin(miss(call.asked(), shape, prepare)))
}

/// [`run`] for sync functions: the same path, on this thread.
#[inline]
pub(crate) fn run_sync<R, K, P, B>(mut call: Call, shape: Shape<R, K>, prepare: P) -> R
where
    K: Kind<R>,
    P: FnOnce(&mut Dependencies) -> B,
    B: FnOnce() -> R,
{
    if call.bypass.is_none()
        && let Some(value) = call.with(|bound, key| hit(bound, key, &shape))
    {
        return value;
    }
    let prepare = |dependencies: &mut Dependencies| later(prepare(dependencies));
    call.blocking = true;
    // Boxed, so that a load inside of a load inside of a load is no great burden on the stack.
    block_on(Box::pin(miss(call.asked(), shape, prepare)))
}

/// A value that may be served, from this process's store.
#[inline]
pub(crate) fn hit<R, K: Kind<R>>(bound: &Arc<Bound>, key: &[u8], shape: &Shape<R, K>) -> Option<R> {
    let entry = look(bound, near_key(bound, key))?;
    let header = entry.header();
    let served = context::serve(|frame| {
        frame.gather(bound.function.name, header.epochs.iter(), header.deadline, &header.scope);
    });
    if !served {
        return None;
    }
    let value = shape.read(&entry)?;
    bound.counts.hits.add();
    tracing::debug!(key = %Text(bound, key), "hit");
    Some(value)
}

/// An entry that may be served.
#[inline]
pub(crate) fn look(bound: &Bound, key: NearKeyRef<'_>) -> Option<Arc<Stored>> {
    if bound.mode() != Mode::On {
        return None;
    }
    let entry = bound.alias.near.get(key)?;
    (entry.fresh(&bound.core.epochs) && entry.header().deadline > bound.core.clock.now()).then_some(entry)
}

/// Loads what is not there, or waits for who loads it.
pub(crate) async fn miss<R, K, P, B>(asked: Asked, shape: Shape<R, K>, prepare: P) -> R
where
    K: Kind<R>,
    P: FnOnce(&mut Dependencies) -> B,
    B: Future<Output = R>,
{
    if let Some(bypass) = asked.bypass() {
        return uncached(&asked, bypass, prepare).await;
    }
    if asked.bound.mode() == Mode::Refresh {
        return refresh(asked, shape, prepare).await;
    }
    let Asked { bound, key, scopes, dependencies, .. } = &asked;
    // Later bumps are not this call's business: what it may be given is what was loaded after this, or what nothing
    // has changed since.
    let arrival = bound.core.epochs.now();
    bound.counts.misses.add();
    tracing::debug!(key = %Text(bound, &key.bytes), "miss");
    let mut prepare = Prepare::Not(Box::new(dependencies.clone()), prepare);
    // Held until the end, so that no bump is missed in between.
    let told = context::with_frame(Arc::clone).map(|parent| {
        // The load around this call depends on it, though it may give up waiting for another's load.
        prepare = std::mem::replace(&mut prepare, Prepare::Over).now(scopes);
        let held = tell(&parent, bound, key, &prepare);
        (parent, held)
    });
    let result = load(asked, arrival, &shape, prepare).await;
    if let Some((parent, held)) = told {
        // What the call found to depend on has been handed up by now.
        parent.met(&held.provisional.any);
    }
    result
}

/// Loads, or waits for who loads.
async fn load<R, K, P, B>(asked: Asked, arrival: Moment, shape: &Shape<R, K>, mut prepare: Prepare<P, B>) -> R
where
    K: Kind<R>,
    P: FnOnce(&mut Dependencies) -> B,
    B: Future<Output = R>,
{
    let Asked { bound, key, scopes, blocking, .. } = asked;
    let mut patience = bound.core.clock.patience(bound.alias.settings.load_wait);
    loop {
        let waited = match bound.alias.flights.board(&key, arrival) {
            Turn::Lead(leader) => {
                // Between this call's look and now another's load may have ended.
                if let Some(entry) = look(&bound, key.as_ref())
                    && let Some(value) = shape.read(&entry)
                {
                    hand_up_entry(&bound, &entry);
                    let epochs = Arc::clone(&entry.header().epochs);
                    leader.land(Stamps { start: entry.start(), epochs, complete: true }, Some(entry));
                    bound.counts.shared_loads.add();
                    return value;
                }
                let (dependencies, body) = prepare.take(&scopes);
                let mut seat = Seat::new(Arc::clone(leader.flight()));
                let _permit = queue(&bound, blocking, &mut patience, |cx| seat.poll_urgent(cx)).await;
                let flight = Some(leader.flight().number());
                let load = Load::begin(&bound, key, dependencies, flight);
                leader.begin(load.stamps.clone(), Some(load.learned()));
                let result = load.run(body).await;
                let loaded = load.finish(shape, &result);
                leader.land(loaded.stamps, loaded.entry);
                return result;
            }
            Turn::Follow(flight) => {
                let waited = wait(&bound, vec![Arc::clone(&flight)], &mut patience).await;
                match flight.landing(arrival) {
                    Some(Landing::Shared(entry)) => {
                        if let Some(value) = shape.read(&entry) {
                            hand_up_entry(&bound, &entry);
                            bound.counts.shared_loads.add();
                            return value;
                        }
                        Waited::Alone
                    }
                    // Each by itself and all at once: one after the other, fifty callers of a source that fails
                    // slowly would wait fifty times as long.
                    Some(Landing::Unshared) => Waited::Alone,
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
        let (dependencies, body) = prepare.take(&scopes);
        let _permit = match waited {
            Waited::TooLong => None,
            _ => queue(&bound, blocking, &mut patience, |_| Poll::Pending).await,
        };
        let load = Load::begin(&bound, key, dependencies, None);
        let result = load.run(body).await;
        load.finish(shape, &result);
        return result;
    }
}

/// What a value depends on and the body that loads it: made once, when they are first needed.
enum Prepare<P, B> {
    Not(Box<Dependencies>, P),
    Done(Box<Dependencies>, B),
    Over,
}

impl<P: FnOnce(&mut Dependencies) -> B, B: Future> Prepare<P, B> {
    fn now(self, scopes: &Scopes) -> Self {
        match self {
            Prepare::Not(mut dependencies, prepare) => {
                let body = scopes.enter(|| prepare(&mut dependencies));
                Prepare::Done(dependencies, body)
            }
            done => done,
        }
    }

    fn take(&mut self, scopes: &Scopes) -> (Dependencies, impl Future<Output = B::Output> + use<P, B>) {
        match std::mem::replace(self, Prepare::Over).now(scopes) {
            Prepare::Done(dependencies, body) => (*dependencies, context::in_scopes(scopes.clone(), body)),
            _ => unreachable!("a call loads once"),
        }
    }
}

/// Tells the load around a call what the call depends on.
fn tell<P, B>(parent: &Frame, bound: &Bound, key: &NearKey, prepare: &Prepare<P, B>) -> Held {
    let Prepare::Done(dependencies, _) = prepare else { unreachable!("it was prepared for this") };
    let held = Dependencies::clone(dependencies).hold(&key.bytes);
    let now = bound.core.clock.now();
    hand_up(parent, bound, &held, now, &dependencies.scope(), dependencies.unscoped.is_some());
    held
}

/// Loads and replaces, whatever is stored.
pub(crate) async fn refresh<R, K, P, B>(asked: Asked, shape: Shape<R, K>, prepare: P) -> R
where
    K: Kind<R>,
    P: FnOnce(&mut Dependencies) -> B,
    B: Future<Output = R>,
{
    let was_off = asked.bound.mode() == Mode::Off;
    if let Some(bypass) = asked.bypass() {
        let result = uncached(&asked, bypass, prepare).await;
        if (was_off || asked.bound.mode() == Mode::Off) && K::look(&result).is_ok() {
            outdated(&asked.bound, &asked.key);
        }
        return result;
    }
    let Asked { bound, key, scopes, blocking, dependencies, .. } = asked;
    let (dependencies, body) = Prepare::Not(Box::new(dependencies), prepare).take(&scopes);
    let mut patience = bound.core.clock.patience(bound.alias.settings.load_wait);
    let _permit = queue(&bound, blocking, &mut patience, |_| Poll::Pending).await;
    let load = Load::begin(&bound, key.clone(), dependencies, None);
    let result = load.run(body).await;
    let loaded = load.finish(&shape, &result);
    if K::look(&result).is_ok() && !loaded.kept {
        // After an error it may be what the source says.
        outdated(&bound, &key);
    }
    result
}

/// What is there is not what the source says now, nor what a load brings that began before and is still under way.
fn outdated(bound: &Bound, key: &NearKey) {
    let core = &bound.core;
    core.epochs.bump([Tag::bucket(&core.namespace, bound.function.name, &key.bytes)]);
    bound.alias.near.remove(key.as_ref());
}

/// [`refresh`] for sync functions.
pub(crate) fn refresh_sync<R, K, P, B>(mut call: Call, shape: Shape<R, K>, prepare: P) -> R
where
    K: Kind<R>,
    P: FnOnce(&mut Dependencies) -> B,
    B: FnOnce() -> R,
{
    call.blocking = true;
    block_on(refresh(call.asked(), shape, |dependencies| later(prepare(dependencies))))
}

/// The body, no cache.
pub(crate) async fn body<P, B>(mut call: Call, prepare: P) -> B::Output
where
    P: FnOnce(&mut Dependencies) -> B,
    B: Future,
{
    call.uncached();
    let asked = call.asked();
    let bypass = asked.bypass.unwrap_or(Bypass::Asked);
    uncached(&asked, bypass, prepare).await
}

/// [`body`] for sync functions.
pub(crate) fn body_sync<R, P, B>(call: Call, prepare: P) -> R
where
    P: FnOnce(&mut Dependencies) -> B,
    B: FnOnce() -> R,
{
    block_on(body(call, |dependencies| later(prepare(dependencies))))
}

pub(super) async fn later<R>(body: impl FnOnce() -> R) -> R {
    body()
}

/// The body alone. A load around it still learns what it depends on.
pub(crate) async fn uncached<P, B>(asked: &Asked, bypass: Bypass, prepare: P) -> B::Output
where
    P: FnOnce(&mut Dependencies) -> B,
    B: Future,
{
    let Asked { bound, key, scopes, dependencies, .. } = asked;
    bypassed(bound, bypass);
    let (dependencies, body) = Prepare::Not(Box::new(dependencies.clone()), prepare).take(scopes);
    let Some(parent) = context::with_frame(Arc::clone) else { return body.await };
    if bypass == Bypass::InUnit {
        parent.gather_unknown(Unknown::InUnit);
    }
    let (scope, origin, unscoped) = (dependencies.scope(), dependencies.origin(), dependencies.unscoped);
    let unscoped = unscoped.is_some() || matches!(bypass, Bypass::Unscoped(_));
    let held = dependencies.hold(&key.bytes);
    hand_up(&parent, bound, &held, bound.core.clock.now(), &scope, unscoped);
    // A frame of its own, for the body may be in another tenant than the load around it.
    let frame = Frame::new(bound.function.name, scope, origin, None, Some(parent));
    let _closing = Closing(Arc::clone(&frame));
    let result = context::in_frame(Arc::clone(&frame), body).await;
    if !unscoped {
        verify_uncached(&bound.core, &frame, [&held]);
    }
    result
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

/// Closes a frame when its body is over, however it ended.
pub(super) struct Closing(pub(super) Arc<Frame>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Tells the surrounding load what an entry depends on that was another's load.
pub(super) fn hand_up_entry(bound: &Bound, entry: &Stored) {
    let header = entry.header();
    context::with_frame(|frame| {
        frame.gather(bound.function.name, header.epochs.iter(), header.deadline, &header.scope);
        if !header.complete {
            frame.gather_too_many();
        }
    });
}

/// A key as text, rendered when an event is recorded.
struct Text<'a>(&'a Bound, &'a [u8]);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&key_text(self.0, &near_key(self.0, self.1).to_owned()))
    }
}

/// A call of an async cached function: its value, or the future that loads it.
#[derive(Debug)]
pub(crate) enum Read<R, F> {
    Hit(Option<R>),
    Miss(Pin<Box<F>>),
}

// The value is never pinned: it is moved out.
impl<R, F> Unpin for Read<R, F> {}

impl<R, F: Future<Output = R>> Future for Read<R, F> {
    type Output = R;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        match self.get_mut() {
            Read::Hit(value) => Poll::Ready(value.take().expect("polled after it was ready")),
            Read::Miss(load) => load.as_mut().poll(cx),
        }
    }
}
