//! What can be seen from outside: counts and tracing events.

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::declare::{Mode, Settings};
use crate::near::readers::{self, Reader};

/// Counts what is slow in itself.
#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Counts what is quick: each thread for itself, in memory that no other writes to.
#[derive(Default)]
pub(crate) struct PerThread {
    /// Of threads by their numbers, each made when the first of its threads counts.
    own: [OnceLock<Box<[Own; TOGETHER]>>; 16],
    /// Of all others.
    others: AtomicU64,
}

/// How many threads' counts are made together.
const TOGETHER: usize = 8;

/// What a thread has counted, in a cache line of its own, and in the one beside it, which is fetched along.
#[derive(Default)]
#[repr(align(128))]
struct Own(AtomicU64);

impl PerThread {
    #[inline]
    pub(crate) fn add(&self, Reader(number): Reader) {
        let Some(together) = self.own.get(number / TOGETHER) else { return self.add_otherwise() };
        let Own(own) = &together.get_or_init(Box::default)[number % TOGETHER];
        // Only this thread writes: there is nothing to be atomic with.
        own.store(own.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }

    /// [`add`](Self::add), by whatever number this thread has.
    pub(crate) fn add_here(&self) {
        match readers::this() {
            Some(reader) => self.add(reader),
            None => self.add_otherwise(),
        }
    }

    fn add_otherwise(&self) {
        self.others.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        let own = self.own.iter().filter_map(OnceLock::get).flat_map(|together| together.iter());
        self.others.load(Ordering::Relaxed) + own.map(|Own(own)| own.load(Ordering::Relaxed)).sum::<u64>()
    }
}

impl fmt::Debug for PerThread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PerThread").field(&self.get()).finish()
    }
}

macro_rules! counts {
    ($($(#[$doc:meta])* $name:ident: $counter:ident,)*) => {
        /// What is counted for each function.
        #[derive(Debug, Default)]
        pub(crate) struct Counts {
            $(pub(crate) $name: $counter,)*
        }

        impl Counts {
            pub(crate) fn read(&self, name: &'static str, alias: &'static str) -> FunctionStats {
                FunctionStats { name, alias, $($name: self.$name.get(),)* }
            }
        }

        /// What a function's calls came to since the start of the process.
        #[derive(Clone, PartialEq, Eq, Debug)]
        #[non_exhaustive]
        pub struct FunctionStats {
            /// The function's name.
            pub name: &'static str,
            /// Its alias.
            pub alias: &'static str,
            $($(#[$doc])* pub $name: u64,)*
        }

        impl FunctionStats {
            fn add(&mut self, other: &FunctionStats) {
                $(self.$name += other.$name;)*
            }
        }
    };
}

counts! {
    /// Calls answered from the cache.
    hits: PerThread,
    /// Calls that found nothing to be served: missing, expired or invalidated.
    misses: PerThread,
    /// Misses answered from the shared tier.
    shared_hits: PerThread,
    /// Misses answered from this process, after the shared tier was asked whether that is still so.
    rechecked: Count,
    /// Looks into the shared tier that found no entry.
    absent: Count,
    /// Looks that found one whose time had run out.
    expired: Count,
    /// Looks that found one that was invalidated, or doesn't depend on all that its function depends on now.
    outdated: Count,
    /// Looks that found one of another type.
    other_type: Count,
    /// Looks that found one which no codec of this program reads as the type.
    undecodable: Count,
    /// Looks that found one encrypted by a key that this program doesn't use, or not encrypted where it should be.
    unreadable: Count,
    /// Looks that found bytes which are no entry of that key.
    corrupt: Count,
    /// Waits for the load of another process.
    leases_waited: Count,
    /// Loads while another process had the lease: it took too long, or this one could not wait.
    leases_lost: Count,
    /// Values stored in the shared tier.
    shared_stores: Count,
    /// Values that could not be: written, sent in time, or at all.
    unshared: Count,
    /// Loads begun: bodies run to store, or to share, what they return; those of calls that were not cached not
    /// included, nor what was read elsewhere and stored with `begin`.
    loads: Count,
    /// Loads begun before the value's time had run out, by lot: `early`.
    early_loads: Count,
    /// Loads that went on behind the back of their caller, who had been given the old value.
    background_loads: Count,
    /// Hits whose value was loaded again behind the caller and compared: `verify_rate`.
    verified: Count,
    /// Those of them that differed from what was loaded, though nothing had invalidated them.
    mismatches: Count,
    /// Calls answered with a value whose time had run out: while it was loaded, for an error, or after `load_timeout`.
    stale_served: Count,
    /// Loads that ended in an error.
    errors: Count,
    /// Misses answered by another call's load: one that was waited for, or that had ended by then.
    shared_loads: Count,
    /// Loads of their own after having waited for another's, or for a permit, for as long as `load_wait` allows.
    overdue: Count,
    /// Values stored.
    stores: Count,
    /// Values returned and not stored, for something that they depend on changed while they were loaded.
    raced: Count,
    /// Values returned and not stored, for their time had run out when they were loaded: the TTL is shorter than the
    /// load takes, or the value came with less.
    expired_while_loading: Count,
    /// Values returned and not stored in this process, for each takes more bytes than all entries of its alias may.
    too_large: Count,
    /// Values returned and not stored, for a call inside of the load used a scope that the key lacks.
    scope_conflicts: Count,
    /// Values returned and not stored, for they depend on more than an entry can hold.
    too_many_tags: Count,
    /// Calls that were not cached because `when` or the mode said so or `uncached` was asked for, in a unit of work or
    /// because a part of their load was in one, and those of functions whose name another has too.
    bypassed: Count,
    /// Calls that were not cached because their scope was missing.
    unscoped: Count,
}

/// What a cache holds and what it did since the start of the process.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Stats {
    /// Each function that has been called.
    pub functions: Vec<FunctionStats>,
    /// Each alias that is in use.
    pub aliases: Vec<AliasStats>,
    /// Tags that entries and loads depend on.
    pub tags: usize,
    /// Invalidations.
    pub invalidations: u64,
    /// The shared tier, if there is one.
    pub shared: Option<SharedStats>,
}

/// How a cache and its shared tier get on.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct SharedStats {
    /// Whether it is taken for dead, and not asked until it answers again.
    pub open: bool,
    /// How often it was taken for dead.
    pub opened: u64,
    /// Operations that weren't answered in time.
    pub timeouts: u64,
    /// Operations that failed.
    pub failures: u64,
    /// Operations that it was not asked for, since it was taken for dead.
    pub refused: u64,
    /// How often announcements of other processes may have been missed.
    pub gaps: u64,
    /// Tags whose invalidation it hasn't confirmed yet.
    pub pending: usize,
    /// How often such were sent again.
    pub retried: u64,
}

/// What an alias holds.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct AliasStats {
    /// Its name.
    pub name: &'static str,
    /// Whether it is used, now: the later of its own mode and that for all aliases.
    pub mode: Mode,
    /// Its settings at the start.
    pub settings: Settings,
    /// Entries held, expired ones that haven't been dropped yet included.
    pub entries: usize,
    /// How many it may hold; none where it is bounded by bytes.
    pub max_entries: Option<usize>,
    /// Bytes that these take, where it is bounded by them, as [`Settings::max_bytes`] counts them; nothing is measured
    /// otherwise.
    pub bytes: Option<u64>,
    /// How many they may take.
    pub max_bytes: Option<u64>,
    /// Loads under way.
    pub loading: usize,
    /// The tier in which its entries lie, if that is another than the one that all share.
    pub shared: Option<SharedStats>,
}

impl Stats {
    /// The sum over all functions, under the name `total`.
    pub fn total(&self) -> FunctionStats {
        let mut total = Counts::default().read("total", "");
        self.functions.iter().for_each(|function| total.add(function));
        total
    }

    /// The numbers of the function whose name ends so: `total` finds `shop::order::total`. All zero if it has not
    /// been called.
    pub fn function(&self, name: &str) -> FunctionStats {
        let found = self.functions.iter().find(|function| {
            function.name.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with("::"))
        });
        found.cloned().unwrap_or_else(|| Counts::default().read("", ""))
    }
}
