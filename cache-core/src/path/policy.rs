//! What may be served in place of a load, and when: what ran out of time, never what was invalidated (I3).
//!
//! An entry that a policy may serve is a spare. Whatever it is served for, it is looked at once more then: nothing that it
//! depends on may have changed, and what proves that must be as recent as for a hit (I9).

use std::sync::Arc;
use std::time::Duration;

use super::call::Dependencies;
use super::fetch::max_staleness;
use super::read::hand_up_entry;
use super::shape::Fits;
use super::verify::Verification;
use crate::bound::Bound;
use crate::clock::Instant;
use crate::declare::{Mode, Rules, Scope};
use crate::near::behind::Slot;
use crate::near::entry::{Grace, Stored};
use crate::near::flight::Flight;
use crate::near::key::NearKey;
use crate::near::readers::Guard;

impl Bound {
    /// Whether anything but a fresh entry is ever served.
    pub(super) fn has_policies(&self) -> bool {
        let Rules { early, stale_if_error, stale_while_revalidate, load_timeout, .. } = self.function.rules;
        early.is_some()
            || stale_if_error.is_some()
            || stale_while_revalidate.is_some()
            || load_timeout.is_some()
    }

    /// What there is to the deadline of an entry: of a load that took so long, for a value that lives so long, of which so
    /// much is left.
    pub(super) fn grace(&self, took: Duration, lives: Duration, left: Duration) -> Grace {
        let Rules { early, stale_if_error, stale_while_revalidate, load_timeout, .. } = self.function.rules;
        let stale = stale_if_error.max(stale_while_revalidate).or(load_timeout.map(|_| lives));
        let early = early.map(|thousandths| took.saturating_mul(thousandths) / 1000);
        Grace { early: early.unwrap_or_default(), left, stale: stale.unwrap_or_default() }
    }
}

/// By lot, the earlier the less likely (XFetch): whether an entry that runs out in so long is loaded again now.
fn is_drawn(early: Duration, left: Duration, lot: f64) -> bool {
    left.as_secs_f64() <= -early.as_secs_f64() * (1.0 - lot).ln()
}

/// Whether this call loads an entry again before its time runs out.
pub(super) fn draws(entry: &Stored, now: Instant) -> bool {
    entry.is_early(now) && is_drawn(entry.early(), entry.deadline().since(now), fastrand::f64())
}

/// An entry that a call may be given in place of what it asked for.
#[derive(Clone)]
pub(super) struct Spare {
    bound: Arc<Bound>,
    pub(super) entry: Arc<Stored>,
    /// Of the key.
    scope: Box<Scope>,
    /// Whether its time had not run out when the call came: then the lot fell on it.
    pub(super) early: bool,
    /// Where that was the lot to be verified: what is loaded is compared with it.
    pub(super) verification: Option<Arc<Verification>>,
}

/// What lies near that isn't served at a glance.
pub(super) enum Near {
    Nothing,
    /// Its time has not run out, and the lot fell on another.
    Fresh(Arc<Stored>),
    Spare(Spare),
}

impl Spare {
    pub(super) fn new(bound: &Arc<Bound>, entry: Arc<Stored>, dependencies: &Dependencies) -> Spare {
        let early = bound.core.clock.now() < entry.deadline();
        let scope = Box::new(dependencies.scope());
        Spare { bound: Arc::clone(bound), entry, scope, early, verification: None }
    }

    /// What lies near, for a call that the shared tier needn't be asked for.
    pub(super) fn look(bound: &Arc<Bound>, key: &NearKey, dependencies: &Dependencies, fits: Fits) -> Near {
        if bound.mode() != Mode::On {
            return Near::Nothing;
        }
        let Some(inside) = bound.alias.near.enter() else { return Near::Nothing };
        let now = bound.core.clock.now();
        let entry = bound.alias.near.get(key.as_ref(), &inside);
        let Some(entry) = entry.filter(|entry| fits.accept(entry) && lasts(bound, entry, entry.kept_until()))
        else {
            return Near::Nothing;
        };
        if entry.is_early(now) && !draws(entry, now) {
            note_hit(bound, entry, &inside);
            return Near::Fresh(Arc::clone(entry));
        }
        Near::Spare(Spare::new(bound, Arc::clone(entry), dependencies))
    }

    /// Whether it is served while it is loaded.
    pub(super) fn serves_while_loading(&self) -> bool {
        serves_while_loading(&self.bound, &self.entry)
    }

    /// Whether it is served in place of an error.
    pub(super) fn serves_for_an_error(&self) -> bool {
        let Rules { stale_if_error, stale_while_revalidate, .. } = self.bound.function.rules;
        self.lasts(stale_if_error.max(stale_while_revalidate))
    }

    /// Whether it is served to those who have waited for `load_timeout`.
    pub(super) fn serves_the_impatient(&self) -> bool {
        self.bound.function.rules.load_timeout.is_some()
            && lasts(&self.bound, &self.entry, self.entry.kept_until())
    }

    fn lasts(&self, window: Option<Duration>) -> bool {
        lasts_for(&self.bound, &self.entry, window)
    }

    /// Room for its load behind its caller's back.
    pub(super) fn slot(&self) -> Option<Slot> {
        self.bound.core.behind.slot()
    }

    /// What it is for, where it was served to be verified.
    pub(super) fn verified(&self) -> Option<(Arc<Verification>, Arc<Stored>)> {
        Some((self.verification.clone()?, Arc::clone(&self.entry)))
    }

    /// A load of its key begins.
    pub(super) fn loaded(&self) {
        if self.early && self.verification.is_none() {
            self.bound.counts.early_loads.add();
        }
    }

    /// The call that it was meant for loads it itself.
    pub(super) fn missed(&self) {
        if self.early {
            self.bound.counts.misses.add_here();
        }
    }

    /// Served, while its load goes on behind its caller's back.
    pub(super) fn leave(&self) -> Arc<Stored> {
        self.bound.counts.background_loads.add();
        self.serve()
    }

    /// Served: the load around this call depends on it, and lives no longer.
    pub(super) fn serve(&self) -> Arc<Stored> {
        let Spare { bound, entry, scope, .. } = self;
        hand_up_entry(bound, entry, &|| (**scope).clone());
        entry.visits.note();
        if bound.core.clock.now() < entry.deadline() {
            if let Some(inside) = bound.alias.near.enter() {
                bound.counts.hits.add(inside.reader());
            }
        } else {
            bound.counts.stale_served.add();
            tracing::debug!(function = bound.function.name, "served though its time ran out");
        }
        Arc::clone(entry)
    }
}

/// An entry is served as a hit.
pub(super) fn note_hit(bound: &Bound, entry: &Stored, inside: &Guard) {
    entry.visits.note();
    bound.counts.hits.add(inside.reader());
}

/// Whether an entry is served while it is loaded.
pub(super) fn serves_while_loading(bound: &Bound, entry: &Stored) -> bool {
    lasts_for(bound, entry, bound.function.rules.stale_while_revalidate)
}

fn lasts_for(bound: &Bound, entry: &Stored, window: Option<Duration>) -> bool {
    let until = window.map_or(entry.deadline(), |window| entry.deadline().plus(window));
    lasts(bound, entry, until.min(entry.kept_until()))
}

/// Whether an entry may be served until then, to this call: in a load that may lag behind other processes less than its alias
/// does, no longer than that.
pub(super) fn lasts(bound: &Bound, entry: &Stored, until: Instant) -> bool {
    let (core, own, around) = (&bound.core, bound.alias.max_staleness, max_staleness(bound));
    match around < own {
        true => entry.may_be_served_within(until, &core.epochs, &core.clock, around),
        false => entry.may_be_served_until(until, &core.epochs, &core.clock, own),
    }
}

/// Gives up a load that has taken longer than anybody would wait for it, though nobody does: the next to ask leads another.
pub(super) fn hand_over(bound: &Bound, flight: &Flight<Arc<Stored>>) -> bool {
    let overdue = flight.began().plus(bound.alias.settings.load_wait) <= bound.core.clock.now();
    if overdue {
        flight.give_up();
    }
    overdue
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::fresh::COUNTER;
    use crate::fresh::epoch::EpochList;
    use crate::near::entry::Header;

    const LOAD: Duration = Duration::from_secs(1);
    /// Of many callers, one comes so often.
    const EVERY: Duration = Duration::from_millis(5);
    const ROUNDS: u32 = if cfg!(miri) { 1 } else { 2000 };

    fn entry(clock: &Clock, beta: u32) -> Box<Stored> {
        let left = Duration::from_secs(60);
        let header = Header {
            order: 0,
            deadline: clock.now().plus(left),
            epochs: EpochList::default(),
            complete: true,
            proven: true,
            grace: Grace { early: LOAD * beta / 1000, left, stale: Duration::ZERO },
        };
        Box::new(Stored::new(COUNTER.now(), header, ()))
    }

    /// How many load at once if nothing but the lot keeps them from it: the first, and those whom the lot falls on until what
    /// he loads is there.
    fn together(clock: &Clock, beta: u32) -> u32 {
        let entry = entry(clock, beta);
        clock.advance(Duration::from_secs(60) - LOAD * 10 * beta / 1000);
        while !draws(&entry, clock.now()) {
            assert!(clock.now() < entry.deadline(), "the lot falls on one of so many");
            clock.advance(EVERY);
        }
        let (mut loads, there) = (1, clock.now().plus(LOAD));
        while clock.now() < there {
            clock.advance(EVERY);
            loads += u32::from(draws(&entry, clock.now()));
        }
        loads
    }

    /// Vattani, Chierichetti and Lowenstein, *Optimal Probabilistic Cache Stampede Prevention* (2015): with the exponential
    /// distribution so many load at once on average, however many ask. Here flights and leases make one of them.
    #[test]
    fn without_a_flight_the_loads_at_once_are_as_many_as_the_theory_says() {
        for (beta, seed) in [(500, 1), (1000, 2), (2000, 3)] {
            fastrand::seed(seed);
            let clock = Clock::manual();
            let loads: u32 = (0..ROUNDS).map(|_| together(&clock, beta)).sum();
            let (mean, expected) = (f64::from(loads) / f64::from(ROUNDS), (1000.0 / f64::from(beta)).exp());
            assert!(
                cfg!(miri) || (mean / expected - 1.0).abs() < 0.06,
                "{mean} for beta {beta}/1000, where {expected} are expected"
            );
        }
    }

    #[test]
    fn what_took_no_time_is_never_loaded_early() {
        let clock = Clock::manual();
        let entry = entry(&clock, 0);
        clock.advance(Duration::from_secs(60) - Duration::from_millis(1));
        assert!(!entry.is_early(clock.now()) && !draws(&entry, clock.now()));
    }

    /// Of what has little time left each call may load it, from the first on.
    #[test]
    fn what_has_less_left_than_it_is_loaded_early_is_early_at_once() {
        let clock = Clock::manual();
        clock.advance(Duration::from_nanos(1_234_567_891));
        let left = Duration::from_nanos(50_000_001);
        let grace = Grace { early: LOAD, left, stale: Duration::ZERO };
        let (order, deadline, epochs) = (0, clock.now().plus(left), EpochList::default());
        let header = Header { order, deadline, epochs, complete: true, proven: true, grace };
        let entry: Box<Stored> = Box::new(Stored::new(COUNTER.now(), header, ()));
        assert!(entry.is_early(clock.now()));
        assert_eq!(entry.deadline(), deadline);
    }

    /// A deadline is what it was given, however much of it is set apart for early loads.
    #[test]
    fn a_deadline_is_kept() {
        for beta in [0, 1, 1000, 5_000_000] {
            let clock = Clock::manual();
            let entry = entry(&clock, beta);
            assert_eq!(entry.deadline(), clock.now().plus(Duration::from_secs(60)), "{beta}");
            assert_eq!(entry.is_early(clock.now()), beta == 5_000_000);
        }
    }
}
