//! Cached functions and writers, as their attributes state them.

use std::fmt;
use std::time::Duration;

use super::{Settings, Ttl};

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
    /// An item of a module, by the hash of its tokens, which goes on with the module's path.
    #[doc(hidden)]
    pub const fn item(module: &str, tokens: u64) -> u64 {
        let (bytes, mut hash, mut at) = (module.as_bytes(), tokens, 0);
        while at < bytes.len() {
            hash = (hash ^ bytes[at] as u64).wrapping_mul(0x100_0000_01b3);
            at += 1;
        }
        hash
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A cached function.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Function {
    /// `module::function`, or what `name = ".."` says.
    pub name: &'static str,
    /// The author's version of the meaning of the value; 0 if not given.
    pub version: u32,
    /// The name of its alias.
    pub alias: &'static str,
    /// Where it is defined.
    pub location: Location,
    /// The names of its arguments, by position in the key.
    pub arguments: &'static [&'static str],
    /// What its value depends on.
    pub dependencies: &'static [Dependency],
    /// What it says about time and outcomes.
    pub rules: Rules,
    /// Of an instance that was registered: the type parameters given, as they were written. Empty otherwise.
    pub instance: &'static str,
    #[doc(hidden)]
    pub settings: Settings,
}

/// What a function says about time and outcomes, beyond its alias.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Rules {
    /// `ttl = ".."`.
    pub ttl: Option<Ttl>,
    /// `none_ttl = ".."`: a duration, or zero for `"off"`.
    pub none_ttl: Option<Duration>,
    /// `err_ttl = ".."`.
    pub err_ttl: Option<Duration>,
    /// `local`, or implied by `pure`.
    pub local: bool,
    /// Whether its alias may let it live long though it depends on nothing: `allow_stale`, or `expires_in`, which says
    /// how long by itself.
    pub allow_stale: bool,
}

/// A model that a function reads or a writer changes.
#[derive(Clone, Copy, Debug)]
pub struct Dependency {
    /// The model's name.
    pub model: &'static str,
    /// How much of it.
    pub extent: Extent,
}

/// How much of a model.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extent {
    /// One row: `M(id)`.
    Row,
    /// The rows of an iterator: `M(each ids)`.
    Rows,
    /// The model, in the tenant if it belongs to one: `M`.
    Model,
    /// The model in all tenants: `across(M)`.
    Across,
}

/// A function that changes models.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Writer {
    /// `module::function`.
    pub name: &'static str,
    /// Where it is defined.
    pub location: Location,
    /// What it changes.
    pub changes: &'static [Dependency],
}

/// A name that must be unique among its kind: an alias, a model, a tenant, a user.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Named {
    /// What it is: `alias`, `model`, `tenant`, `user`.
    pub kind: &'static str,
    /// The name.
    pub name: &'static str,
    /// Where it is declared.
    pub location: Location,
}

impl Function {
    #[doc(hidden)]
    pub const fn new(
        name: &'static str,
        alias: (&'static str, Settings),
        location: Location,
        arguments: &'static [&'static str],
        dependencies: &'static [Dependency],
        rules: Rules,
        version: u32,
    ) -> Self {
        Function {
            name,
            version,
            alias: alias.0,
            location,
            arguments,
            dependencies,
            rules,
            instance: "",
            settings: alias.1,
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn instance(self, instance: &'static str) -> Self {
        Function { instance, ..self }
    }
}

impl Rules {
    #[doc(hidden)]
    pub const fn new(
        ttl: Option<Ttl>,
        none_ttl: Option<Duration>,
        err_ttl: Option<Duration>,
        local: bool,
        allow_stale: bool,
    ) -> Self {
        Rules { ttl, none_ttl, err_ttl, local, allow_stale }
    }
}

impl Writer {
    #[doc(hidden)]
    pub const fn new(name: &'static str, location: Location, changes: &'static [Dependency]) -> Self {
        Writer { name, location, changes }
    }
}

impl Named {
    #[doc(hidden)]
    pub const fn new(kind: &'static str, name: &'static str, location: Location) -> Self {
        Named { kind, name, location }
    }
}
