//! Flights: one load per key, process and state of its tags (I5).
//!
//! Whoever misses boards: the first leads, the others follow. A follower may take what landed only if the load began
//! after its own call, or if nothing that the load depended on has changed since the load began; otherwise a reader
//! that came after an invalidation would get what an older flight had read before it (I1). So beside a flight that
//! an invalidation has overtaken a second one may start; a third waits.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::task::{Context, Poll, Waker};

use smallvec::SmallVec;

use crate::clock::Instant;
use crate::fresh::epoch::{EpochList, Moment};
use crate::fresh::nested::Frame;
use crate::sync::{Arc, AtomicBool, Mutex, Ordering, lock};

/// How many loads of one key may run at once.
const ABREAST: usize = 2;

/// The flights of one key, the older first.
type Abreast<T> = SmallVec<[Arc<Flight<T>>; 1]>;

/// The loads under way, by key.
pub(crate) struct Flights<K, T, S> {
    airborne: Arc<Mutex<HashMap<K, Abreast<T>, S>>>,
}

/// One load that others may wait for.
pub(crate) struct Flight<T> {
    number: u64,
    began: Instant,
    /// Whether its leader asks others about whatever it is given.
    strict: bool,
    state: Mutex<State<T>>,
    /// Somebody gave up waiting: who comes now must not wait for this one.
    overdue: AtomicBool,
    /// A follower holds what the leader queues for (a permit of `max_loads`): the leader must not queue.
    urgent: AtomicBool,
}

struct State<T> {
    phase: Phase<T>,
    waiting: BTreeMap<u64, Waker>,
    tickets: u64,
}

enum Phase<T> {
    /// The leader hasn't yet noted when its load begins.
    Boarding,
    Loading(Stamps, Option<Arc<Frame>>),
    Landed(Stamps, Option<T>),
    /// The leader went away: cancelled, or panicked.
    Abandoned,
}

/// What tells a load from all others.
pub(crate) fn next_number() -> u64 {
    /// So many a thread takes at once.
    const TAKEN: u64 = 256;
    // Not loom's: a number orders nothing.
    static NUMBERS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    std::thread_local! {
        static NEXT: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
    }
    let mut next = NEXT.get();
    if next.is_multiple_of(TAKEN) {
        next = NUMBERS.fetch_add(TAKEN, std::sync::atomic::Ordering::Relaxed);
    }
    NEXT.set(next + 1);
    next
}

/// When a load began and what it is known to depend on.
#[derive(Clone)]
pub(crate) struct Stamps {
    pub(crate) start: Moment,
    /// Which strict callers had come before it began, or was asked for in the shared tier.
    pub(crate) after: Callers,
    pub(crate) epochs: EpochList,
    /// Whether those are all.
    pub(crate) complete: bool,
}

/// Strict callers, in the order in which they came. A moment tells only what is heard: between two callers at the same moment
/// another process may have written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Callers(u64);

// Not loom's: that strict callers are told apart is not a matter of memory's order.
static CALLERS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

impl Callers {
    pub(crate) const NONE: Callers = Callers(0);

    /// All who have come.
    pub(crate) fn so_far() -> Callers {
        Callers(CALLERS.load(std::sync::atomic::Ordering::SeqCst))
    }

    /// Up to one who comes now.
    pub(crate) fn comes() -> Callers {
        Callers(CALLERS.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1)
    }
}

impl Stamps {
    /// Whether nothing that the load depends on has changed since it began, as far as that is known.
    pub(crate) fn fresh(&self) -> bool {
        self.complete && self.epochs.unchanged_since(self.start)
    }

    /// Whether a call that arrived at that moment may be answered with what was loaded: if the load began later, or if
    /// nothing that another process wrote since can have been heard of, or missed, by then (I1, I9).
    fn serves(&self, arrival: Arrival) -> bool {
        self.began_after(arrival) || arrival.strict.is_none() && self.verified()
    }

    fn began_after(&self, arrival: Arrival) -> bool {
        self.start >= arrival.moment && arrival.strict.is_none_or(|caller| self.after >= caller)
    }

    fn verified(&self) -> bool {
        self.complete && self.epochs.verified_since(self.start)
    }
}

/// When a caller came who missed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival {
    pub(crate) moment: Moment,
    /// Which caller it is, if what has been heard since a load began says too little: then one that began before is none for it.
    pub(crate) strict: Option<Callers>,
    pub(crate) at: Instant,
    /// Flights that began before are not joined: what has changed since can't be known.
    pub(crate) oldest: Instant,
}

impl From<Moment> for Arrival {
    fn from(moment: Moment) -> Self {
        let long_ago = Instant::from_ticks(0);
        Arrival { moment, strict: None, at: long_ago, oldest: long_ago }
    }
}

/// What a caller who missed is to do.
pub(crate) enum Turn<K: Hash + Eq, T, S: BuildHasher> {
    Lead(Leader<K, T, S>),
    Follow(Arc<Flight<T>>),
    /// Both flights of the key have been overtaken: wait until one of them is over, then ask again.
    Wait(Vec<Arc<Flight<T>>>),
    /// Both have been overtaken, and hang.
    Alone,
}

/// What became of a flight.
pub(crate) enum Landing<T> {
    /// Take this.
    Shared(T),
    /// The load is over, and what it gave can't be shared.
    Unshared,
    /// What it gave is older than an invalidation that this caller must see; or its leader went away.
    Again,
}

impl<K: Hash + Eq + Clone, T: Clone, S: BuildHasher + Default> Flights<K, T, S> {
    pub(crate) fn new() -> Self {
        Flights { airborne: Arc::new(Mutex::new(HashMap::default())) }
    }

    /// Lead or follow, for a caller who missed the key and arrived at that moment.
    pub(crate) fn board(&self, key: &K, arrival: impl Into<Arrival>) -> Turn<K, T, S> {
        self.board_with(key, arrival.into(), next_number())
    }

    /// [`board`](Self::board) for one of several keys that one body loads: their flights have one number, so that who
    /// waits for any of them waits for that body.
    pub(crate) fn board_with(&self, key: &K, arrival: Arrival, number: u64) -> Turn<K, T, S> {
        let mut airborne = lock(&self.airborne);
        let flights = match airborne.get_mut(key) {
            Some(flights) => flights,
            None => airborne.entry(key.clone()).or_default(),
        };
        if let Some(flight) = flights.iter().rev().find(|flight| flight.open(arrival)) {
            return Turn::Follow(Arc::clone(flight));
        }
        if flights.len() >= ABREAST {
            return match flights.iter().all(|flight| flight.overdue.load(Ordering::Relaxed)) {
                true => Turn::Alone,
                false => Turn::Wait(flights.to_vec()),
            };
        }
        let flight = Arc::new(Flight {
            number,
            began: arrival.at,
            strict: arrival.strict.is_some(),
            state: Mutex::new(State { phase: Phase::Boarding, waiting: BTreeMap::new(), tickets: 0 }),
            overdue: AtomicBool::new(false),
            urgent: AtomicBool::new(false),
        });
        flights.push(Arc::clone(&flight));
        let flights = Flights { airborne: Arc::clone(&self.airborne) };
        Turn::Lead(Leader { flights, key: key.clone(), flight, landed: false })
    }

    /// How many loads are under way.
    pub(crate) fn len(&self) -> usize {
        lock(&self.airborne).values().map(SmallVec::len).sum()
    }
}

impl<K: Hash + Eq, T, S: BuildHasher> Flights<K, T, S> {
    fn remove(&self, key: &K, flight: &Arc<Flight<T>>) {
        let mut airborne = lock(&self.airborne);
        if let Some(flights) = airborne.get_mut(key) {
            flights.retain(|other| !Arc::ptr_eq(other, flight));
            if flights.is_empty() {
                airborne.remove(key);
            }
        }
    }
}

/// Leads a flight. Dropped before landing, it hands over.
pub(crate) struct Leader<K: Hash + Eq, T, S: BuildHasher> {
    flights: Flights<K, T, S>,
    key: K,
    flight: Arc<Flight<T>>,
    landed: bool,
}

impl<K: Hash + Eq, T, S: BuildHasher> Leader<K, T, S> {
    pub(crate) fn flight(&self) -> &Arc<Flight<T>> {
        &self.flight
    }

    /// The load begins: from here on, callers who arrive can tell whether it has been overtaken, by what was known when
    /// it began and by what it learns.
    pub(crate) fn begin(&self, stamps: Stamps, learned: Option<Arc<Frame>>) {
        lock(&self.flight.state).phase = Phase::Loading(stamps, learned);
    }

    /// The load is over; `None` where its result can't be shared. What is to be stored has been stored by now, so
    /// that who finds no flight finds the entry.
    pub(crate) fn land(self, stamps: Stamps, result: Option<T>) {
        self.land_with(|| (stamps, result));
    }

    /// [`land`](Self::land); what it landed with is asked for if somebody can know.
    pub(crate) fn land_with(mut self, with: impl FnOnce() -> (Stamps, Option<T>)) {
        self.landed = true;
        self.flights.remove(&self.key, &self.flight);
        // It is found no more: if nobody has it but its leader, nobody will.
        if Arc::strong_count(&self.flight) > 1 {
            let (stamps, result) = with();
            self.flight.end(Phase::Landed(stamps, result));
        }
    }
}

impl<K: Hash + Eq, T, S: BuildHasher> Drop for Leader<K, T, S> {
    fn drop(&mut self) {
        if !self.landed {
            // First out of sight, then awake: the followers must find no flight and make a new one.
            self.flights.remove(&self.key, &self.flight);
            self.flight.end(Phase::Abandoned);
        }
    }
}

impl<T> Flight<T> {
    /// What tells its load from all others.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// When its leader came.
    pub(crate) fn began(&self) -> Instant {
        self.began
    }

    /// Whether a caller who arrives now would be served.
    fn open(&self, arrival: Arrival) -> bool {
        if self.overdue.load(Ordering::Relaxed) || self.began < arrival.oldest {
            return false;
        }
        match &lock(&self.state).phase {
            // Who doesn't ask may land with what has been written over, elsewhere, before this caller came.
            Phase::Boarding => self.strict || arrival.strict.is_none(),
            Phase::Loading(stamps, learned) => {
                let verified = |learned: &Arc<Frame>| learned.verified_since(stamps.start);
                stamps.began_after(arrival) || stamps.serves(arrival) && learned.as_ref().is_none_or(verified)
            }
            Phase::Landed(..) | Phase::Abandoned => false,
        }
    }

    /// Whether what it loads is older than something that has been heard of since, or it hangs: who comes now loads again.
    pub(crate) fn is_overtaken(&self) -> bool {
        let overtaken = |stamps: &Stamps| !(stamps.complete && stamps.epochs.verified_since(stamps.start));
        self.overdue.load(Ordering::Relaxed)
            || match &lock(&self.state).phase {
                Phase::Boarding => false,
                Phase::Loading(stamps, learned) => {
                    let verified = |learned: &Arc<Frame>| learned.verified_since(stamps.start);
                    overtaken(stamps) || !learned.as_ref().is_none_or(verified)
                }
                Phase::Landed(stamps, _) => overtaken(stamps),
                Phase::Abandoned => true,
            }
    }

    fn end(&self, phase: Phase<T>) {
        let waiting = {
            let mut state = lock(&self.state);
            state.phase = phase;
            std::mem::take(&mut state.waiting)
        };
        waiting.into_values().for_each(Waker::wake);
    }

    /// What is known of the load so far, and what it learns.
    pub(crate) fn known(&self) -> Option<(Stamps, Option<Arc<Frame>>)> {
        match &lock(&self.state).phase {
            Phase::Loading(stamps, learned) => Some((stamps.clone(), learned.clone())),
            Phase::Landed(stamps, _) => Some((stamps.clone(), None)),
            Phase::Boarding | Phase::Abandoned => None,
        }
    }

    /// Gave up waiting: the flight may hang, so nobody else is to join it.
    pub(crate) fn give_up(&self) {
        self.overdue.store(true, Ordering::Relaxed);
    }

    /// Tells the leader not to queue, for the one who waits may hold what it queues for.
    pub(crate) fn hurry(&self) {
        // Once is enough: who comes after this sees it, and followers needn't be woken again for nothing.
        if self.urgent.swap(true, Ordering::AcqRel) {
            return;
        }
        let waiting = std::mem::take(&mut lock(&self.state).waiting);
        waiting.into_values().for_each(Waker::wake);
    }

    pub(crate) fn is_urgent(&self) -> bool {
        self.urgent.load(Ordering::Acquire)
    }
}

impl<T: Clone> Flight<T> {
    /// What a follower who arrived at that moment gets, once the flight is over.
    pub(crate) fn landing(&self, arrival: impl Into<Arrival>) -> Option<Landing<T>> {
        let arrival = arrival.into();
        match &lock(&self.state).phase {
            Phase::Boarding | Phase::Loading(..) => None,
            Phase::Abandoned => Some(Landing::Again),
            Phase::Landed(stamps, _) if !stamps.serves(arrival) => Some(Landing::Again),
            Phase::Landed(_, None) => Some(Landing::Unshared),
            Phase::Landed(_, Some(result)) => Some(Landing::Shared(result.clone())),
        }
    }
}

/// A place among those who are woken when a flight is over, or urgent.
pub(crate) struct Seat<T> {
    flight: Arc<Flight<T>>,
    ticket: Option<u64>,
}

impl<T> Seat<T> {
    pub(crate) fn new(flight: Arc<Flight<T>>) -> Self {
        Seat { flight, ticket: None }
    }

    pub(crate) fn flight(&self) -> &Arc<Flight<T>> {
        &self.flight
    }

    /// Ready when the flight is over.
    pub(crate) fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.poll(cx, |state| matches!(state.phase, Phase::Landed(..) | Phase::Abandoned))
    }

    /// Ready when the flight must not queue.
    pub(crate) fn poll_urgent(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let flight = Arc::clone(&self.flight);
        self.poll(cx, |_| flight.is_urgent())
    }

    fn poll(&mut self, cx: &Context<'_>, ready: impl FnOnce(&State<T>) -> bool) -> Poll<()> {
        // Cloned before the lock is taken, and what it replaces dropped after: a waker is somebody else's code.
        let waker = cx.waker().clone();
        let replaced = {
            let mut state = lock(&self.flight.state);
            if ready(&state) {
                return Poll::Ready(());
            }
            let ticket = *self.ticket.get_or_insert_with(|| {
                state.tickets += 1;
                state.tickets
            });
            state.waiting.insert(ticket, waker)
        };
        drop(replaced);
        Poll::Pending
    }
}

impl<T> Drop for Seat<T> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            let waker = lock(&self.flight.state).waiting.remove(&ticket);
            drop(waker); // unlocked, likewise
        }
    }
}

impl<K, T, S> fmt::Debug for Flights<K, T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flights").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Flight<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flight").field("number", &self.number()).finish_non_exhaustive()
    }
}
