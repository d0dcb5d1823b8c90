//! The graph as plain data.

pub use crate::declare::{AfterErrors, Dependency, Extent, Location, Rules};
use crate::declare::{Settings, Ttl};

/// What was declared, as a whole: every cached function, writer, model, alias, tenant and user that is linked into a
/// program, each once, by name.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Graph {
    /// The cached functions, each instance beside its generic.
    pub functions: Vec<FunctionInfo>,
    /// The functions that change models.
    pub writers: Vec<WriterInfo>,
    /// What functions depend on and writers change.
    pub models: Vec<ModelInfo>,
    /// The named caches.
    pub aliases: Vec<AliasInfo>,
    /// The types of tenants.
    pub tenants: Vec<TenantInfo>,
    /// The types of users.
    pub users: Vec<UserInfo>,
}

/// A cached function.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FunctionInfo {
    /// `module::function`, or what `name = ".."` says.
    pub name: &'static str,
    /// Of an instance that was registered: the function or block with its types, as in `Repo<Product>`.
    pub instance: Option<&'static str>,
    /// Where it is defined.
    pub location: Location,
    /// What its arguments and its value are, as it was written.
    pub signature: &'static str,
    /// The name of its alias.
    pub alias: &'static str,
    /// How long a value lives.
    pub ttl: Ttl,
    /// Who says so.
    pub ttl_from: TtlFrom,
    /// The tenant whose values they are.
    pub tenant: Scope,
    /// The user whose values they are.
    pub user: Scope,
    /// Its keys as text, with placeholders: `{namespace}:prices:shop={shop}:app::price:id={id}`. What is followed by a
    /// question mark is in the key or left out of it: a type decides that isn't known here.
    pub key: String,
    /// What its value depends on by its attribute. What the functions that it calls depend on is known when it runs.
    pub dependencies: Vec<Dependency>,
    /// What it says about time and outcomes.
    pub rules: Rules,
    /// The author's version of the meaning of the value; 0 if not given.
    pub version: u32,
    /// The argument that stands for many keys.
    pub each: Option<&'static str>,
    /// The lints that it is exempt from.
    pub allow: &'static [&'static str],
}

/// Who says how long a value lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum TtlFrom {
    /// Its function.
    Attribute,
    /// Its alias.
    OfAlias,
    /// Its alias, whose `max_ttl` is shorter than what the function or the alias itself says.
    MaxTtl,
    /// The value (`expires_in`): this is the longest that its alias allows.
    ExpiresIn,
}

/// Whose values they are, or whose rows a writer changes.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Scope {
    /// Nobody's.
    Global,
    /// Whom an argument names.
    Argument {
        /// The argument.
        name: &'static str,
        /// What the levels are called, the outermost first; none where the trait is implemented by hand.
        levels: Vec<&'static str>,
    },
    /// Whoever is around the call.
    Ambient,
    /// Whom an expression gives: its text.
    Expression(&'static str),
    /// Of a writer: two arguments could be it, so it is none.
    Several,
    /// A type decides that isn't known here: a type parameter, or what a pattern binds.
    Unknown,
}

/// A function that changes models.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WriterInfo {
    /// `module::function`.
    pub name: &'static str,
    /// Of an instance that was registered.
    pub instance: Option<&'static str>,
    /// Where it is defined.
    pub location: Location,
    /// What it changes.
    pub changes: Vec<Dependency>,
    /// Whose rows they are.
    pub tenant: Scope,
    /// After which errors it invalidates.
    pub on: AfterErrors,
    /// The lints that it is exempt from.
    pub allow: &'static [&'static str],
}

/// What functions depend on and writers change.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ModelInfo {
    /// The name.
    pub name: &'static str,
    /// Where it is declared; nowhere, if its trait is implemented by hand.
    pub location: Option<Location>,
    /// The levels of the tenants that its rows belong to; none where the trait of the tenant is implemented by hand.
    pub per_tenant: Option<Vec<&'static str>>,
    /// The parts of its id and their types, as they were written; empty for a model without rows. Not known where its
    /// trait is implemented by hand.
    pub id: Option<&'static str>,
    /// The lints that it is exempt from.
    pub allow: &'static [&'static str],
}

/// A named cache.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AliasInfo {
    /// The name.
    pub name: &'static str,
    /// Where it is declared; nowhere, if its trait is implemented by hand, or it is the default one.
    pub location: Option<Location>,
    /// Whether each function of it is scoped by a tenant, or says `global`.
    pub per_tenant: bool,
    /// Whether each function of it is scoped by a user, or says `global`.
    pub per_user: bool,
    /// What its attribute says: settings files and the environment may say otherwise.
    pub settings: Settings,
    /// The lints that it is exempt from.
    pub allow: &'static [&'static str],
}

/// A type of tenants.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TenantInfo {
    /// The name.
    pub name: &'static str,
    /// What its levels are called in keys, the outermost first.
    pub levels: Vec<&'static str>,
    /// Where it is declared.
    pub location: Location,
    /// The lints that it is exempt from.
    pub allow: &'static [&'static str],
}

/// A type of users.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UserInfo {
    /// The name.
    pub name: &'static str,
    /// Where it is declared.
    pub location: Location,
    /// The lints that it is exempt from.
    pub allow: &'static [&'static str],
}
