//! The leases that this process has: what it says to others who would load the same.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::task::AbortHandle;

use super::entry::Stored;
use super::flight::Flight;
use crate::shared::Epoch;
use crate::sync::lock;

/// The leases that this process has, or asks for: each once.
#[derive(Default, Debug)]
pub(crate) struct Leases(Mutex<HashMap<String, Place>>);

/// Where a lease is. Empty when it was given back, or taken over.
pub(crate) type Place = Arc<Mutex<Option<Held>>>;

/// A lease.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) token: u128,
    pub(crate) deadline: Duration,
    /// None before it is granted.
    pub(crate) keeper: Option<AbortHandle>,
    /// Whose it is.
    flight: Arc<Flight<Arc<Stored>>>,
}

impl Leases {
    /// A place for a lease of a flight, with its token, and whether it is granted: taken over from an earlier flight that has
    /// been overtaken, and has it or is asking for it. Of one that has not, this one waits for what it stores, as others do.
    pub(crate) fn place(
        &self,
        text: &str,
        flight: &Arc<Flight<Arc<Stored>>>,
        deadline: Duration,
    ) -> (Place, u128, bool) {
        let place = Place::default();
        let mut places = lock(&self.0);
        let mut before = None;
        if let Some(known) = places.get(text) {
            before = lock(known).take_if(|held| held.flight.is_overtaken());
        }
        if before.is_some() || !places.contains_key(text) {
            places.insert(text.to_owned(), Arc::clone(&place));
        }
        let before = before.map(|held| (held.token, held.keeper));
        // Who has it already is granted it again.
        let (token, keeper) = before.unwrap_or_else(|| (Epoch::draw().0, None));
        let granted = keeper.is_some();
        *lock(&place) = Some(Held { token, deadline, keeper, flight: Arc::clone(flight) });
        (place, token, granted)
    }

    /// What is left in a place: nothing if another has taken it over.
    pub(crate) fn take(&self, text: &str, place: &Place) -> Option<Held> {
        let mut places = lock(&self.0);
        if places.get(text).is_some_and(|known| Arc::ptr_eq(known, place)) {
            places.remove(text);
        }
        lock(place).take()
    }
}
