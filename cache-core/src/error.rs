//! What can go wrong when a cache is set up, or searched. At run time a cached function returns what its body returns, and
//! nothing of the cache's own.

use std::fmt;
use std::str::FromStr;

use crate::config::{self, NAMESPACES};
use crate::declare::{ByteSize, Location, Value};

/// Why a cache can't be set up, or can't do what an operator asks of it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// Two functions, aliases, models, tenants or users have one name.
    DuplicateName {
        /// What they are.
        kind: &'static str,
        /// Their name.
        name: &'static str,
        /// Where one is declared.
        first: Location,
        /// Where the other is declared.
        second: Location,
    },
    /// A cache has been installed already.
    AlreadyInstalled,
    /// A cached function has been called already, and served by the cache of the process that is there by default.
    AlreadyInUse,
    /// A namespace that can't be part of a key.
    Namespace(String),
    /// Encryption keys that can't be: what is wrong with which, without showing any.
    EncryptionKeys(String),
    /// Settings that can't be: each in a sentence that says where it is, what was found and what is allowed.
    Settings(Vec<String>),
    /// The threads that a shared tier needs can't be started: what the system says.
    Runtime(String),
    /// A [pattern](crate::Cache::remove_matching) that would reach what isn't the cache's.
    Pattern {
        /// The pattern.
        pattern: String,
        /// What the cache's keys begin with, before a `:`.
        namespace: String,
    },
    /// The shared tier didn't do what an [operator](crate::Cache::remove_matching) asked of it: why.
    Tier(String),
    /// There is no alias of that name.
    UnknownAlias {
        /// The name.
        name: String,
        /// The names that there are.
        known: Vec<&'static str>,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::DuplicateName { kind, name, first, second } => {
                write!(f, "two {kind}s are named `{name}`: ")?;
                match first.to_string() == second.to_string() {
                    true => write!(f, "a macro makes both at {first}")?,
                    false => write!(f, "at {first} and at {second}")?,
                }
                f.write_str("; give one of them another name (`name = \"..\"`)")
            }
            Error::AlreadyInstalled => {
                f.write_str("a cache is installed already; `install()` is called once, at the start of `main`")
            }
            Error::AlreadyInUse => f.write_str(
                "the cache is in use already, with its defaults; call `install()` before the first cached function",
            ),
            Error::Namespace(found) => {
                write!(f, "`{found}` can't be a namespace; allowed are {NAMESPACES}")
            }
            Error::EncryptionKeys(fault) => f.write_str(fault),
            Error::Settings(mistakes) => match mistakes.as_slice() {
                [mistake] => f.write_str(mistake),
                _ => {
                    write!(f, "{} settings can't be:", mistakes.len())?;
                    mistakes.iter().try_for_each(|mistake| write!(f, "\n- {mistake}"))
                }
            },
            Error::Runtime(why) => write!(f, "the threads that a shared tier needs can't be started: {why}"),
            Error::Pattern { pattern, namespace } => {
                write!(f, "`{pattern}` may mean keys that aren't this cache's; begin it with `{namespace}:`")
            }
            Error::Tier(why) => f.write_str(why),
            Error::UnknownAlias { name, known } => {
                f.write_str(&config::unknown("no alias", name, known.iter().copied()))
            }
        }
    }
}

/// As it is shown: this is what is printed of an error that `main` returns.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}

/// As in a settings file.
impl FromStr for ByteSize {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let allowed = ByteSize::read(text).filter(|size| size.is_allowed());
        allowed.ok_or_else(|| {
            Error::Settings(vec![format!("`{text}` can't be a bound; allowed are {}", ByteSize::ALLOWED)])
        })
    }
}
