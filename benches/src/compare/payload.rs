//! What is cached, and how often it was loaded.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hitbox_fn::CacheableResponse;
use serde::{Deserialize, Serialize};

/// A value of every function here, behind an `Arc` wherever the cache hands out what it holds.
#[derive(Clone, Serialize, Deserialize, CacheableResponse)]
pub(super) struct Payload {
    pub(super) id: u64,
    pub(super) name: String,
}

/// Loads of all functions, so that a pass that was to be all hits can say whether it was.
static LOADS: AtomicU64 = AtomicU64::new(0);

pub(super) fn loads() -> u64 {
    LOADS.load(Ordering::Relaxed)
}

pub(super) fn load(id: u64, name: &str) -> Payload {
    LOADS.fetch_add(1, Ordering::Relaxed);
    Payload { id, name: name.to_owned() }
}

pub(super) fn shared(id: u64, name: &str) -> Arc<Payload> {
    Arc::new(load(id, name))
}
