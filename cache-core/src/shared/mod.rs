//! What processes share: the contract that a shared tier keeps.
//!
//! A shared tier holds bytes: **entries** by key, and **epochs** by tag. It knows no types, and nothing of what its bytes
//! mean. [`SharedTier`] says what it must do, and what is allowed to go wrong.
//!
//! [`MemoryTier`] is the reference: in this process, with [faults on demand](memory). Whether another implementation keeps the
//! contract is examined by [`shared_tier_conformance!`](crate::testing::shared_tier_conformance).

pub mod memory;
mod tier;

pub use self::memory::MemoryTier;
pub use self::tier::{
    Answer, Bump, Epoch, Lease, Listener, Listening, NodeId, Operation, Sent, SharedTier, Suspects, TagId,
    TierError,
};
