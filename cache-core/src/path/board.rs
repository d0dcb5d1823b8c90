//! A call that missed boards a flight: it follows who loads its key, or leads, or loads for itself alone.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use super::call::Asked;
use super::fetch::{Fetch, Found, Wanted, Will, fetch, is_strict, max_staleness};
use super::lead::{Lead, Leading, alone, lead};
use super::miss::Next;
use super::policy::{Near, Spare, hand_over};
use super::read::{hand_up_entry, stored};
use super::wait::{Waited, wait};
use crate::bound::Bound;
use crate::clock::{Instant, Patience};
use crate::near::entry::Stored;
use crate::near::flight::{Arrival, Callers, Landing, Turn};

/// Waits for who loads it, or begins to.
pub(super) async fn board(asked: Box<Asked>, arrival: Arrival, mut spare: Option<Spare>) -> Next {
    let bound = &asked.bound;
    let clock = &bound.core.clock;
    let mut patience = clock.patience(bound.alias.settings.load_wait);
    // Boxed: few have one, and all would carry the room for it.
    let mut timeout = bound.function.rules.load_timeout.map(|timeout| Box::new(clock.patience(timeout)));
    // What is near says too little then: the shared tier is asked, once.
    let mut asks = bound.has_policies() && is_strict(bound);
    loop {
        let bound = &asked.bound;
        let (flights, follows) = match bound.alias.flights.board(&asked.key, arrival) {
            Turn::Lead(leader) => {
                // Between this call's look and now another's load may have ended.
                if let Some(entry) = stored(bound, asked.key.as_ref()).filter(|entry| {
                    asked.fits.accept(entry)
                        && spare.as_ref().is_none_or(|spare| spare.entry.order() < entry.order())
                }) {
                    hand_up_entry(bound, &entry, &|| asked.dependencies.scope());
                    leader.land(entry.stamps(), Some(Arc::clone(&entry)));
                    bound.counts.shared_loads.add();
                    return Next::Found(entry);
                }
                let behind = asked.behind;
                let may_leave =
                    bound.has_policies() || spare.as_ref().is_some_and(|spare| spare.verification.is_some());
                let leads = Box::new(Lead { asked, leader, patience, spare: spare.clone() });
                return match may_leave {
                    true => {
                        let rest = Box::pin(lead(leads));
                        Leading::next(behind, spare, timeout, rest)
                    }
                    false => lead(leads).await,
                };
            }
            Turn::Follow(flight) => (vec![flight], true),
            Turn::Wait(flights) => (flights, false),
            Turn::Alone => (Vec::new(), false),
        };
        if asks {
            asks = false;
            match Box::pin(further(&asked, &mut patience)).await {
                Fetch::Found(found) => return Next::Found(found.entry),
                Fetch::Load(fetched) => {
                    spare = fetched.spare.map(|entry| Spare::new(bound, entry, &asked.dependencies));
                }
                Fetch::Elsewhere(_) | Fetch::Taken(_) => unreachable!("nobody was asked to load"),
            }
            continue;
        }
        if let Some(spare) = spare.as_ref().filter(|spare| spare.serves_while_loading()) {
            // Somebody loads it, unless that hangs: then another does. Where two hang it is not tried again.
            if flights.is_empty() || flights.iter().filter(|flight| hand_over(bound, flight)).count() == 0 {
                return Next::Spare(spare.clone());
            }
            bound.counts.overdue.add();
            continue;
        }
        let waited = match flights.is_empty() {
            true => Waited::Alone,
            // On the heap, for who leads needn't carry the room for it.
            false => {
                match Box::pin(unless(&mut timeout, wait(bound, flights.clone(), &mut patience))).await {
                    Some(waited) => waited,
                    None => {
                        timeout = None;
                        flights.iter().for_each(|flight| _ = hand_over(bound, flight));
                        let spare = spare.clone().or_else(|| near_spare(&asked));
                        match spare.filter(Spare::serves_the_impatient) {
                            Some(spare) => return Next::Spare(spare),
                            None => continue,
                        }
                    }
                }
            }
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
        let (queues, may_leave) = (!matches!(waited, Waited::TooLong), bound.has_policies());
        let rest = Box::pin(alone(asked, queues, patience, spare.clone()));
        return match may_leave {
            true => Leading::next(false, spare, timeout, rest),
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
    let fetch = fetch(&wanted, patience, |_| Poll::Pending).await;
    if let Fetch::Found(Found { entry, .. }) = &fetch {
        hand_up_entry(bound, entry, &|| dependencies.scope());
    }
    fetch
}

/// Waits no longer than that, if there is a limit.
async fn unless<T>(timeout: &mut Option<Box<Patience>>, work: impl Future<Output = T>) -> Option<T> {
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
        return Arrival { moment, strict: None, at, oldest: Instant::from_ticks(0) };
    }
    let (at, max_staleness) = (core.clock.now(), max_staleness(bound));
    // Where others aren't heard, a flight that began long ago may have missed what they wrote.
    let heard = core.epochs.proof.heard().later(max_staleness) >= at;
    let oldest = if heard { Instant::from_ticks(0) } else { at.earlier(max_staleness) };
    Arrival { moment, strict: is_strict(bound).then(Callers::comes), at, oldest }
}
