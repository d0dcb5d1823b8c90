//! This process: what it has loaded, and what it is loading.

pub(crate) mod deadlock;
pub(crate) mod flight;
pub(crate) mod store;
#[cfg(test)]
mod tests;
pub(crate) mod watch;
