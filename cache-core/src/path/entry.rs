//! One entry of a cached function, by its key: look, fill, invalidate, without calling the function.

use std::borrow::Borrow;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::call::{Bypass, Call, Dependencies, text};
use super::fetch::stamps;
use super::load::{Load, tell};
use super::read::{hit, look_further};
use super::shape::{Fits, Kind, Shape};
use super::tell::wait_until;
use crate::block_on::{block_on, ended};
use crate::bound::Bound;
use crate::cache::{Cache, Site};
use crate::fresh::changes::Invalidated;
use crate::fresh::context;
use crate::fresh::telling::Telling;
use crate::key::tag::Tag;
use crate::near::entry::Stored;
use crate::near::key::NearKey;
use crate::near::watch::Watch;

/// An entry of an async cached function, whether it is stored or not: `f::entry(args)`. `R` is what the function
/// returns.
///
/// ```
/// use cache_core::cached;
///
/// #[cached]
/// async fn square(n: u64) -> u64 { n * n }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let entry = square::entry(12);
/// assert_eq!(entry.get().await, None);
/// assert_eq!(square(12).await, 144);
/// assert_eq!(entry.get().await, Some(144));
/// entry.invalidate().await;
/// assert_eq!(entry.get().await, None);
/// # }
/// ```
///
/// `D` says who states what it depends on: its function, or who made it by hand ([`Cache::entry`](crate::Cache::entry)).
pub struct Entry<R, D = OfFunction>(pub(super) Keyed<R>, pub(super) PhantomData<D>);

/// An entry of a sync cached function: [`Entry`], without `await`.
pub struct SyncEntry<R, D = OfFunction>(pub(super) Keyed<R>, pub(super) PhantomData<D>);

/// Of an entry of a cached function: what it depends on is said there.
#[derive(Debug)]
pub enum OfFunction {}

/// What both are.
pub(crate) struct Keyed<R> {
    pub(super) bound: Arc<Bound>,
    pub(super) key: NearKey,
    pub(super) bypass: Option<Bypass>,
    pub(super) dependencies: Dependencies,
    pub(super) shape: Box<dyn AnyShape<R>>,
    /// Of an entry made by hand, the key as it was given, and a TTL of its own.
    pub(super) argument: Box<[u8]>,
    pub(super) ttl: Option<Duration>,
}

/// A shape whose kind is forgotten.
pub(super) trait AnyShape<R>: Send + Sync {
    fn read(&self, entry: &Stored) -> Option<R>;
    fn fits(&self) -> Fits;
    fn finish(&self, load: Load, result: &R) -> bool;
    fn live(&mut self, ttl: Duration);
}

impl<R, K: Kind<R>> AnyShape<R> for Shape<R, K> {
    fn read(&self, entry: &Stored) -> Option<R> {
        self.read(entry)
    }

    fn fits(&self) -> Fits {
        self.fits()
    }

    fn finish(&self, load: Load, result: &R) -> bool {
        load.finish(&self.of(result)).stored
    }

    fn live(&mut self, ttl: Duration) {
        self.ttl = Some(ttl);
    }
}

impl<R> Keyed<R> {
    pub(crate) fn new<K: Kind<R>>(mut call: Call, shape: Shape<R, K>) -> Self
    where
        R: 'static,
    {
        let (bound, key) = call.place();
        let bypass = call.bypass;
        let dependencies = Dependencies::of(call, &bound);
        let (shape, argument) = (Box::new(shape), Box::default());
        Keyed { bound, key, bypass, dependencies, shape, argument, ttl: None }
    }

    fn text(&self) -> String {
        let fingerprint =
            self.shape.fits().bytes().map_or(0, |bytes| self.bound.fingerprint(bytes.of_type()));
        text(&self.bound, &self.key.bytes, fingerprint)
    }

    /// Whether this entry is never stored.
    fn refused(&self) -> bool {
        self.bypass.is_some() || self.bound.ambiguous
    }

    async fn get(&self) -> Option<R> {
        let scope = || self.dependencies.scope();
        let look = || hit(&self.bound, self.key.as_ref(), &scope, |entry| self.shape.read(entry));
        let mut found = if self.refused() { None } else { look() };
        if found.is_none()
            && let Some(frame) = context::frame()
        {
            // A load that goes on without it depends on it all the same.
            tell(&frame, &self.bound, &self.key, self.dependencies.clone());
        }
        if found.is_none() && !self.refused() {
            let entry = look_further(&self.bound, &self.key, &self.dependencies, self.shape.fits()).await;
            found = entry.and_then(|entry| self.shape.read(&entry));
        }
        found
    }

    async fn begin(self) -> Fill<R> {
        let mut load = None;
        if !self.refused() && context::unit().is_none() {
            let fetched = stamps(&self.bound, &self.key, &self.dependencies, self.shape.fits()).await;
            load = Some(Load::begin(&self.bound, self.key.clone(), self.dependencies.clone(), None, fetched));
        }
        Fill { load, shape: self.shape }
    }

    fn invalidate(&self) -> Telling {
        let core = &self.bound.core;
        if let Some(Bypass::Unscoped(what)) = self.bypass {
            // Whose entry it is isn't known: wider then, never nothing.
            let function = self.bound.function.name;
            tracing::warn!(function, "there is no {what} here: invalidates all entries of the function");
            return core.invalidate([Tag::function(&core.namespace, function)]);
        }
        let bucket = self.bound.buckets.tag(&self.key.bytes);
        let invalidated = core.invalidate([bucket]);
        self.bound.alias.near.remove(self.key.as_ref());
        invalidated
    }

    fn watch(&self) -> Watch {
        let held = self.dependencies.hold(&self.key.bytes).epochs;
        let mut epochs: Vec<_> = held.iter().cloned().collect();
        let near = &self.bound.alias.near;
        if let Some(inside) = near.enter()
            && let Some(entry) = near.get(self.key.as_ref(), &inside)
        {
            epochs.extend(entry.epochs().iter().cloned());
        }
        let core = &self.bound.core;
        core.watches.watch(self.key.clone(), self.text(), core.epochs.now(), epochs)
    }
}

macro_rules! entry {
    ($entry:ident, $($asyncness:tt)?) => {
        impl<R, D> $entry<R, D> {
            /// The key as text, as it is in the shared tier: `app:default:shop::price@3f9a0c12:article=5`, with the fingerprint of
            /// the stored type, so that programs whose types differ don't find each other's entries. Without it, of what stays
            /// in the process (`local`) and of types whose shape can't be seen. At most 200 bytes; longer ones end in a digest.
            pub fn key(&self) -> String {
                self.0.text()
            }

            /// What is stored and may be served. Loads nothing.
            pub $($asyncness)? fn get(&self) -> Option<R> {
                ended!([$($asyncness)?] self.0.get())
            }

            /// Takes the stamps for a value that is about to be read elsewhere; [`Fill::store`] checks them.
            /// Call it before reading: a value read earlier may be older than an invalidation that nobody will repeat.
            /// Where cached functions are called for the value, or a unit of work is opened, read within [`Fill::read`]:
            /// what the value depends on through them isn't noticed otherwise.
            pub $($asyncness)? fn begin(self) -> Fill<R> {
                ended!([$($asyncness)?] self.0.begin())
            }

            /// Invalidates this entry (and about a thousandth of the function's others, which are loaded again when
            /// asked for). Reads that start after this don't get what was loaded before, wherever a load has got to.
            pub $($asyncness)? fn invalidate(&self) -> Invalidated {
                ended!([$($asyncness)?] self.0.invalidate())
            }

            /// From here on, notes whether this entry is invalidated: for tests.
            pub fn watch(&self) -> Watch {
                self.0.watch()
            }
        }

        impl<R, D> fmt::Debug for $entry<R, D> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($entry)).field(&self.key()).finish()
            }
        }
    };
}

entry!(Entry, async);
entry!(SyncEntry,);

/// A value that is being read elsewhere: stamps that were taken before, to be checked when it is stored.
///
/// ```
/// use cache_core::cached;
///
/// #[cached]
/// async fn price(article: u64) -> u64 { article * 3 }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let fill = price::entry(5).begin().await;
/// let read = fill.read(async { 15 }).await; // one query for many prices, say
/// assert!(fill.store(read));
/// assert_eq!(price::entry(5).get().await, Some(15));
/// # }
/// ```
///
/// Between [`begin`](Entry::begin) and [`store`](Self::store), cached functions and units of work are noticed within
/// [`read`](Self::read) only: a value that was made from another cached value elsewhere would outlive it.
#[must_use = "nothing is stored until `store` is called"]
pub struct Fill<R> {
    load: Option<Load>,
    shape: Box<dyn AnyShape<R>>,
}

impl<R> Fill<R> {
    /// Reads the value, or a part of it: what the cached functions that are called inside depend on, the value depends
    /// on too; if a unit of work is opened inside, it is not stored. Needed where there are such calls: they are not
    /// noticed otherwise.
    pub async fn read<F: Future>(&self, reading: F) -> F::Output {
        match &self.load {
            Some(load) => load.within(reading).await,
            None => reading.await,
        }
    }

    /// [`read`](Self::read) for sync code.
    pub fn read_sync<T>(&self, reading: impl FnOnce() -> T) -> T {
        block_on(self.read(async { reading() }))
    }

    /// Stores what the function would have returned (or a reference to it). Says whether it was stored: not if
    /// something that it depends on, as far as that is declared or was noticed by [`read`](Self::read), changed since
    /// [`begin`](Entry::begin), nor if the function's rules (`store_if`,
    /// `err_ttl`, `none_ttl`) don't want it, nor without its scope.
    ///
    /// It returns at once: rows that only the value names (`M(ret.id)`) count as their whole model here, where other
    /// processes share the cache.
    pub fn store(self, result: impl Borrow<R>) -> bool {
        // In a unit of work the value may be one that is never committed.
        self.load
            .filter(|_| context::unit().is_none())
            .is_some_and(|load| self.shape.finish(load, result.borrow()))
    }
}

impl<R> fmt::Debug for Fill<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fill").finish_non_exhaustive()
    }
}

/// `f::entry(..)`.
pub fn entry<R: 'static, K: Kind<R>>(
    call: &mut Call,
    shape: Shape<R, K>,
    declare: impl FnOnce(&mut Dependencies),
) -> Entry<R> {
    let mut keyed = Keyed::new(call.take(), shape);
    declare(&mut keyed.dependencies);
    Entry(keyed, PhantomData)
}

/// The same for sync functions.
pub fn sync_entry<R: 'static, K: Kind<R>>(
    call: &mut Call,
    shape: Shape<R, K>,
    declare: impl FnOnce(&mut Dependencies),
) -> SyncEntry<R> {
    let mut keyed = Keyed::new(call.take(), shape);
    declare(&mut keyed.dependencies);
    SyncEntry(keyed, PhantomData)
}

/// `f::invalidate_all()`: invalidates when it is awaited.
#[derive(Debug)]
#[must_use = "nothing is invalidated until it is awaited"]
pub struct InvalidateAll {
    site: &'static Site,
    cache: Option<Cache>,
    telling: Option<Telling>,
}

impl Future for InvalidateAll {
    type Output = Invalidated;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Invalidated> {
        let InvalidateAll { site, cache, telling } = self.get_mut();
        Pin::new(telling.get_or_insert_with(|| all_of(site, cache.as_ref()))).poll(cx)
    }
}

/// `f::invalidate_all()`.
pub fn invalidate_all(site: &'static Site, cache: Option<Cache>) -> InvalidateAll {
    InvalidateAll { site, cache, telling: None }
}

/// The same for sync functions.
#[expect(clippy::needless_pass_by_value, reason = "as `invalidate_all` takes it")]
pub fn invalidate_all_sync(site: &'static Site, cache: Option<Cache>) -> Invalidated {
    wait_until(all_of(site, cache.as_ref()))
}

fn all_of(site: &'static Site, cache: Option<&Cache>) -> Telling {
    let mut own = None;
    let bound = site.bound(cache, &mut own);
    let core = &bound.core;
    core.invalidate([Tag::function(&core.namespace, bound.function.name)])
}
