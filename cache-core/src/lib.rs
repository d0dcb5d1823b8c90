//! A cache that never serves a value that lost a race with a write.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod cache;
mod clock;
mod declare;
mod error;
mod fresh;
pub mod graph;
mod key;
mod near;
mod observe;
mod path;
#[doc(hidden)]
pub mod private;
mod sync;
pub mod testing;

pub use cache_macros::{Alias, CacheKey, Model, NoKey, Tenant, User, cached, invalidates, test};

pub use self::cache::{Cache, CacheBuilder};
pub use self::declare::{
    Alias, AliasScope, DefaultAlias, Everywhere, Model, ModelScope, NoId, NoKey, Outcome, PerTenant, Root,
    Scoped, Settings, Tenant, TenantPath, Ttl, Unscoped, User,
};
pub use self::error::Error;
pub use self::fresh::context::{spawn, with_tenant, with_tenant_sync, with_user, with_user_sync};
pub use self::key::{CacheKey, KeyWriter};
pub use self::observe::{AliasStats, FunctionStats, Stats};
pub use self::path::entry::{Entry, Fill, SyncEntry};
