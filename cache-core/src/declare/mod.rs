//! What the user states, as traits: aliases, models, scopes, and what a return type means.

mod alias;
mod bytes;
mod function;
mod model;
mod outcome;
mod rate;
mod scope;
mod settings;
mod transaction;
mod value;

pub use alias::{Alias, AliasFacts, AliasScope, DefaultAlias, Scoped, Unscoped};
pub use bytes::ByteSize;
pub use function::{AfterErrors, Asked, Dependency, Extent, Function, Location, Named, Rules, Writer};
pub use model::{Everywhere, Model, ModelFacts, ModelScope, NoId, PerTenant};
pub use outcome::Outcome;
pub use rate::Rate;
pub use scope::{Levels, NoKey, Root, Tenant, TenantPath, User};
pub(crate) use scope::{Scope, user_bytes};
pub(crate) use settings::Setting;
pub use settings::{Codec, Coherence, Compression, Durability, Mode, Settings, Ttl};
pub use transaction::OpenTransaction;
pub(crate) use value::Value;
