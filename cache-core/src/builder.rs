//! Setting a cache up.

use std::path::Path;
use std::sync::Arc;

use crate::cache::Cache;
use crate::clock::Clock;
use crate::config::{self, Config, Found};
use crate::declare::{Alias, Mode, Settings};
use crate::error::Error;
use crate::graph;
use crate::path::hear;
use crate::shared::SharedTier;
use crate::shared::keys::EncryptionKeys;
use crate::tiers::{InCode, Tiers};

/// Sets up a [`Cache`].
///
/// What the attributes of aliases say is overridden by files, files by the environment, the environment by code, in
/// whatever order they are given here; of two files, the later given wins. A function's own `ttl` is overridden by
/// nothing but a lower `max_ttl`.
///
/// ```standalone_crate
/// use cache_core::{Alias, Cache, Mode, Ttl};
/// use std::time::Duration;
///
/// #[derive(Alias)]
/// #[alias(name = "prices", ttl = "1h")]
/// struct Prices;
///
/// # fn main() -> Result<(), cache_core::Error> {
/// Cache::from_env()? // CACHE_PRICES_TTL=30m, say, or a file that CACHE_FILE names
///     .alias::<Prices>(|settings| settings.max_entries(1_000))
///     .install()?;
/// # Ok(())
/// # }
/// ```
///
/// [`Cache::example_settings`] shows all that can be set. Settings that can't be are refused, all of them at once, in
/// words that say where each is, what was found and what is allowed.
#[derive(Clone, Default, Debug)]
#[must_use = "nothing is set up until `install` or `build` is called"]
pub struct CacheBuilder {
    config: Config,
    tiers: InCode,
    keys: Option<EncryptionKeys>,
}

impl Cache {
    /// Sets up a cache.
    pub fn builder() -> CacheBuilder {
        CacheBuilder::default()
    }

    /// Sets up a cache by the environment: [`CacheBuilder::env`].
    ///
    /// # Errors
    ///
    /// [`Error::Settings`].
    pub fn from_env() -> Result<CacheBuilder, Error> {
        Cache::builder().env()
    }

    /// A settings file with every setting of every alias of this program and its default, all commented out, each
    /// beside its variable. For a file in the repository that a test keeps equal to this.
    pub fn example_settings() -> String {
        config::example(&graph::aliases())
    }
}

impl CacheBuilder {
    /// Reads a TOML file: `namespace`, `mode`, `url`, and a table for each alias, `[alias.prices]`.
    ///
    /// # Errors
    ///
    /// [`Error::Settings`], also if the file can't be read.
    pub fn file(self, path: impl AsRef<Path>) -> Result<Self, Error> {
        self.read(|found| config::open_file(path.as_ref(), "", &graph::aliases(), found))
    }

    /// Reads the environment: `CACHE_NAMESPACE`, `CACHE_MODE`, `CACHE_URL`, `CACHE_<ALIAS>_TTL` and so on for every setting, the
    /// alias in capitals with `_` for what is no letter or digit; and the [`file`](Self::file) that `CACHE_FILE`
    /// names. An empty variable is none. One that sets nothing but looks as if it should is warned of.
    ///
    /// # Errors
    ///
    /// [`Error::Settings`]; also if two aliases share a variable.
    pub fn env(self) -> Result<Self, Error> {
        self.read(|found| config::read_environment(std::env::vars_os(), &graph::aliases(), found))
    }

    fn read(mut self, read: impl FnOnce(&mut Found)) -> Result<Self, Error> {
        let mut found = Found::default();
        read(&mut found);
        for warning in &found.warnings {
            tracing::warn!("{warning}");
        }
        if !found.mistakes.is_empty() {
            return Err(Error::Settings(found.mistakes));
        }
        self.config.given.append(&mut found.given);
        self.config.urls.append(&mut found.urls);
        Ok(self)
    }

    /// The first part of every key: what tells this program's keys from others'. Default `app`.
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.config.namespace = Some(namespace.into());
        self
    }

    /// Whether the cache is used, by any alias. Default on; [`Cache::set_mode`] changes it while the program runs.
    pub fn mode(mut self, mode: Mode) -> Self {
        self.config.mode = Some(mode);
        self
    }

    /// Shares the cache with all processes that use this tier in the same namespace, whatever `CACHE_URL` or a file's `url` says.
    ///
    /// ```standalone_crate
    /// use cache_core::Cache;
    /// use cache_core::shared::MemoryTier;
    ///
    /// # fn main() -> Result<(), cache_core::Error> {
    /// let tier = MemoryTier::new();
    /// let (one, other) = (Cache::builder().tier(tier.clone()).build()?, Cache::builder().tier(tier.connect()).build()?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn tier(mut self, tier: impl SharedTier) -> Self {
        self.tiers.home = Some(Arc::new(tier));
        self
    }

    /// Lets the entries of an alias lie in a tier of their own, with their leases: a larger server, say, or one nearby. What says
    /// whether they are fresh lies in the [`tier`](Self::tier) that all share, and is announced there: values that are made of
    /// others depend on what those do, whatever their aliases.
    ///
    /// When this tier fails, the alias's values are loaded, and other aliases notice nothing of it; when the one that all share
    /// fails, nothing in this one is proven.
    pub fn alias_tier<A: Alias>(mut self, tier: impl SharedTier) -> Self {
        self.tiers.aliases.insert(A::NAME, Arc::new(tier));
        self
    }

    /// What is stored in the shared tier is encrypted by these, of all aliases, and nothing else is read there. Give all processes
    /// the new key to open with before any of them seals with it.
    ///
    /// An alias with `encrypt = true` must be encrypted: a cache with a tier isn't built without keys. Without a tier nothing
    /// leaves the process, and no keys are needed.
    pub fn encryption(mut self, keys: EncryptionKeys) -> Self {
        self.keys = Some(keys);
        self
    }

    /// Settings of an alias: `settings` is given what holds without it.
    pub fn alias<A: Alias>(
        mut self,
        settings: impl Fn(Settings) -> Settings + Send + Sync + 'static,
    ) -> Self {
        self.config.changes.push((A::NAME, A::SETTINGS, Arc::new(settings)));
        self
    }

    /// Makes a cache that is not installed: nothing uses it until it is told to.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateName`] if two functions, aliases or models of this program have one name;
    /// [`Error::Namespace`] for a namespace that can't be part of a key; [`Error::Settings`] for settings that can't be,
    /// among them those that raise the TTL of a function beyond 4 hours that has no `invalidate_on`, and `encrypt` with a tier
    /// and without keys.
    pub fn build(mut self) -> Result<Cache, Error> {
        if let Some(namespace) = self.config.namespace.as_ref().filter(|name| !config::is_namespace(name)) {
            return Err(Error::Namespace(namespace.clone()));
        }
        graph::check()?;
        let tiers = Tiers::resolve(&self.config.urls, self.tiers);
        self.config.in_the_clear = !matches!(tiers, Ok(None)) && self.keys.is_none();
        let resolved = config::resolve(&self.config, graph::aliases(), graph::functions());
        let (resolved, tiers) = match (resolved, tiers) {
            (Ok(resolved), Ok(tiers)) => (resolved, tiers),
            (resolved, tiers) => {
                let mistakes = [resolved.err(), tiers.err()].into_iter().flatten().flatten();
                return Err(Error::Settings(mistakes.collect()));
            }
        };
        let cache = Cache::with(resolved, Clock::default(), false, tiers.map(|tiers| (tiers, self.keys)))
            .map_err(|error| Error::Runtime(error.to_string()))?;
        hear::begin(cache.core());
        Ok(cache)
    }

    /// Makes the cache that all cached functions of this process use.
    ///
    /// In edition 2024 the doc tests of a crate are merged into one program, where two of them may well declare one
    /// name: mark those that install a cache, or that are about what is cached, with `standalone_crate`.
    ///
    /// # Errors
    ///
    /// Those of [`build`](Self::build); [`Error::AlreadyInstalled`] the second time; [`Error::AlreadyInUse`] if a
    /// cached function has been called before.
    pub fn install(self) -> Result<Cache, Error> {
        let cache = self.build()?.install()?;
        if !cache.is_shared() {
            tracing::info!(
                "there is no `CACHE_URL`, nor a tier set in code: every alias lives in this process"
            );
        }
        Ok(cache)
    }
}
