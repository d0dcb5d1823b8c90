//! Where tiers are, as settings say it.

use std::fmt;

use super::Layer;

/// The variable of the one for all.
pub(crate) const URL_OF_ALL: &str = "CACHE_URL";
/// The name of the setting.
pub(super) const URL: &str = "url";
/// What it says of all, and of an alias.
pub(super) const DOC: &str =
    "Where the tier is that processes share. Without it each process has a cache of its own.";
pub(super) const DOC_OF_ALIAS: &str = "Where the entries of the alias lie in place of the tier that all share: what says whether they are fresh \
     stays there.";
pub(super) const ALLOWED: &str =
    "URLs of the backends that are linked, such as `redis://localhost:6379` with `cache-redis`";

/// A URL as it was given. It may hold a password, so it is never shown.
#[derive(Clone)]
pub(crate) struct GivenUrl {
    pub(crate) layer: Layer,
    /// Whose entries it places; of all of them, and of all epochs, where there is none.
    pub(crate) alias: Option<&'static str>,
    pub(crate) url: String,
    pub(crate) place: String,
}

impl fmt::Debug for GivenUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)
    }
}
