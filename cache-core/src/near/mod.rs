//! This process: what it has loaded, and what it is loading.

use std::sync::Arc;

pub(crate) mod behind;
pub(crate) mod deadlock;
pub(crate) mod entry;
pub(crate) mod flight;
#[cfg(test)]
mod flight_tests;
pub(crate) mod key;
pub(crate) mod leases;
pub(crate) mod map;
#[cfg(test)]
mod map_tests;
mod policy;
pub(crate) mod readers;
pub(crate) mod size;
pub(crate) mod store;
#[cfg(test)]
mod store_tests;
mod visits;
pub(crate) mod watch;

/// The loads of an alias that are under way.
pub(crate) type Loads = flight::Flights<key::NearKey, Arc<entry::Stored>, foldhash::fast::RandomState>;

/// Who does one of them, for all who follow.
pub(crate) type Flying = flight::Leader<key::NearKey, Arc<entry::Stored>, foldhash::fast::RandomState>;
