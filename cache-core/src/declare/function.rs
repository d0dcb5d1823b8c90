//! Cached functions and writers, as their attributes state them.

use std::fmt;
use std::time::Duration;

use super::{AliasFacts, Levels, ModelFacts, Settings, Ttl};

/// A place in the source, and what stands there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Location {
    /// The file, as the compiler was given it.
    pub file: &'static str,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// What tells two things apart that a macro declares in one place.
    #[doc(hidden)]
    pub item: u64,
}

impl Location {
    /// Where it is called, of an item by the hash of its tokens.
    #[doc(hidden)]
    #[track_caller]
    pub const fn here(item: u64) -> Self {
        let caller = std::panic::Location::caller();
        Location { file: caller.file(), line: caller.line(), column: caller.column(), item }
    }

    /// The same of an item whose name doesn't tell its module: the hash goes on with that.
    #[doc(hidden)]
    #[must_use]
    pub const fn within(self, module: &str) -> Self {
        let (bytes, mut item, mut at) = (module.as_bytes(), self.item, 0);
        while at < bytes.len() {
            item = (item ^ bytes[at] as u64).wrapping_mul(0x100_0000_01b3);
            at += 1;
        }
        Location { item, ..self }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A cached function.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// `module::function`, or what `name = ".."` says.
    pub name: &'static str,
    /// The author's version of the meaning of the value; 0 if not given.
    pub version: u32,
    /// The name of its alias.
    pub alias: &'static str,
    pub settings: Settings,
    /// Where it is defined.
    pub location: Location,
    /// What its arguments and its value are, as it was written.
    pub signature: &'static str,
    /// The names of its arguments, by position in the key.
    pub arguments: &'static [&'static str],
    /// Which of them are left out of the key by their types, a bit each.
    pub left_out: u64,
    /// Of which of them that isn't known here.
    pub open: u64,
    /// The argument that stands for many keys; empty if there is none.
    pub each: &'static str,
    /// What its value depends on.
    pub dependencies: &'static [Dependency],
    pub rules: Rules,
    /// Whose values they are.
    pub tenant: Asked,
    pub user: Asked,
    /// The lints that it is exempt from.
    pub allow: &'static [&'static str],
    /// Of an instance that was registered: the type parameters given, as they were written. Empty otherwise.
    pub instance: &'static str,
    /// Whether the alias asks for a tenant, for a user.
    pub(crate) alias_asks: [bool; 2],
}

/// What a function says of a scope of its calls.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum Asked {
    /// Nothing; or `global`.
    Nothing,
    /// Nothing, and its alias may ask for the argument that is one.
    ByAlias(Candidates),
    /// For the argument that is one.
    ByType(Candidates),
    /// For what is around the call.
    Ambient,
    /// For what an expression gives: its text.
    Expression(&'static str),
}

/// The arguments that may be a scope.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Candidates {
    /// Their names, and the levels of those that are one.
    pub arguments: Arguments,
    /// Whether there are others, whose types aren't known here.
    pub open: bool,
}

type Arguments = &'static [(&'static str, Option<&'static Levels>)];

/// What a function says about time and outcomes, beyond its alias.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Rules {
    /// `ttl = ".."`; forever if it is `pure`.
    pub ttl: Option<Ttl>,
    /// `none_ttl = ".."`: a duration, or zero for `"off"`.
    pub none_ttl: Option<Duration>,
    /// `err_ttl = ".."`.
    pub err_ttl: Option<Duration>,
    /// `early = 1.0`, in thousandths.
    pub early: Option<u32>,
    /// `stale_if_error = ".."`.
    pub stale_if_error: Option<Duration>,
    /// `stale_while_revalidate = ".."`.
    pub stale_while_revalidate: Option<Duration>,
    /// `load_timeout = ".."`.
    pub load_timeout: Option<Duration>,
    /// `verify_rate = 0.001`, in millionths.
    pub verify_rate: Option<u32>,
    /// Those without a value of their own here, a bit each.
    options: u16,
}

/// A model that a function reads or a writer changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Dependency {
    /// The model's name; the parameter's, if it is one.
    pub model: &'static str,
    /// How much of it.
    pub extent: Extent,
    /// Whether it is a type parameter: which models that stands for, instances say that were registered.
    pub is_parameter: bool,
    /// Whether its rows belong to tenants.
    pub(crate) per_tenant: bool,
}

/// How much of a model.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Extent {
    /// One row: `M(id)`.
    Row,
    /// The rows of an iterator: `M(each ids)`.
    Rows,
    /// The rows that the result names: `M(ret.id)`, `M(each ret.ids)`.
    Late,
    /// The model, in the tenant if it belongs to one: `M`.
    All,
    /// The model in all tenants: `across(M)`.
    Across,
}

/// A function that changes models.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Writer {
    /// `module::function`.
    pub name: &'static str,
    /// Where it is defined.
    pub location: Location,
    /// What it changes.
    pub changes: &'static [Dependency],
    /// Whose rows they are.
    pub tenant: Asked,
    /// After which errors it invalidates.
    pub on: AfterErrors,
    /// The lints that it is exempt from.
    pub allow: &'static [&'static str],
    /// As of a function.
    pub instance: &'static str,
}

/// After which errors a writer invalidates.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum AfterErrors {
    /// All of them: `on = always`.
    Always,
    /// None: `on = ok`.
    Never,
    /// Those that a predicate picks: `on = |error| ..`.
    Sometimes,
}

/// A name that must be unique among its kind: an alias, a model, a tenant, a user.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Named {
    /// What it is: `alias`, `model`, `tenant`, `user`.
    pub kind: &'static str,
    /// The name.
    pub name: &'static str,
    /// Where it is declared.
    pub location: Location,
    /// The lints that it is exempt from.
    pub allow: &'static [&'static str],
}

#[doc(hidden)]
impl Function {
    pub const fn new(
        name: &'static str,
        alias: AliasFacts,
        location: Location,
        signature: &'static str,
        arguments: &'static [&'static str],
        dependencies: &'static [Dependency],
        rules: Rules,
    ) -> Self {
        Function {
            name,
            version: 0,
            alias: alias.name,
            settings: alias.settings,
            location,
            signature,
            arguments,
            left_out: 0,
            open: 0,
            each: "",
            dependencies,
            rules,
            tenant: Asked::Nothing,
            user: Asked::Nothing,
            allow: &[],
            instance: "",
            alias_asks: [alias.per_tenant, alias.per_user],
        }
    }

    #[must_use]
    pub const fn instance(self, instance: &'static str) -> Self {
        Function { instance, ..self }
    }

    #[must_use]
    pub const fn version(self, version: u32) -> Self {
        Function { version, ..self }
    }

    /// Which arguments are not in the key, a bit each, and of which that isn't known here.
    #[must_use]
    pub const fn left_out(self, left_out: u64, open: u64) -> Self {
        Function { left_out, open, ..self }
    }

    #[must_use]
    pub const fn scopes(self, tenant: Asked, user: Asked) -> Self {
        let tenant = tenant.settled(self.alias_asks[0]);
        let user = user.settled(self.alias_asks[1]);
        Function { tenant, user, ..self }
    }

    #[must_use]
    pub const fn each(self, each: &'static str) -> Self {
        Function { each, ..self }
    }

    #[must_use]
    pub const fn allow(self, allow: &'static [&'static str]) -> Self {
        Function { allow, ..self }
    }
}

#[doc(hidden)]
impl Asked {
    pub const fn by_alias(arguments: Arguments, open: bool) -> Self {
        Asked::ByAlias(Candidates { arguments, open })
    }

    pub const fn by_type(arguments: Arguments, open: bool) -> Self {
        Asked::ByType(Candidates { arguments, open })
    }

    /// With what the alias asks for.
    const fn settled(self, alias_asks: bool) -> Self {
        match self {
            Asked::ByAlias(candidates) if alias_asks => Asked::ByType(candidates),
            Asked::ByAlias(_) => Asked::Nothing,
            said => said,
        }
    }
}

impl Rules {
    /// No option without a value.
    pub const NONE: u16 = 0;
    /// `pure`.
    pub const PURE: u16 = 1;
    /// `local`.
    pub const LOCAL: u16 = 1 << 1;
    /// `allow_stale`.
    pub const ALLOW_STALE: u16 = 1 << 2;
    /// `expires_in = ..`.
    pub const EXPIRES_IN: u16 = 1 << 3;
    /// `when = ..`.
    pub const WHEN: u16 = 1 << 4;
    /// `store_if = ..`.
    pub const STORE_IF: u16 = 1 << 5;
    /// `key = (..)`.
    pub const KEY: u16 = 1 << 6;
    /// `cache = ..`.
    pub const CACHE: u16 = 1 << 7;

    #[doc(hidden)]
    pub const fn new(options: u16) -> Self {
        Rules {
            ttl: None,
            none_ttl: None,
            err_ttl: None,
            early: None,
            stale_if_error: None,
            stale_while_revalidate: None,
            load_timeout: None,
            verify_rate: None,
            options,
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn ttl(self, ttl: Ttl) -> Self {
        Rules { ttl: Some(ttl), ..self }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn none_ttl(self, ttl: Duration) -> Self {
        Rules { none_ttl: Some(ttl), ..self }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn err_ttl(self, ttl: Duration) -> Self {
        Rules { err_ttl: Some(ttl), ..self }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn early(self, thousandths: u32) -> Self {
        Rules { early: Some(thousandths), ..self }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn verify_rate(self, millionths: u32) -> Self {
        Rules { verify_rate: Some(millionths), ..self }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn stale_if_error(self, window: Duration) -> Self {
        Rules { stale_if_error: Some(window), ..self }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn stale_while_revalidate(self, window: Duration) -> Self {
        Rules { stale_while_revalidate: Some(window), ..self }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn load_timeout(self, timeout: Duration) -> Self {
        Rules { load_timeout: Some(timeout), ..self }
    }

    /// Whether it has one of these options.
    pub const fn says(&self, options: u16) -> bool {
        self.options & options != 0
    }
}

#[doc(hidden)]
impl Dependency {
    pub const fn new(model: ModelFacts, extent: Extent) -> Self {
        Dependency { model: model.name, extent, is_parameter: false, per_tenant: model.per_tenant }
    }

    /// Whether it is on this very model.
    pub(crate) fn is_of(&self, model: &str) -> bool {
        !self.is_parameter && self.model == model
    }

    /// On a model that is a type parameter.
    pub const fn of_parameter(name: &'static str, extent: Extent) -> Self {
        Dependency { model: name, extent, is_parameter: true, per_tenant: false }
    }
}

#[doc(hidden)]
impl Writer {
    pub const fn new(name: &'static str, location: Location, changes: &'static [Dependency]) -> Self {
        Writer {
            name,
            location,
            changes,
            tenant: Asked::Nothing,
            on: AfterErrors::Always,
            allow: &[],
            instance: "",
        }
    }

    #[must_use]
    pub const fn tenant(self, tenant: Asked) -> Self {
        Writer { tenant, ..self }
    }

    #[must_use]
    pub const fn on(self, on: AfterErrors) -> Self {
        Writer { on, ..self }
    }

    #[must_use]
    pub const fn allow(self, allow: &'static [&'static str]) -> Self {
        Writer { allow, ..self }
    }

    #[must_use]
    pub const fn instance(self, instance: &'static str) -> Self {
        Writer { instance, ..self }
    }
}

#[doc(hidden)]
impl Named {
    pub const fn new(kind: &'static str, name: &'static str, location: Location) -> Self {
        Named { kind, name, location, allow: &[] }
    }

    #[must_use]
    pub const fn allow(self, allow: &'static [&'static str]) -> Self {
        Named { allow, ..self }
    }
}
