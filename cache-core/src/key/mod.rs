//! What things are called: canonical bytes, ids of rows, readable text, tags.
//!
//! One encoding, two renderings. [`CacheKey`] writes typed values into canonical bytes, the key of the near
//! store; the same bytes render as the readable text that a person, a log line or a shared tier sees. Both are
//! injective: different values never give equal bytes or equal text (I7).

mod bytes;
mod encode;
pub(crate) mod hash;
pub(crate) mod ids;
mod name;
pub(crate) mod tag;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod text;

pub use bytes::KeyWriter;
pub use encode::CacheKey;
pub(crate) use name::PLAIN;
pub use name::{KeyName, NameOf};
