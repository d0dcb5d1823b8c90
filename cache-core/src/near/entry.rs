//! What is stored: a value, and all that says whether it may be served.

use std::any::Any;
use std::fmt;
use std::time::Duration;

use crate::clock::{Clock, Instant, Ticks};
use crate::fresh::epoch::{EpochList, EpochTable, Freshness, Moment};
use crate::near::flight::{Callers, Stamps};
use crate::near::visits::Visits;

/// A value, erased: each function of an alias stores its own type.
pub(crate) type AnyValue = dyn Any + Send + Sync;

/// What is stored: a value, and all that says whether it may be served.
// In this order: what each hit looks at lies side by side.
#[repr(C)]
pub(crate) struct Stored<T: ?Sized = AnyValue> {
    /// Which load it was: later ones have higher numbers, in the process.
    order: u64,
    epochs: EpochList,
    freshness: Freshness,
    /// Until then it is served without another thought: its deadline, or `zone` before that.
    calm: Instant,
    zone: Fine,
    early: Fine,
    kept: Coarse,
    /// Whether the epochs are all that it depends on. If not, it is given to those who wait for it, and never stored.
    complete: bool,
    /// Whether it can be proven again after a silence: its epochs in the shared tier were known before its load. If not, its
    /// deadline is near.
    proven: bool,
    /// What the policy is told of hits.
    pub(crate) visits: Visits,
    value: T,
}

/// What says whether a value may be served.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) order: u64,
    pub(crate) deadline: Instant,
    pub(crate) epochs: EpochList,
    pub(crate) complete: bool,
    pub(crate) proven: bool,
    pub(crate) grace: Grace,
}

impl Header {
    /// Of what is only looked at.
    pub(crate) fn of_none() -> Header {
        Header {
            order: 0,
            deadline: Instant::NEVER,
            epochs: EpochList::default(),
            complete: false,
            proven: false,
            grace: Grace::default(),
        }
    }
}

/// What there is to a deadline: an entry may be loaded again before it, and served after it.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Grace {
    /// How long before its deadline an entry is loaded again, on average: its load's duration times beta. Never, if that is no
    /// time at all.
    pub(crate) early: Duration,
    /// How much of its time lies before the deadline: it isn't loaded again in less.
    pub(crate) left: Duration,
    /// How long it is kept after its deadline, for the policies that serve what ran out of time.
    pub(crate) stale: Duration,
}

/// Within so many times the average, all but one of a billion that are loaded again early are.
const ZONE: u32 = 20;

/// A duration in microseconds, about, of up to an hour; rounded up.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Fine(u32);

/// A duration in units of four milliseconds, about, of up to half a year; rounded up.
#[derive(Clone, Copy)]
struct Coarse(u32);

impl Fine {
    const SHIFT: u32 = 12;

    fn of(duration: Duration) -> Fine {
        let units = Ticks::of(duration).count().div_ceil(1 << Fine::SHIFT);
        Fine(u32::try_from(units).unwrap_or(u32::MAX))
    }

    /// The longest that lies before a time.
    fn before(instant: Instant) -> Fine {
        Fine(u32::try_from(instant.ticks() >> Fine::SHIFT).unwrap_or(u32::MAX))
    }

    fn ticks(self) -> Ticks {
        Ticks::from_count(u64::from(self.0) << Fine::SHIFT)
    }
}

impl Coarse {
    const SHIFT: u32 = 24;

    fn of(duration: Duration) -> Coarse {
        let units = Ticks::of(duration).count().div_ceil(1 << Coarse::SHIFT);
        Coarse(u32::try_from(units).unwrap_or(u32::MAX))
    }

    fn ticks(self) -> Ticks {
        Ticks::from_count(u64::from(self.0) << Coarse::SHIFT)
    }
}

impl<T> Stored<T> {
    /// Of a load that began then.
    pub(crate) fn new(start: Moment, header: Header, value: T) -> Self {
        let Header { order, deadline, epochs, complete, proven, grace } = header;
        let (freshness, visits) = (Freshness::since(start), Visits::default());
        let zone = match deadline {
            Instant::NEVER => Fine(0),
            _ => Fine::of(grace.early.saturating_mul(ZONE).min(grace.left)).min(Fine::before(deadline)),
        };
        let (early, kept, calm) =
            (Fine::of(grace.early), Coarse::of(grace.stale), deadline.earlier(zone.ticks()));
        Stored { order, epochs, freshness, calm, zone, early, kept, complete, proven, visits, value }
    }
}

impl Stored {
    #[inline]
    pub(crate) fn value(&self) -> &AnyValue {
        &self.value
    }

    pub(crate) fn order(&self) -> u64 {
        self.order
    }

    pub(crate) fn epochs(&self) -> &EpochList {
        &self.epochs
    }

    pub(crate) fn deadline(&self) -> Instant {
        self.calm.later(self.zone.ticks())
    }

    /// Until then it is kept: after its deadline for what is served in place of a load.
    pub(crate) fn kept_until(&self) -> Instant {
        self.deadline().later(self.kept.ticks())
    }

    /// Whether the next to ask may have to load it again, though its time has not run out.
    pub(crate) fn is_early(&self, now: Instant) -> bool {
        self.calm <= now && now < self.deadline()
    }

    /// How long before its deadline it is loaded again, on average.
    pub(crate) fn early(&self) -> Duration {
        Instant::from_ticks(self.early.ticks().count()).since(Instant::from_ticks(0))
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.complete
    }

    pub(crate) fn is_proven(&self) -> bool {
        self.proven
    }

    pub(crate) fn stamps(&self) -> Stamps {
        // What was not known before the load began can't be checked later.
        let complete = self.complete && self.proven;
        Stamps { start: self.freshness.start(), after: Callers::NONE, epochs: self.epochs.clone(), complete }
    }

    /// Whether nothing that it depends on has changed since its load began, as far as is heard of other processes and was
    /// proven no longer ago than that, and its time has not run out.
    #[inline]
    pub(crate) fn may_be_served(&self, table: &EpochTable, clock: &Clock, max_staleness: Ticks) -> bool {
        let now = clock.now();
        self.freshness.check(&self.epochs, table, max_staleness)
            && self.calm > now
            && (table.proof.heard().later(max_staleness) >= now || self.outlives_silence(now, max_staleness))
    }

    /// The same, whether or not it is to be loaded again early; and, where what ran out of time will do, as long as it is kept.
    #[cold]
    pub(crate) fn may_be_served_until(
        &self,
        until: Instant,
        table: &EpochTable,
        clock: &Clock,
        max_staleness: Ticks,
    ) -> bool {
        let now = clock.now();
        self.freshness.check(&self.epochs, table, max_staleness)
            && until > now
            && (table.proof.heard().later(max_staleness) >= now || self.outlives_silence(now, max_staleness))
    }

    /// The same, to who is stricter than those who store it: what they remember of the last look says too little.
    #[cold]
    pub(crate) fn may_be_served_within(
        &self,
        until: Instant,
        table: &EpochTable,
        clock: &Clock,
        max_staleness: Ticks,
    ) -> bool {
        let now = clock.now();
        self.is_verified()
            && until > now
            && (table.proof.heard().later(max_staleness) >= now || self.outlives_silence(now, max_staleness))
    }

    /// Whether it may be served though somebody is silent (I9): by a read of its epochs, or the servers on which they lie, or for
    /// the time that a load without them is given.
    #[cold]
    fn outlives_silence(&self, now: Instant, max_staleness: Ticks) -> bool {
        // A tag may have moved from the server that is silent: it is suspect then.
        !self.proven || self.epochs.proven_at().later(max_staleness) >= now && self.is_verified()
    }

    /// Whether nothing has changed that it depends on, and it is kept: what is to be said of the epochs in the shared tier, the
    /// caller knows.
    pub(crate) fn is_unchanged(&self, now: Instant) -> bool {
        self.kept_until() > now && self.epochs.unchanged_since(self.freshness.start())
    }

    /// Whether its epochs have been found unchanged in the shared tier since the last that was heard of them.
    pub(crate) fn is_verified(&self) -> bool {
        self.epochs.verified_since(self.freshness.start())
    }

    /// Whether it will never be served again.
    pub(crate) fn is_over(&self, now: Instant) -> bool {
        self.kept_until() <= now || !self.epochs.unchanged_since(self.freshness.start())
    }
}

impl<T: ?Sized> fmt::Debug for Stored<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stored")
            .field("order", &self.order)
            .field("epochs", &self.epochs)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, OnceLock};

    use super::*;
    use crate::fresh::COUNTER;
    use crate::fresh::known::Proof;
    use crate::key::tag::Tag;

    /// A tag moves from a server that is silent to one that is heard, while it is asked where it lies: what the silent one has
    /// announced was not heard (I9).
    #[test]
    fn what_moves_while_it_is_looked_at_is_not_proven_by_where_it_goes() {
        let (clock, tag) = (Clock::manual(), Tag(1));
        let moves: Arc<OnceLock<EpochTable>> = Arc::default();
        let table = {
            let moves = Arc::clone(&moves);
            let locate = move |tag| {
                moves.get().into_iter().for_each(|table: &EpochTable| table.suspect([tag]));
                1
            };
            EpochTable::new(Proof::of_others(Box::new(locate)), &COUNTER, 1)
        };
        [0, 1].iter().for_each(|node| table.proof.alive(*node, clock.now()));
        clock.advance(Duration::from_secs(10));
        table.proof.proven(1, clock.now());
        let header = Header {
            order: 0,
            deadline: Instant::NEVER,
            epochs: EpochList::from_iter([table.hold(tag)]),
            complete: true,
            proven: true,
            grace: Grace::default(),
        };
        let entry: Arc<Stored> = Arc::new(Stored::new(COUNTER.now(), header, ()));
        let second = Ticks::of(Duration::from_secs(1));
        assert!(entry.may_be_served(&table, &clock, second), "it lies on the server that is heard");
        assert!(moves.set(table.clone()).is_ok());
        assert!(!entry.may_be_served(&table, &clock, second));
    }
}
