//! A cache that never serves a value that lost a race with a write.
//!
//! One attribute turns a function into a cached function: its key, its scope and what it depends on are derived from
//! its arguments and checked by the compiler. One attribute on writers invalidates all that depended on what they
//! wrote.
//!
//! ```
//! use cache_core::{Model, Tenant, cached, invalidates};
//! use std::collections::HashMap;
//! use std::sync::Mutex;
//!
//! #[derive(Tenant, Clone, Copy)]
//! struct Org(i64);
//!
//! #[derive(Model)]
//! #[model(name = "shop.product", per_tenant = Org, id = u64)]
//! struct Product;
//!
//! static PRICES: Mutex<Option<HashMap<u64, u64>>> = Mutex::new(None);
//!
//! #[cached(per_tenant, ttl = "15m", invalidate_on = [Product(id)])]
//! fn price(org: Org, id: u64) -> Option<u64> {
//!     PRICES.lock().unwrap().as_ref()?.get(&id).copied()
//! }
//!
//! #[invalidates(Product(id))]
//! fn set_price(org: Org, id: u64, price: u64) {
//!     PRICES.lock().unwrap().get_or_insert_default().insert(id, price);
//! }
//!
//! assert_eq!(price(Org(1), 5), None);
//! set_price(Org(1), 5, 70);
//! assert_eq!(price(Org(1), 5), Some(70));
//! ```
//!
//! - [`cached`] and [`invalidates`]: the attributes, with all options.
//! - [`Alias`], [`Model`], [`Tenant`], [`User`], [`CacheKey`], [`NoKey`]: what they refer to, all derivable.
//! - [`Entry`]: one entry by its key, to look, fill and invalidate.
//! - [`Cache::entry`], [`Cache::entries`]: the same without a function, one by one or many at once.
//! - [`Cache`]: set up, switched on and off, statistics, upkeep.
//! - [`testing`]: a cache of its own for each test, a clock that it moves, and what was invalidated.
//! - [`graph()`]: what was declared, as a whole.
//!
//! # Features
//!
//! None is on by default. Most are for the types of another crate:
//!
//! | feature | what it gives |
//! |---|---|
//! | `axum` | [`CacheKey`]: `Path`, `Query`, `Json`, `Extension` by what they hold; `Method`, `Uri`. [`NoKey`]: `State` and `Extension` of what is. [`Tenant`] and [`User`]: `Path` and `Extension` of one. [`Outcome`]: of `Json<T>` and `Result<Json<T>, E>`, the `T` is stored |
//! | `chrono` | [`CacheKey`]: `NaiveDate`, `NaiveTime`, `NaiveDateTime`, `TimeDelta`; `DateTime` as the instant, in whatever time zone |
//! | `reqwest` | [`NoKey`]: `Client` |
//! | `rust_decimal` | [`CacheKey`]: `Decimal` by its value, so `1.0` is `1.00` |
//! | `sqlx`, and `sqlx-mysql`, `sqlx-postgres`, `sqlx-sqlite` for connections | [`NoKey`]: `Pool`, `PoolConnection`, `Transaction`, connections; [`OpenTransaction`]: all but the pool. `cache-sqlx` turns them on |
//! | `time` | [`CacheKey`]: `Date`, `Time`, `PrimitiveDateTime`, `UtcOffset`, `Duration`; `OffsetDateTime` as the instant, at whatever offset |
//! | `uuid` | [`CacheKey`]: `Uuid` |
//!
//! And one for the shared tier: `zstd` compresses what is stored there to less than `lz4` does, which is always there.
//!
//! # Settings
//!
//! What the attributes of an alias say is the default. A TOML file overrides it, the environment overrides the file, code
//! overrides both ([`CacheBuilder`]); a function's own `ttl` is overridden by a lower `max_ttl` alone.
//!
//! ```toml
//! namespace = "erp"
//! url = "redis://localhost:6379" # CACHE_URL
//!
//! [alias.prices]
//! ttl = "30m"            # CACHE_PRICES_TTL
//! mode = "refresh"       # CACHE_PRICES_MODE
//! ```
//!
//! [`Cache::example_settings`] writes a file with all that there are. `mode` switches an alias or all of them off, at the
//! start and while the program runs: [`Mode`]. A program that sets nothing up doesn't read the environment.
//!
//! `url` says where the [tier](shared) is that processes share. Which URLs there are depends on the backends that the program
//! links ([`register_tier!`]): with `cache-redis` among its dependencies, it says `use cache_redis as _;`.
//!
//! # What is promised
//!
//! Once a writer or an `invalidate` has returned, a read that starts later does not return data whose load, or the load
//! of anything nested in it, began before. One call of a key loads, however many ask; whoever can't be answered by that
//! load is not. A call without its scope is not cached. Memory is bounded, whatever keys are asked for.
//!
//! Processes that share a [tier](shared) see each other's writes as soon as each alias's [`Coherence`] says.

// Generated code names the crate.
#[cfg(test)]
extern crate self as cache_core;

mod barrier;
mod block_on;
mod bound;
mod builder;
mod cache;
mod clock;
mod config;
mod declare;
mod error;
mod foreign;
mod fresh;
pub mod graph;
mod key;
mod near;
mod observe;
#[cfg(feature = "parts")]
#[doc(hidden)]
pub mod parts;
mod path;
#[doc(hidden)]
pub mod private;
pub mod shared;
mod sync;
mod tiers;

pub mod testing;
#[cfg(test)]
mod tests;

pub use cache_macros::{Alias, CacheKey, Model, NoKey, Tenant, User, test};

/// ```
/// use cache_core::{Alias, Model, NoKey, Tenant, cached};
///
/// #[derive(NoKey)]
/// struct Pool;
///
/// #[derive(Tenant, Clone, Copy)]
/// struct Org(i64);
///
/// #[derive(Model)]
/// #[model(name = "rbac.role", per_tenant = Org)]
/// struct Role { #[model(id)] id: i64 }
///
/// #[derive(Model)]
/// #[model(name = "rbac.member", per_tenant = Org, id = i64)]
/// struct Member;
///
/// #[derive(Alias)]
/// #[alias(name = "permissions", scope = tenant, ttl = "1h")]
/// struct Permissions;
///
/// #[cached(alias = Permissions, ttl = "15m", invalidate_on = [Role, Member(user_id)])]
/// async fn permissions(pool: &Pool, org: Org, user_id: i64) -> Result<Vec<String>, String> {
///     Ok(vec![format!("what member {user_id} may do")])
/// }
///
/// /// By a row that only the result names: gone when that member is written, or, if there is none, when one is.
/// #[cached(alias = Permissions, invalidate_on = [Member(ret.0)])]
/// async fn by_mail(pool: &Pool, org: Org, mail: &str) -> Result<Option<(i64, String)>, String> {
///     Ok(Some((5, mail.to_owned())))
/// }
/// ```
///
/// Many at once: one query for what is missing, each an entry of its own.
///
/// ```
/// use cache_core::{Model, cached};
/// use std::collections::HashMap;
///
/// #[derive(Model)]
/// #[model(name = "shop.part", id = u64)]
/// struct Part;
///
/// #[cached(each = ids, invalidate_on = [Part(each ids)])]
/// async fn names(ids: &[u64]) -> Result<HashMap<u64, String>, String> {
///     Ok(ids.iter().map(|id| (*id, format!("part {id}"))).collect()) // select .. where id = any(ids)
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// assert_eq!(names(&[5, 6]).await.unwrap().len(), 2);
/// assert_eq!(names(&[5, 6, 7]).await.unwrap()[&7], "part 7"); // asks for 7 alone
/// names::entry(5).invalidate().await;
/// # }
/// ```
///
pub use cache_macros::cached;

/// ```
/// use cache_core::{Model, invalidates};
///
/// #[derive(Model)]
/// #[model(name = "shop.product")]
/// struct Product { #[model(id)] id: u64, category: i64 }
///
/// /// A tag: a model without rows of its own.
/// #[derive(Model)]
/// #[model(name = "shop.in_category", id = i64)]
/// struct InCategory;
///
/// #[invalidates(Product(ret.id), InCategory(category))]
/// async fn create(category: i64) -> Result<Product, String> {
///     Ok(Product { id: 5, category })
/// }
///
/// #[invalidates(Product(each ids))]
/// fn hide(ids: &[u64]) { /* update */ }
/// ```
///
pub use cache_macros::invalidates;

/// ```standalone_crate
/// use cache_core::{Model, NoKey, cached, invalidates};
///
/// #[derive(Model)]
/// #[model(name = "shop.product", id = u64)]
/// struct Product;
///
/// #[derive(NoKey)]
/// struct Catalog { /* connections */ }
///
/// #[cache_core::methods]
/// impl Catalog {
///     #[cached(ttl = "15m", invalidate_on = [Product(id)])]
///     fn name(&self, id: u64) -> String { format!("no. {id}") }
///
///     #[invalidates(Product(id))]
///     fn rename(&self, id: u64, name: &str) { /* update */ }
/// }
///
/// let catalog = Catalog {};
/// assert_eq!(catalog.name(5), "no. 5");
/// assert!(catalog.name_entry(5).get().is_some());
/// catalog.rename(5, "five");
/// assert!(catalog.name_entry(5).get().is_none());
/// ```
///
pub use cache_macros::methods;

/// ```standalone_crate
/// use cache_core::{Everywhere, Model, NoKey, cached, graph, register};
/// use std::marker::PhantomData;
///
/// #[derive(Model)]
/// #[model(name = "shop.product", id = u64)]
/// struct Product;
///
/// #[derive(NoKey)]
/// struct Repo<M>(PhantomData<M>);
///
/// #[cache_core::methods]
/// impl<M: Model<Id = u64, Scope = Everywhere>> Repo<M> {
///     #[cached(invalidate_on = [M(id)])]
///     fn name(&self, id: u64) -> String { format!("{} {id}", M::NAME) }
/// }
///
/// register!(Repo<Product>);
///
/// let functions = graph().functions;
/// let instance = functions.iter().find(|function| function.instance == Some("Repo<Product>")).expect("registered");
/// assert_eq!(instance.dependencies[0].model, "shop.product");
/// ```
///
pub use cache_macros::register;

/// ```no_run
/// # mod app {}
/// // tests/graph.rs
/// use app as _;
///
/// cache_core::check_graph!(snapshot = "cache-graph.json");
/// ```
///
/// [`graph::Lint`] has the lints. The snapshot is for reviewers: a dependency, a type or a time to live that changes is a
/// line of the pull request.
///
pub use cache_macros::check_graph;

pub use self::builder::CacheBuilder;
pub use self::cache::Cache;
pub use self::declare::{
    Alias, AliasScope, ByteSize, Codec, Coherence, Compression, DefaultAlias, Durability, Everywhere, Mode,
    Model, ModelScope, NoId, NoKey, OpenTransaction, Outcome, PerTenant, Rate, Root, Scoped, Settings,
    Tenant, TenantPath, Ttl, Unscoped, User,
};
pub use self::error::Error;
pub use self::fresh::changes::Invalidated;
pub use self::fresh::context::{
    Scopes, spawn, with_scopes, with_tenant, with_tenant_sync, with_user, with_user_sync,
};
pub use self::graph::graph;
pub use self::key::{CacheKey, KeyName, KeyWriter};
pub use self::observe::{AliasStats, FunctionStats, SharedStats, Stats};
pub use self::path::depends::{depends_on, depends_on_sync, reads, reads_of};
pub use self::path::entries::{Entries, SyncEntries};
pub use self::path::entry::{Entry, Fill, OfFunction, SyncEntry};
pub use self::path::explicit::{ByHand, Dependent, Independent, TenantOrGlobal, Value};
pub use self::path::search::Matched;
pub use self::path::target;
pub use self::path::transaction::{Ended, Transaction, Unit};
pub use self::path::unit_of_work::{discard, unit_of_work, unit_of_work_sync};
pub use self::shared::keys::EncryptionKeys;
