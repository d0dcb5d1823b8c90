//! The `Cache` handle: what each cache of a process holds, and which one a call uses.

use std::any::TypeId;
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::panic::Location as Caller;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError, RwLock};

use tokio::sync::Semaphore;

use crate::bound::{AliasState, Bound, Core, Remote, Switch};
use crate::clock::{Clock, Ticks};
use crate::config::{Aliases, Resolved, URL_OF_ALL};
use crate::declare::{Alias, ByteSize, Coherence, Function, Location, Mode, NoKey, Rate, Rules, Settings};
use crate::error::Error;
use crate::fresh::COUNTER;
use crate::fresh::common::Common;
use crate::fresh::epoch::EpochTable;
use crate::fresh::known::Proof;
use crate::fresh::queue::Queue;
use crate::fresh::recent::Recent;
use crate::fresh::rechecks::Rechecks;
use crate::graph;
use crate::key::tag::{Buckets, Tag};
use crate::near::behind::Behind;
use crate::near::flight::Flights;
use crate::near::leases::Leases;
use crate::near::store::NearCache;
use crate::near::watch::Watches;
use crate::observe::{AliasStats, Count, Counts, Stats};
use crate::shared::TagId;
use crate::shared::keys::EncryptionKeys;
use crate::shared::link::Link;
use crate::sync::lock;
use crate::tiers::Tiers;

/// A cache: the near stores of all aliases, and the epochs of all that they depend on. Cheap to clone.
///
/// Programs that do nothing get one by themselves, the first time a cached function is called. What is to be set is
/// set before that:
///
/// ```standalone_crate
/// # fn main() -> Result<(), cache_core::Error> {
/// use cache_core::Cache;
///
/// Cache::builder().namespace("erp").install()?;
/// println!("{:?}", Cache::current().stats());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Cache(Arc<Inner>);

struct Inner {
    core: Arc<Core>,
    /// Of those aliases that are not as their attributes say.
    settings: Aliases,
    aliases: Mutex<HashMap<&'static str, Arc<AliasState>>>,
    /// By where the function's static lies.
    functions: RwLock<HashMap<usize, Arc<Bound>>>,
    /// What stands for a function where there is none, by alias and type.
    explicit: RwLock<HashMap<Explicit, Arc<Bound>, foldhash::fast::RandomState>>,
}

/// An alias and the type of a value.
type Explicit = (TypeId, TypeId);

/// What stands beside each cached function: what it is, and where the process's own cache has bound it.
#[doc(hidden)]
#[derive(Debug)]
pub struct Site {
    pub function: Function,
    global: OnceLock<Arc<Bound>>,
}

static GLOBAL: OnceLock<Cache> = OnceLock::new();

/// Whether any thread has a cache of its own: so that nobody else pays for the look.
static ISOLATION: AtomicBool = AtomicBool::new(false);

thread_local! {
    static ISOLATED: RefCell<Option<Cache>> = const { RefCell::new(None) };
}

impl Cache {
    /// The cache that cached functions called here use: the test's own, the installed one, or the one that lives in
    /// this process by default.
    pub fn current() -> Cache {
        Cache::isolated().unwrap_or_else(|| Cache::global().clone())
    }

    pub(crate) fn isolated() -> Option<Cache> {
        if !Cache::is_tested() {
            return None;
        }
        // A thread that is ending has no cache of its own any more.
        ISOLATED.try_with(|cache| cache.borrow().clone()).ok().flatten()
    }

    /// Whether a test may be running.
    #[inline]
    pub(crate) fn is_tested() -> bool {
        ISOLATION.load(Ordering::Relaxed)
    }

    /// Gives this thread a cache of its own, and returns the one it had.
    pub(crate) fn isolate(cache: Option<Cache>) -> Option<Cache> {
        ISOLATION.store(true, Ordering::Relaxed);
        ISOLATED.replace(cache)
    }

    fn global() -> &'static Cache {
        let mut ours = false;
        let cache = GLOBAL.get_or_init(|| {
            ours = true;
            Cache::new("app", Clock::default(), false)
        });
        // Told when it is there: who listens to events may call a cached function.
        if ours {
            if let Err(error) = graph::check() {
                tracing::error!(%error, "what bears or refers to a name that stands for two is not cached");
            }
            tracing::info!("no cache was installed: every alias lives in this process");
            if std::env::var_os(URL_OF_ALL).is_some_and(|url| !url.is_empty()) {
                tracing::warn!(
                    "`CACHE_URL` is set, and nobody reads it: `Cache::from_env()?.install()?` does"
                );
            }
        }
        cache
    }

    /// Makes this the cache of the process.
    pub(crate) fn install(self) -> Result<Cache, Error> {
        static INSTALLED: AtomicBool = AtomicBool::new(false);
        match GLOBAL.set(self.clone()) {
            Ok(()) => {
                INSTALLED.store(true, Ordering::Release);
                Ok(self)
            }
            Err(_) if INSTALLED.load(Ordering::Acquire) => Err(Error::AlreadyInstalled),
            Err(_) => Err(Error::AlreadyInUse),
        }
    }

    pub(crate) fn new(namespace: &str, clock: Clock, test: bool) -> Cache {
        let resolved = Resolved { namespace: namespace.to_owned(), mode: Mode::On, aliases: Aliases::new() };
        Cache::with(resolved, clock, test, None).expect("it needs nothing of the system")
    }

    /// A cache, shared with other processes if there is a tier.
    ///
    /// # Errors
    ///
    /// Where the system has no threads for it.
    pub(crate) fn with(
        resolved: Resolved,
        clock: Clock,
        test: bool,
        tiers: Option<(Tiers, Option<EncryptionKeys>)>,
    ) -> std::io::Result<Cache> {
        let remote = tiers.map(|(Tiers { home, places }, keys)| -> std::io::Result<Remote> {
            let queue = Queue::new(Tag::namespace(&resolved.namespace));
            let link = Link::new(home, clock.clone())?;
            let beside = |(tier, aliases)| (Arc::new(link.beside(tier)), aliases);
            let places = places.into_iter().map(beside).collect();
            let (leases, rechecks, recent) = (Leases::default(), Rechecks::default(), Recent::default());
            let replicated = AtomicBool::new(false);
            let remote = Remote { link, places, queue, keys, replicated, leases, rechecks, recent };
            resolved.aliases.values().for_each(|settings| remote.serves(settings));
            Ok(remote)
        });
        let remote = remote.transpose()?;
        let proof = match &remote {
            Some(remote) => {
                let tier = Arc::clone(&remote.link.tier);
                Proof::of_others(Box::new(move |tag| tier.node(TagId(tag.0)).0))
            }
            None => Proof::default(),
        };
        let core = Core {
            namespace: resolved.namespace.into(),
            epochs: EpochTable::new(proof, &COUNTER, 64),
            clock,
            mode: Switch::new(resolved.mode),
            invalidations: Count::default(),
            test: test.then(Mutex::default),
            watches: Watches::default(),
            behind: Behind::new(),
            remote,
        };
        let core = Arc::new(core);
        Ok(Cache(Arc::new(Inner {
            core,
            settings: resolved.aliases,
            aliases: Mutex::default(),
            functions: RwLock::default(),
            explicit: RwLock::default(),
        })))
    }

    /// All functions in use, by their numbers.
    pub(crate) fn functions(&self) -> Vec<Arc<Bound>> {
        let functions = self.0.functions.read().unwrap_or_else(PoisonError::into_inner);
        let mut functions: Vec<_> = functions.values().cloned().collect();
        functions.sort_by_key(|bound| bound.number);
        functions
    }

    /// All aliases in use.
    pub(crate) fn aliases(&self) -> Vec<Arc<AliasState>> {
        lock(&self.0.aliases).values().cloned().collect()
    }

    /// Whether there is a tier that other processes share.
    pub(crate) fn is_shared(&self) -> bool {
        self.0.core.remote.is_some()
    }

    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.0.core
    }

    /// Whether a function of this name is known: linked into the program, or called.
    pub(crate) fn has_function(&self, name: &str) -> bool {
        let functions = self.0.functions.read().unwrap_or_else(PoisonError::into_inner);
        graph::has_function(name) || functions.values().any(|bound| bound.function.name == name)
    }

    /// What it holds, and what it did since the start of the process.
    pub fn stats(&self) -> Stats {
        let functions = self.0.functions.read().unwrap_or_else(PoisonError::into_inner);
        let mut functions: Vec<_> = functions
            .values()
            .map(|bound| bound.counts.read(bound.function.name, bound.alias.name))
            .collect();
        functions.sort_by_key(|function| function.name);
        let mut aliases: Vec<_> = lock(&self.0.aliases)
            .values()
            .map(|alias| AliasStats {
                name: alias.name,
                mode: alias.mode(&self.0.core),
                settings: alias.settings,
                entries: alias.near.len(),
                max_entries: alias.settings.max_entries,
                bytes: alias.settings.max_bytes.map(|_| alias.near.weight()),
                max_bytes: alias.settings.max_bytes.map(ByteSize::get),
                loading: alias.flights.len(),
                shared: alias.place.as_ref().map(|place| place.stats()),
            })
            .collect();
        aliases.sort_by_key(|alias| alias.name);
        Stats {
            functions,
            aliases,
            tags: self.0.core.epochs.len(),
            invalidations: self.0.core.invalidations.get(),
            shared: self.0.core.remote.as_ref().map(Remote::stats),
        }
    }

    /// Drops what has expired or was invalidated, at once.
    ///
    /// Stores do so now and then by themselves; a process whose aliases are idle calls this on a timer to give the
    /// memory back.
    pub fn maintain(&self) {
        for alias in self.aliases() {
            alias.near.sweep(self.0.core.clock.now());
        }
    }

    /// What holds for an alias: its attributes, overridden by whatever this cache was set up with.
    pub fn settings<A: Alias>(&self) -> Settings {
        self.alias(A::NAME, A::SETTINGS).settings
    }

    /// The mode for all aliases.
    pub fn mode(&self) -> Mode {
        self.0.core.mode.get()
    }

    /// Switches the cache on or off, for all aliases. It holds for every call that starts after this.
    ///
    /// ```standalone_crate
    /// use cache_core::{Cache, Mode, cached};
    ///
    /// #[cached]
    /// fn square(n: u64) -> u64 { n * n }
    ///
    /// # fn main() {
    /// assert_eq!(square(12), 144);
    /// Cache::current().set_mode(Mode::Off);
    /// assert_eq!(square::entry(12).get(), None);
    /// Cache::current().set_mode(Mode::On);
    /// assert_eq!(square::entry(12).get(), Some(144));
    /// # }
    /// ```
    pub fn set_mode(&self, mode: Mode) {
        self.0.core.mode.set(mode);
        tracing::info!(?mode, "mode of all aliases");
    }

    /// Switches an alias on or off: [`set_mode`](Self::set_mode) for one.
    pub fn set_alias_mode<A: Alias>(&self, mode: Mode) {
        self.switch(A::NAME, A::SETTINGS, mode);
    }

    /// [`set_alias_mode`](Self::set_alias_mode) by the alias's name.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownAlias`].
    pub fn set_mode_of(&self, alias: &str, mode: Mode) -> Result<(), Error> {
        let aliases = graph::aliases();
        let Some((name, declared)) = aliases.get_key_value(alias) else {
            return Err(Error::UnknownAlias { name: alias.to_owned(), known: aliases.into_keys().collect() });
        };
        self.switch(name, *declared, mode);
        Ok(())
    }

    fn switch(&self, alias: &'static str, declared: Settings, mode: Mode) {
        self.alias(alias, declared).mode.set(mode);
        tracing::info!(?mode, alias, "mode of an alias");
    }

    /// What stands for a function where entries are made by hand: one for each alias and type. `caller` is where the
    /// first is made.
    pub(crate) fn explicit<A: Alias, V: 'static>(&self, caller: &'static Caller<'static>) -> Arc<Bound> {
        static FUNCTIONS: LazyLock<Mutex<HashMap<Explicit, &'static Function>>> =
            LazyLock::new(Mutex::default);
        let key = (TypeId::of::<A>(), TypeId::of::<V>());
        let known = self.0.explicit.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        known.unwrap_or_else(|| {
            let function = *lock(&FUNCTIONS).entry(key).or_insert_with(|| {
                let name: &str = Box::leak(format!("{}/entry", A::NAME).into());
                let (file, line, column) = (caller.file(), caller.line(), caller.column());
                let location = Location { file, line, column, item: 0 };
                let rules = Rules::default();
                Box::leak(Box::new(Function::new(name, A::FACTS, location, "", &["key"], &[], rules)))
            });
            let bound = self.bind(function);
            let mut explicit = self.0.explicit.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(explicit.entry(key).or_insert(bound))
        })
    }

    fn alias(&self, name: &'static str, declared: Settings) -> Arc<AliasState> {
        Arc::clone(lock(&self.0.aliases).entry(name).or_insert_with(|| {
            let settings = *self.0.settings.get(name).unwrap_or(&declared);
            let remote = self.0.core.remote.as_ref();
            // One that is declared by hand is known from here on.
            remote.into_iter().for_each(|remote| remote.serves(&settings));
            let verifies = remote.is_some() && settings.coherence == Coherence::Verify;
            let permits = || Arc::new(Semaphore::new(settings.max_loads.clamp(1, Semaphore::MAX_PERMITS)));
            Arc::new(AliasState {
                name,
                settings,
                mode: Switch::new(settings.mode),
                max_staleness: match settings.coherence {
                    Coherence::Off => Ticks::FOREVER,
                    Coherence::Push | Coherence::Verify => Ticks::of(settings.max_staleness),
                },
                place: remote.and_then(|remote| remote.place_of(name)),
                sealer: remote.and_then(|remote| remote.sealer(&settings)),
                verifies,
                near: NearCache::new(settings.capacity()),
                flights: Flights::new(),
                permits: permits(),
                blocking_permits: permits(),
            })
        }))
    }

    fn bind(&self, function: &'static Function) -> Arc<Bound> {
        // By where its static lies, not by name and place: a macro may define two functions in one place (I7). Another
        // macro may copy a function: then each copy has entries of its own, and one is never called.
        let place = std::ptr::from_ref(function) as usize;
        let functions = self.0.functions.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(bound) = functions.get(&place) {
            return Arc::clone(bound);
        }
        drop(functions);
        let alias = self.alias(function.alias, function.settings);
        let mut functions = self.0.functions.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(bound) = functions.get(&place) {
            return Arc::clone(bound);
        }
        let core = Arc::clone(&self.0.core);
        let namespace = &core.namespace;
        let epochs = [
            Tag::namespace(namespace),
            Tag::alias(namespace, function.alias),
            Tag::function(namespace, function.name),
        ]
        .map(|tag| core.epochs.hold(tag));
        // What is set from outside, to another rate than its alias says, goes before what the function says.
        let own = function.rules.verify_rate.map(Rate::of_millionths);
        let set = alias.settings.verify_rate;
        let verify_rate = own.filter(|_| set == function.settings.verify_rate).unwrap_or(set);
        let bound = Arc::new(Bound {
            function,
            verify_rate,
            hesitates: alias.verifies || verify_rate > Rate::NEVER,
            alias,
            number: u32::try_from(functions.len()).expect("fewer than four billion functions"),
            common: Common::new(epochs),
            buckets: Buckets::of(namespace, function.name),
            counts: Counts::default(),
            load_micros: AtomicU64::new(0),
            types: RwLock::default(),
            fingerprint: OnceLock::new(),
            warned: AtomicBool::new(false),
            unverified: AtomicBool::new(false),
            ambiguous: graph::is_ambiguous(function),
            core,
        });
        functions.insert(place, Arc::clone(&bound));
        bound
    }
}

impl Site {
    pub const fn new(function: Function) -> Self {
        Site { function, global: OnceLock::new() }
    }

    /// The function in the cache that is given, or else in the one that a call here uses. `own` keeps it where it isn't the
    /// process's own.
    // A part of each hit: not worth a call.
    #[inline(always)]
    pub(crate) fn bound<'a>(
        &'static self,
        cache: Option<&Cache>,
        own: &'a mut Option<Arc<Bound>>,
    ) -> &'a Arc<Bound> {
        match self.global.get() {
            Some(bound) if cache.is_none() && !Cache::is_tested() => bound,
            _ => own.insert(self.bind(cache)),
        }
    }

    #[cold]
    fn bind(&'static self, cache: Option<&Cache>) -> Arc<Bound> {
        if let Some(cache) = cache.cloned().or_else(Cache::isolated) {
            return cache.bind(&self.function);
        }
        // Outside of what follows: its first use tells, and who listens may call this very function.
        let cache = Cache::global();
        Arc::clone(self.global.get_or_init(|| cache.bind(&self.function)))
    }
}

/// A handle says where to look, not what is looked for.
impl NoKey for Cache {}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("namespace", &self.0.core.namespace).finish_non_exhaustive()
    }
}
