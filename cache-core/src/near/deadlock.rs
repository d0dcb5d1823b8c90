//! Who waits for whom among loads: a call inside a load must not wait for a load that waits for its own (I5).

use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, Mutex};

use crate::sync::lock;

/// For each load that waits: the flights that it, or a call inside it, waits for.
static WAITS: LazyLock<Mutex<HashMap<u64, Vec<u64>>>> = LazyLock::new(Mutex::default);

/// The loads `waiters` (a call's own and those around it) wait for a flight while this lives.
#[derive(Debug)]
pub(crate) struct Waiting {
    waiters: Vec<u64>,
    flight: u64,
}

impl Waiting {
    /// `None` if the flight waits, directly or by others, for one of the waiters: recursion, or loads crosswise.
    pub(crate) fn on(waiters: Vec<u64>, flight: u64) -> Option<Waiting> {
        let mut waits = lock(&WAITS);
        let (mut next, mut seen) = (vec![flight], HashSet::new());
        while let Some(flight) = next.pop() {
            if waiters.contains(&flight) {
                return None;
            }
            if seen.insert(flight) {
                next.extend(waits.get(&flight).into_iter().flatten());
            }
        }
        for waiter in &waiters {
            waits.entry(*waiter).or_default().push(flight);
        }
        Some(Waiting { waiters, flight })
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut waits = lock(&WAITS);
        for waiter in &self.waiters {
            let Some(flights) = waits.get_mut(waiter) else { continue };
            if let Some(at) = flights.iter().position(|flight| *flight == self.flight) {
                flights.swap_remove(at);
            }
            if flights.is_empty() {
                waits.remove(waiter);
            }
        }
    }
}
