//! The read path, from top to bottom: hit, or board a flight, follow it or lead it, and what becomes of the result.
//!
//! Nothing here knows the type of a value or of a body: so it is compiled once, and not again for each function. Who
//! does is [`run`](super::run), which has the body in its hands.

use std::fmt;
use std::sync::Arc;
use std::task::Poll;

use super::ask::How;
use super::begun::{Begun, Inside, Replaced, Told, bypassed, stamp};
use super::board::{arrives, board};
use super::call::{Asked, Bypass, Call, Dependencies, key_text, near_key};
use super::fetch::{Fetch, Found, Wanted, Will, fetch, is_strict, stamps};
use super::load::{Load, tell};
use super::miss::Next;
use super::policy::{Near, Spare, lasts};
use super::shape::Fits;
use super::verify;
use super::wait::queue;
use crate::bound::Bound;
use crate::declare::{Mode, Scope};
use crate::fresh::context::{self, Context};
use crate::fresh::nested::Frame;
use crate::near::entry::Stored;
use crate::near::key::{NearKey, NearKeyRef};
use crate::near::readers::Guard;

/// Whether something is taken of an entry that may be served to a call, from this process's store.
pub(super) fn find(call: &mut Call, take: Take<'_>) -> bool {
    if call.how != How::Cached || call.bypass.is_some() {
        return false;
    }
    let mut own = None;
    let served = {
        let (bound, key, scope) = call.parts(&mut own);
        served(bound, near_key(bound, key), &scope, look, take)
    };
    match served {
        Ok(()) => true,
        Err(Unserved::Missing) => false,
        Err(Unserved::Drawn) => {
            call.how = How::Drawn;
            false
        }
    }
}

/// Why nothing is served at a glance.
enum Unserved {
    /// Nothing is there that may be.
    Missing,
    /// There is, and the lot fell on it to be verified.
    Drawn,
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
    served(
        bound,
        key,
        scope,
        |bound, key, inside| look_again(bound, key, inside).ok_or(Unserved::Missing),
        take,
    )
    .is_ok()
}

/// Whether something is taken of an entry that may be served: the load around this call depends on it from here on.
// A part of each hit: not worth a call, and in one piece, for what is passed to a closure is written to memory.
#[inline(always)]
fn served(
    bound: &Bound,
    key: NearKeyRef<'_>,
    scope: &dyn Fn() -> Scope,
    look: impl for<'g> FnOnce(&'g Bound, NearKeyRef<'_>, &'g Guard) -> Result<&'g Arc<Stored>, Unserved>,
    take: Take<'_>,
) -> Result<(), Unserved> {
    let inside = bound.alias.near.enter().ok_or(Unserved::Missing)?;
    let entry = look(bound, key, &inside)?;
    let tell = |frame: &Frame| {
        if bound.core.remote.is_some() && !will_do(bound, frame, entry) {
            return false;
        }
        frame.gather(bound.function.name, entry.epochs().iter(), entry.deadline(), &scope());
        tell_proof(bound, frame, entry);
        true
    };
    if !take(entry) || !context::serve(tell) {
        return Err(Unserved::Missing);
    }
    entry.visits.note();
    bound.counts.hits.add(inside.reader());
    // Who listens may take his time: what is removed meanwhile would wait for him.
    drop(inside);
    tracing::debug!(key = %Text(bound, key), "hit");
    Ok(())
}

/// Whether what may be served may be served in a load, too, which may be stricter.
#[cold]
fn will_do(bound: &Bound, frame: &Frame, entry: &Stored) -> bool {
    !frame.is_strict()
        && (frame.max_staleness() >= bound.alias.max_staleness || lasts(bound, entry, entry.deadline()))
}

/// An entry that may be served.
#[inline(always)]
fn look<'g>(bound: &'g Bound, key: NearKeyRef<'_>, inside: &'g Guard) -> Result<&'g Arc<Stored>, Unserved> {
    if bound.mode() != Mode::On || bound.hesitates {
        return look_and_draw(bound, key, inside);
    }
    glance(bound, key, inside)
}

#[inline(always)]
fn glance<'g>(bound: &'g Bound, key: NearKeyRef<'_>, inside: &'g Guard) -> Result<&'g Arc<Stored>, Unserved> {
    let entry = bound.alias.near.get(key, inside).ok_or(Unserved::Missing)?;
    if !entry.may_be_served(&bound.core.epochs, &bound.core.clock, bound.alias.max_staleness) {
        return Err(Unserved::Missing);
    }
    Ok(entry)
}

/// [`look`], where there is more to it.
#[cold]
#[inline(never)]
fn look_and_draw<'g>(
    bound: &'g Bound,
    key: NearKeyRef<'_>,
    inside: &'g Guard,
) -> Result<&'g Arc<Stored>, Unserved> {
    if bound.mode() != Mode::On || bound.alias.verifies {
        return Err(Unserved::Missing);
    }
    let entry = glance(bound, key, inside)?;
    // What is loaded in a unit of work is neither stored nor shared: what it serves is left alone.
    match bound.verify_rate.draws() && context::unit().is_none() {
        true => Err(Unserved::Drawn),
        false => Ok(entry),
    }
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

/// The first half: all that comes before the body, or in its place.
pub(super) async fn before(asked: Box<Asked>) -> Next {
    let bound = &asked.bound;
    let was_off = bound.mode() == Mode::Off;
    let bypass = match asked.how {
        How::Uncached => Some(asked.bypass.unwrap_or(Bypass::Asked)),
        How::Cached | How::Drawn | How::Refresh => asked.bypass(),
    };
    if let Some(bypass) = bypass {
        return Next::Run(Box::pin(uncached(*asked, bypass, was_off)).await);
    }
    if asked.how == How::Refresh || bound.mode() == Mode::Refresh {
        return Next::Run(Box::pin(refresh(*asked)).await);
    }
    // Later bumps are not this call's business: what it may be given is what was loaded after this, or what nothing
    // has changed since.
    let arrival = arrives(bound);
    let mut near = if asked.how == How::Drawn { verify::look(&asked) } else { Near::Nothing };
    if matches!(near, Near::Nothing) && bound.has_policies() && !is_strict(bound) {
        near = Spare::look(bound, &asked.key, &asked.dependencies, asked.fits);
    }
    let spare = match near {
        Near::Nothing => None,
        Near::Fresh(entry) => {
            hand_up_entry(bound, &entry, &|| asked.dependencies.scope());
            return Next::Found(entry);
        }
        Near::Spare(found) => Some(found),
    };
    if !spare.as_ref().is_some_and(|spare| spare.early) {
        bound.counts.misses.add_here();
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
    match fetch(&wanted, &mut patience, |_| Poll::Pending).await {
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
