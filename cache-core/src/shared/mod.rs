//! What processes share: the contract that a shared tier keeps, and what lies in it.
//!
//! A shared tier holds bytes: **entries** by key, and **epochs** by tag. It knows no types, and nothing of what its bytes
//! mean. [`SharedTier`] says what it must do, and what is allowed to go wrong.
//!
//! [`MemoryTier`] is the reference: in this process, with [faults on demand](memory). Others are crates of their own, and settings
//! find them by the schemes of their URLs: [`register_tier!`](crate::register_tier).
//!
//! ```text
//! value --codec--> payload --compression, encryption--> envelope        entry, codec, seal, keys
//! type  --trace--> shape --digest--> fingerprint, a part of the key     fingerprint, shape, trace
//! ```
//!
//! Whatever comes back is untrusted: it is a value, or a miss with its reason (I8). Nothing that is read can make the
//! reader panic, recurse without bound, or allocate more than the limit that it was given.

pub(crate) mod backend;
pub(crate) mod codec;
mod deadlines;
pub(crate) mod entry;
pub(crate) mod fingerprint;
#[cfg(any(test, feature = "parts"))]
pub(crate) mod fuzz;
pub(crate) mod guard;
pub(crate) mod keys;
pub(crate) mod link;
pub mod memory;
mod pattern;
pub(crate) mod reason;
pub(crate) mod seal;
pub(crate) mod shape;
pub(crate) mod strict;
// Not under miri: nothing here is unsafe, and most of it would take hours.
#[cfg(all(test, not(miri)))]
mod tests;
mod tier;
pub(crate) mod trace;

pub use self::backend::{Backend, Connect};
pub use self::memory::MemoryTier;
pub use self::pattern::Pattern;
pub use self::tier::{
    Answer, Bump, Cursor, Epoch, Lease, Listener, Listening, Matches, NodeId, Operation, Sent, SharedTier,
    Suspects, TagId, TierError,
};
pub use crate::declare::Durability;
