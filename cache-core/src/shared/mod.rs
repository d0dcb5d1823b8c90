//! Bytes between processes: what an entry looks like in a shared tier, and what its key says of the stored type.
//!
//! ```text
//! value --codec--> payload --compression, encryption--> envelope        entry, codec, seal, keys
//! type  --trace--> shape --digest--> fingerprint, a part of the key     fingerprint, shape, trace
//! ```
//!
//! Whatever comes back is untrusted: it is a value, or a miss with its [`Reason`](reason::Reason) (I8). Nothing that is
//! read can make the reader panic, recurse without bound, or allocate more than the limit that it was given.

pub(crate) mod codec;
pub(crate) mod entry;
pub(crate) mod fingerprint;
#[cfg(any(test, feature = "parts"))]
pub(crate) mod fuzz;
pub(crate) mod guard;
pub(crate) mod keys;
pub(crate) mod reason;
pub(crate) mod seal;
pub(crate) mod shape;
pub(crate) mod strict;
// Not under miri: nothing here is unsafe, and most of it would take hours.
#[cfg(all(test, not(miri)))]
mod tests;
pub(crate) mod trace;
