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
//! A program that reads its settings from the environment names no type of this crate, but links it:
//!
//! ```standalone_crate
//! use cache_core::Cache;
//! use cache_redis as _;
//!
//! # fn main() -> Result<(), cache_core::Error> {
//! let cache = Cache::from_env()?.install()?; // CACHE_URL=redis://localhost:6379
//! # drop(cache); Ok(())
//! # }
//! ```
//!
//! # URLs
//!
//! | servers | URL |
//! |---|---|
//! | one | `redis://[[user]:password@]host[:port][/database]` |
//! | one, by a socket | `unix:///path[?user=..&pass=..&db=..]` |
//! | those that Sentinels watch under a name | `redis+sentinel://[[user]:password@]host[:port][,host[:port]..]/name[/database]` |
//! | a Cluster, by some of its servers | `redis+cluster://[[user]:password@]host[:port][,host[:port]..]` |
//!
//! With TLS they begin with `rediss` (the feature `tls`); `valkey` and `valkeys` mean the same. What is special in a user, a password
//! or a name is percent-encoded. User and password are the server's; those of the Sentinels stand in the query. There may stand:
//!
//! | setting | what it says |
//! |---|---|
//! | `connection_per_runtime=true` | [a connection for each runtime](Builder::connection_per_runtime) whose tasks call often: quicker |
//! | `connect_timeout=500ms` | [how long it may take to connect](Builder::connect_timeout): `1s` unless it is said |
//! | `prefix=shop:` | [what all keys begin with](Builder::prefix) |
//! | `root_certificates=/path` | a file of [certificates](Builder::root_certificates) to trust in place of the system's |
//! | `sentinel_username=..`, `sentinel_password=..` | who asks the Sentinels |
//!
//! # Servers
//!
//! Redis 7.0 or newer, or Valkey. Older ones, and proxies that speak no RESP3, are refused with an error that says so: invalidations
//! are heard through RESP3, and what they rely on came with 7.0. The user needs `INFO` and `ROLE`, `SUBSCRIBE` to the channel
//! `cache:epochs:<database>`, `PUBLISH`, `EVAL`, and to read and write the keys below; `WAIT`, where invalidations are to be
//! replicated; `SCAN` for [operators' searches](cache_core::Cache::remove_matching) alone.
//!
//! Each tier has two connections: one for commands, which many calls use at once, and one for announcements. They connect by
//! themselves, and again whenever they must. Nothing is sent twice. With `durability = replicated` there is a third one, which waits
//! for replicas. These live on a thread of the cache's own, whatever becomes of the runtimes that it is called on. With
//! [`connection_per_runtime`](Builder::connection_per_runtime) runtimes whose tasks call have one more for commands each, to each primary
//! that they use, which ends with them; 64 runtimes at the most. A caller sends by his own hand, without TLS; but of one server, where many read entries at once, a few do so, and
//! the others read together, up to 32 with one `MGET`: each waits some 20 microseconds for that, and many cost less.
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
//! Of a Cluster each primary has these connections. Operations go to all servers that they concern at once, but for
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
//!
//! # Invalidations that outlive their server
//!
//! A primary confirms what it has itself; what no replica has is lost with it. Whoever made such an invalidation sends it again when
//! a replica takes over, if he is still there. With `durability = replicated` ([`Durability`](cache_core::Durability)) an
//! invalidation is confirmed when a replica has it too, by `WAIT`, in a Cluster one of each primary concerned. Where none says so
//! within 200 ms it has happened all the same, and is not confirmed. That takes a round trip more, of which one is made at a time,
//! for all invalidations that wait by then. It is as much as replication that is not synchronous can give: if of several replicas one
//! is promoted that lags behind the one that answered, the promise doesn't hold.

mod builder;
mod cluster;
mod connect;
mod dial;
mod driver;
mod ears;
mod gather;
mod line;
mod locals;
mod operations;
mod replicas;
mod reply;
mod scripts;
mod search;
mod sentinels;
mod server;
mod slots;
mod spread;
mod stream;
mod tier;
mod url;
mod wire;

pub use self::builder::{Builder, Error};
pub use self::tier::RedisTier;
