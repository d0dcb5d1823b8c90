//! What is to go wrong with operations, and where they are to pause.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use super::super::tier::{TagId, TierError};
use super::trip::Trip;
use super::{Hub, World};

/// A kind of operation of a shared tier.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Request {
    /// [`SharedTier::read`](crate::shared::SharedTier::read).
    Read,
    /// [`SharedTier::init`](crate::shared::SharedTier::init).
    Init,
    /// [`SharedTier::renew`](crate::shared::SharedTier::renew).
    Renew,
    /// [`SharedTier::bump`](crate::shared::SharedTier::bump).
    Bump,
    /// [`SharedTier::store`](crate::shared::SharedTier::store).
    Store,
    /// [`SharedTier::remove`](crate::shared::SharedTier::remove).
    Remove,
    /// [`SharedTier::find`](crate::shared::SharedTier::find).
    Find,
    /// [`SharedTier::lease`](crate::shared::SharedTier::lease).
    Lease,
    /// [`SharedTier::keep`](crate::shared::SharedTier::keep).
    Keep,
    /// [`SharedTier::release`](crate::shared::SharedTier::release).
    Release,
}

/// Some kinds of operations: one of them, an array, or all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Requests(u16);

impl Requests {
    /// All kinds.
    pub const ALL: Requests = Requests(u16::MAX);

    fn contain(self, request: Request) -> bool {
        self.0 & (1 << request as u16) != 0
    }
}

impl From<Request> for Requests {
    fn from(request: Request) -> Self {
        Requests(1 << request as u16)
    }
}

impl<const N: usize> From<[Request; N]> for Requests {
    fn from(requests: [Request; N]) -> Self {
        Requests(requests.into_iter().fold(0, |all, request| all | Requests::from(request).0))
    }
}

/// Operations of a connection, to which something is to happen: see [`MemoryTier::on`](super::MemoryTier::on).
#[must_use = "says to which operations, not yet what happens to them"]
pub struct On {
    hub: Arc<Hub>,
    connection: u64,
    requests: Requests,
    key: Option<String>,
    tag: Option<TagId>,
    left: usize,
}

impl On {
    pub(super) fn new(hub: Arc<Hub>, connection: u64, requests: Requests) -> Self {
        On { hub, connection, requests, key: None, tag: None, left: usize::MAX }
    }

    /// Those that name this key.
    pub fn key(self, key: impl Into<String>) -> Self {
        On { key: Some(key.into()), ..self }
    }

    /// Those that name this tag.
    pub fn tag(self, tag: TagId) -> Self {
        On { tag: Some(tag), ..self }
    }

    /// The next so many.
    pub fn next(self, times: usize) -> Self {
        On { left: times, ..self }
    }

    /// They wait on their way to the servers. Whoever sent one may go away: it happens all the same, when it is let on.
    pub fn pause(self) -> Fault {
        self.fault(Effect::Pause)
    }

    /// They happen, and their answers wait on the way back.
    pub fn pause_answer(self) -> Fault {
        self.fault(Effect::PauseAnswer)
    }

    /// They don't happen, and end in an error.
    pub fn fail(self) -> Fault {
        self.fault(Effect::Fail)
    }

    /// They happen to the first half of their tags, and end in an error; those without tags don't happen.
    pub fn fail_midway(self) -> Fault {
        self.fault(Effect::FailMidway)
    }

    /// They happen, and end in an error.
    pub fn lose_answer(self) -> Fault {
        self.fault(Effect::LoseAnswer)
    }

    /// They don't happen, and never end, not even when the fault does.
    pub fn hang(self) -> Fault {
        self.fault(Effect::Hang)
    }

    fn fault(self, effect: Effect) -> Fault {
        let rule = Rule {
            connection: self.connection,
            requests: self.requests,
            key: self.key,
            tag: self.tag,
            left: self.left,
            effect,
            met: 0,
            waiting: VecDeque::new(),
        };
        let id = self.hub.change(|world| {
            let id = world.number();
            world.rules.insert(id, rule);
            id
        });
        Fault { hub: self.hub, id }
    }
}

/// What happens to some operations, until this is dropped: then those that wait go on.
#[must_use = "the fault ends when this is dropped"]
pub struct Fault {
    hub: Arc<Hub>,
    id: u64,
}

impl Fault {
    /// How many operations have met it.
    #[must_use]
    pub fn met(&self) -> usize {
        self.hub.look(|world| world.rules.get(&self.id).map_or(0, |rule| rule.met))
    }

    /// How many wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.hub.look(|world| world.rules.get(&self.id).map_or(0, |rule| rule.waiting.len()))
    }

    /// Waits until so many operations have met it, in all.
    pub async fn reached(&self, times: usize) {
        self.hub
            .until(|world| world.rules.get(&self.id).is_none_or(|rule| rule.met >= times).then_some(()))
            .await;
    }

    /// Lets the one go on that has waited longest. Says whether one did; those that come later wait.
    pub fn step(&self) -> bool {
        self.hub.change(|world| {
            let trip = world.rules.get_mut(&self.id).and_then(|rule| rule.waiting.pop_front());
            trip.map(|trip| world.travel(trip)).is_some()
        })
    }

    /// Ends it, as dropping it does: all that wait go on.
    pub fn release(self) {}
}

impl Drop for Fault {
    fn drop(&mut self) {
        self.hub.change(|world| {
            for trip in world.rules.remove(&self.id).into_iter().flat_map(|rule| rule.waiting) {
                world.travel(trip);
            }
        });
    }
}

/// A fault as it is looked up.
pub(super) struct Rule {
    connection: u64,
    requests: Requests,
    key: Option<String>,
    tag: Option<TagId>,
    /// How many more it concerns.
    left: usize,
    effect: Effect,
    met: usize,
    waiting: VecDeque<Trip>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Effect {
    Pause,
    PauseAnswer,
    Fail,
    FailMidway,
    LoseAnswer,
    Hang,
}

impl Rule {
    fn concerns(&self, connection: u64, trip: &Trip) -> bool {
        self.left > 0
            && self.connection == connection
            && self.requests.contain(trip.request)
            && self.key.as_ref().is_none_or(|key| trip.key.as_ref() == Some(key))
            && self.tag.is_none_or(|tag| trip.tags.contains(&tag))
    }
}

impl World {
    /// An operation is sent: it will meet the faults that there are now, the oldest first.
    pub(super) fn depart(&mut self, connection: u64, mut trip: Trip) {
        let entries = u64::from(trip.key.is_some());
        self.counts(connection).request(trip.request, entries, trip.tags.len() as u64);
        for (id, rule) in &mut self.rules {
            if !rule.concerns(connection, &trip) {
                continue;
            }
            rule.left -= 1;
            match rule.effect {
                Effect::Pause | Effect::Fail | Effect::FailMidway | Effect::Hang => {
                    trip.before.push_back(*id)
                }
                Effect::PauseAnswer | Effect::LoseAnswer => trip.after.push_back(*id),
            }
        }
        self.travel(trip);
    }

    /// It goes on, until it has to wait or has come back.
    fn travel(&mut self, mut trip: Trip) {
        let mut error = None;
        loop {
            let next = if trip.happened { trip.after.pop_front() } else { trip.before.pop_front() };
            let Some(id) = next else {
                if trip.happened {
                    break;
                }
                trip.load.happen(self, trip.tags.len());
                trip.happened = true;
                continue;
            };
            // One that has ended meanwhile is met by nobody.
            let Some(rule) = self.rules.get_mut(&id) else { continue };
            rule.met += 1;
            let effect = rule.effect;
            match effect {
                Effect::Pause | Effect::PauseAnswer => return rule.waiting.push_back(trip),
                Effect::Hang => return,
                Effect::FailMidway if !trip.tags.is_empty() => trip.load.happen(self, trip.tags.len() / 2),
                Effect::Fail | Effect::FailMidway | Effect::LoseAnswer => {}
            }
            error = Some(TierError::Unavailable(format!("{effect:?} of {:?}", trip.request)));
            break;
        }
        self.answers.push((trip.load, error));
    }
}

impl fmt::Debug for On {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("On").field("requests", &self.requests).finish_non_exhaustive()
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fault").field("met", &self.met()).field("waiting", &self.waiting()).finish()
    }
}
