//! The shared tier on Redis and Valkey.
//!
//! [`RedisTier`] is what processes share: entries by key, and the epochs that say whether they are fresh. It keeps the contract of
//! [`SharedTier`](cache_core::shared::SharedTier).
//!
//! ```standalone_crate
//! use cache_core::Cache;
//! use cache_redis::RedisTier;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Nothing is connected yet: a server that is down keeps no program from starting.
//! let tier = RedisTier::new("redis://localhost:6379")?;
//! let cache = Cache::builder().tier(tier).build()?;
//! # drop(cache); Ok(())
//! # }
//! ```
//!
//! # Servers
//!
//! Redis 7.0 or newer, or Valkey. Older ones, and proxies that speak no RESP3, are refused with an error that says so: invalidations
//! are heard through RESP3, and what they rely on came with 7.0. The user needs `INFO` and `ROLE`, `SUBSCRIBE` to the channel
//! `cache:epochs:<database>`, `PUBLISH`, `EVAL`, and to read and write the keys below.
//!
//! Each tier has two connections: one for commands, which many calls use at once, and one for announcements. They connect by
//! themselves, and again whenever they must. Nothing is sent twice.
//!
//! # What lies there
//!
//! | what | key | value |
//! |---|---|---|
//! | an entry | the prefix, and its text | what was stored |
//! | an epoch | the prefix, `FF`, 16 bytes of the tag | a byte that says what it is, 16 bytes |
//! | a lease | the prefix, `FE`, the key's text | 16 bytes of its owner, 8 of the expected duration |
//! | the generation | the prefix, `FD`, in a Cluster a name in braces | a byte that says what it is, the server's `run_id`, 16 bytes |
//!
//! The bytes `FD` to `FF` are in no text, so no entry's key is any other. A tag is 16 bytes and not 32 digits, since there is one for
//! each row that something depends on.
//!
//! # Sentinels and Clusters
//!
//! ```
//! use cache_redis::RedisTier;
//!
//! # fn main() -> Result<(), cache_redis::Error> {
//! let watched = RedisTier::builder().sentinels("shop", ["redis://one:26379", "redis://two:26379"]).password("s3cret").build()?;
//! let cluster = RedisTier::builder().cluster(["redis://one:6379", "redis://two:6379"]).build()?;
//! # drop((watched, cluster)); Ok(())
//! # }
//! ```
//!
//! Of a Cluster each primary has the two connections. Operations go to all servers that they concern at once, but for
//! invalidations, which go to one after the other: a model is invalidated before its rows, wherever they lie. No key holds a `{` but
//! that of a generation, and no two keys have to lie in one slot. What is announced by one primary is repeated by all others; who
//! listens to each of them hears only what it announces itself, so that a proof of life of one proves its own tags. Slots may move at
//! any time: listeners are told that any tag may have changed before a tag lies elsewhere, and what moved is loaded again. A server
//! that has no slot yet takes part in moves once it has one: until then the tags that are on their way there are not shared.
//!
//! # Servers that lose data
//!
//! What is missing is never fresh, so a server may evict whatever it wants (`maxmemory-policy allkeys-lfu` fits best), be flushed, or
//! start again empty. One that starts again with *old* data would bring old epochs back, and with them entries that
//! were invalidated since. So epochs are stored under a **generation**: a number of the server's run, by which each is masked. Another
//! run has another one, and then what was stored before is unlike anything that was ever read: every process that connects sees so
//! by itself, also one that knows nothing of the run before.
//!
//! A replica that takes over goes on with the generation of its primary, if somebody can witness that it is one: who was connected to
//! the primary, and finds a server that was already running then and has replicated from it. Whoever does says so to the others by the
//! key of the generation. Where nobody can, it is a new generation: all is loaded again, and nothing old is served.
//! Every probe of the announcements' connection reads that key, so it is not evicted, and who relied on another one notices.

mod builder;
mod cluster;
mod connect;
mod ears;
mod line;
mod operations;
mod reply;
mod scripts;
mod sentinels;
mod server;
mod slots;
mod spread;
mod stream;
mod tier;
mod wire;

pub use self::builder::{Builder, Error};
pub use self::tier::RedisTier;
