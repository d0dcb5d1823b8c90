//! Aliases: named caches, as types.

use std::time::Duration;

/// A named cache: what its functions share unless they say otherwise.
///
/// Derived: `#[derive(Alias)] #[alias(name = "prices", ttl = "15m")] struct Prices;`. The name is unique in the
/// program; two aliases of one name are refused at start.
///
/// ```
/// use cache_core::{Alias, cached};
///
/// /// Prices change at night.
/// #[derive(Alias)]
/// #[alias(name = "prices", ttl = "1h", max_entries = 50_000)]
/// struct Prices;
///
/// #[cached(alias = Prices)]
/// fn price(article: u64) -> u64 { article * 3 }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an alias",
    label = "expected a type with `#[derive(Alias)]`",
    note = "derive it: `#[derive(cache_core::Alias)] #[alias(name = \"..\", ttl = \"..\")] struct {Self};`"
)]
pub trait Alias: 'static {
    /// The name: lower-case letters, digits, `_`, `-` and `.`.
    const NAME: &'static str;
    /// What the functions of this alias share.
    const SETTINGS: Settings;
    /// Whether every function is scoped by a tenant: [`Scoped`] or [`Unscoped`].
    type Tenant: AliasScope;
    /// Whether every function is scoped by a user.
    type User: AliasScope;
}

/// The alias of functions that name none: 5 minutes, 10,000 entries, no scope.
#[derive(Debug)]
pub enum DefaultAlias {}

#[diagnostic::do_not_recommend]
impl Alias for DefaultAlias {
    const NAME: &'static str = "default";
    const SETTINGS: Settings = Settings::new();
    type Tenant = Unscoped;
    type User = Unscoped;
}

/// Time to live.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ttl {
    /// From the start of the load.
    For(Duration),
    /// Until it is invalidated or evicted.
    Forever,
}

impl Ttl {
    /// What stands for "too long without a dependency": 4 hours.
    const LONG: Duration = Duration::from_secs(4 * 3600);

    /// Whether a value that depends on nothing may live so long without its author saying `allow_stale`.
    pub const fn is_short(&self) -> bool {
        match self {
            Ttl::For(duration) => duration.as_nanos() <= Ttl::LONG.as_nanos(),
            Ttl::Forever => false,
        }
    }
}

/// What the functions of an alias share, and the defaults of each.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub(crate) ttl: Ttl,
    pub(crate) max_ttl: Option<Duration>,
    pub(crate) jitter: f64,
    pub(crate) max_entries: usize,
    pub(crate) max_loads: usize,
    pub(crate) load_wait: Duration,
}

impl Settings {
    /// A TTL of 5 minutes, a jitter of 10 %, 10,000 entries, 256 loads at once, followers waiting up to 10 seconds.
    #[must_use]
    pub const fn new() -> Self {
        Settings {
            ttl: Ttl::For(Duration::from_secs(300)),
            max_ttl: None,
            jitter: 0.1,
            max_entries: 10_000,
            max_loads: 256,
            load_wait: Duration::from_secs(10),
        }
    }

    /// How long a value lives, unless its function says otherwise.
    #[must_use]
    pub const fn ttl(self, ttl: Ttl) -> Self {
        Settings { ttl, ..self }
    }

    /// How long a value lives at the most, whatever its function says.
    #[must_use]
    pub const fn max_ttl(self, max_ttl: Duration) -> Self {
        Settings { max_ttl: Some(max_ttl), ..self }
    }

    /// By how much of itself, from 0 to 1, a TTL is shortened at random, so that entries stored together don't run
    /// out together.
    #[must_use]
    pub const fn jitter(self, jitter: f64) -> Self {
        Settings { jitter, ..self }
    }

    /// How many entries each process holds.
    #[must_use]
    pub const fn max_entries(self, max_entries: usize) -> Self {
        Settings { max_entries, ..self }
    }

    /// How many loads run at once in each process, of async functions and of sync ones each; loads inside of loads
    /// don't count.
    #[must_use]
    pub const fn max_loads(self, max_loads: usize) -> Self {
        Settings { max_loads, ..self }
    }

    /// How long a caller waits for another's load before loading by itself.
    #[must_use]
    pub const fn load_wait(self, load_wait: Duration) -> Self {
        Settings { load_wait, ..self }
    }

    /// Shortens a TTL by as much of the jitter as `chance`, from 0 to 1, says.
    pub(crate) fn jittered(&self, ttl: Duration, chance: f64) -> Duration {
        let share = 1.0 - self.jitter.clamp(0.0, 1.0) * chance;
        Duration::try_from_secs_f64(ttl.as_secs_f64() * share).map_or(ttl, |shorter| shorter.min(ttl))
    }

    /// The TTL as it is given here.
    pub const fn default_ttl(&self) -> Ttl {
        self.ttl
    }
}

impl Default for Settings {
    fn default() -> Self {
        Settings::new()
    }
}

/// [`Scoped`] or [`Unscoped`].
pub trait AliasScope: sealed::Sealed {}

/// Every function of the alias is scoped, or says `global`.
#[derive(Debug)]
pub enum Scoped {}

/// A function of the alias is scoped if it says so.
#[derive(Debug)]
pub enum Unscoped {}

impl AliasScope for Scoped {}
impl AliasScope for Unscoped {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Scoped {}
    impl Sealed for super::Unscoped {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_only_shortens_and_by_no_more_than_itself() {
        let minute = Duration::from_secs(60);
        let settings = Settings::new().jitter(0.5);
        assert_eq!(settings.jittered(minute, 0.0), minute);
        assert_eq!(settings.jittered(minute, 1.0), Duration::from_secs(30));
        assert_eq!(Settings::new().jitter(0.0).jittered(minute, 1.0), minute);
        assert_eq!(settings.jittered(Duration::MAX, 0.0), Duration::MAX);
        let share = Settings::new().jittered(minute, 0.5).as_secs_f64() / 60.0;
        assert!((share - 0.95).abs() < 1e-9, "ten per cent by default");
    }
}
