//! Entries made by hand, by alias, type and key: what the attribute does, without a function.

use std::borrow::Borrow;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use smallvec::SmallVec;

use super::ask::How;
use super::bytes::Bytes;
use super::call::{Asked, Dependencies, near_key};
use super::entry::{Entry, Keyed, SyncEntry};
use super::fetch::stamps;
use super::load::Load;
use super::read::hit;
use super::run::{Bare, Missed, Run, Stays};
use super::shape::{ByTrait, Fits, Kind, Plain, Shape};
use super::target::Rows;
use crate::block_on::ended;
use crate::bound::Bound;
use crate::cache::Cache;
use crate::declare::{Alias, Tenant, TenantPath, User, user_bytes};
use crate::fresh::context::{self, Scopes};
use crate::key::{CacheKey, KeyWriter};
use crate::near::key::NearKey;
use crate::near::size;

impl Cache {
    /// An entry made by hand: of an alias, by the type of its value and a key. For what has no function, or not one of
    /// one's own.
    ///
    /// Whose it is must be said: [`tenant`](TenantOrGlobal::tenant) or [`global`](TenantOrGlobal::global). Entries of
    /// different aliases, types, tenants or users are different entries.
    ///
    /// ```
    /// use cache_core::{Alias, Cache, Model, target};
    ///
    /// #[derive(Alias)]
    /// #[alias(name = "rates", ttl = "10m")]
    /// struct Rates;
    ///
    /// #[derive(Model)]
    /// #[model(name = "shop.currency", id = String)]
    /// struct Currency;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # async fn fetch(_: &str) -> Result<u64, String> { Ok(108) }
    /// let rate = Cache::current()
    ///     .entry::<Rates, u64>("EUR")
    ///     .global()
    ///     .depends_on(target::row::<Currency>("EUR"));
    /// assert_eq!(rate.try_get_or_set(|| fetch("EUR")).await, Ok(108));
    /// assert_eq!(rate.get().await, Some(108));
    ///
    /// Cache::current().invalidate(target::row::<Currency>("EUR")).await;
    /// assert_eq!(rate.get().await, None);
    /// # }
    /// ```
    ///
    /// A value lives as long as its alias says, or [`ttl`](Entry::ttl).
    #[track_caller]
    pub fn entry<A: Alias, V: Value>(&self, key: impl CacheKey) -> TenantOrGlobal<Entry<V, Independent>> {
        let bound = self.explicit::<A, V>(Location::caller());
        TenantOrGlobal(Entry(Keyed::by_hand(bound, &key), PhantomData))
    }

    /// [`entry`](Self::entry) for sync code. The two are the same entries: where another call is loading one, this blocks its
    /// thread until that is over, or for `load_wait`; in async code, which may be what that load waits for, use `entry`.
    #[track_caller]
    pub fn sync_entry<A: Alias, V: Value>(
        &self,
        key: impl CacheKey,
    ) -> TenantOrGlobal<SyncEntry<V, Independent>> {
        let bound = self.explicit::<A, V>(Location::caller());
        TenantOrGlobal(SyncEntry(Keyed::by_hand(bound, &key), PhantomData))
    }
}

/// What an entry made by hand can hold.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be kept in a cache",
    label = "this type can't be cached",
    note = "a cached value is `Clone + Send + Sync + 'static` and has `serde::Serialize` and `serde::Deserialize`"
)]
pub trait Value: Clone + Send + Sync + 'static {
    /// How many bytes it takes.
    #[doc(hidden)]
    fn __cache_size(&self) -> usize;
    /// How it leaves the process.
    #[doc(hidden)]
    fn __cache_bytes() -> Bytes;
}

#[diagnostic::do_not_recommend]
impl<T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static> Value for T {
    fn __cache_size(&self) -> usize {
        size::of(self)
    }

    fn __cache_bytes() -> Bytes {
        Bytes::of::<T>()
    }
}

/// An entry of which it isn't said yet whose it is: [`tenant`](Self::tenant) or [`global`](Self::global) says so.
#[derive(Debug)]
#[must_use = "whose is it? say `.tenant(..)` or `.global()`"]
pub struct TenantOrGlobal<E>(pub(super) E);

impl<E: Scopable> TenantOrGlobal<E> {
    /// Of a tenant: another's is another entry, and invalidating the tenant reaches it.
    pub fn tenant<T: Tenant>(mut self, tenant: T) -> E {
        self.0.in_tenant(TenantPath::of(&tenant));
        self.0
    }

    /// Of no tenant, in an alias that asks for one too.
    pub fn global(self) -> E {
        self.0
    }

    /// Of a user, within the tenant if there is one.
    pub fn user<U: User>(mut self, user: U) -> Self {
        self.0.of_user(user_bytes(&user));
        self
    }
}

/// What can be of a tenant and of a user.
#[doc(hidden)]
pub trait Scopable {
    fn in_tenant(&mut self, tenant: TenantPath);
    fn of_user(&mut self, user: SmallVec<[u8; 24]>);
}

/// Of an entry made by hand that depends on nothing: it may be [`set`](Entry::set).
#[derive(Debug)]
pub enum Independent {}

/// Of an entry made by hand that depends on rows or models: a value that was read before its stamps were taken could be
/// older than a write that nobody repeats, so there is no `set`.
#[derive(Debug)]
pub enum Dependent {}

/// [`Independent`] or [`Dependent`].
pub trait ByHand: sealed::Sealed {}

impl ByHand for Independent {}
impl ByHand for Dependent {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Independent {}
    impl Sealed for super::Dependent {}
}

/// The key of an entry made by hand.
pub(super) fn key(bound: &Bound, dependencies: &Dependencies, argument: &[u8]) -> NearKey {
    let (mut writer, scope) = (KeyWriter::new(), dependencies.scope());
    writer.raw(&scope.tenant);
    writer.raw(&scope.user);
    writer.argument(0);
    writer.written(argument);
    near_key(bound, writer.seal()).to_owned()
}

/// A key in canonical bytes.
pub(super) fn argument(key: &impl CacheKey) -> Box<[u8]> {
    let mut writer = KeyWriter::new();
    key.write_key(&mut writer);
    writer.finish()
}

/// Stores what was made just now: it depends on nothing, so the moment of the call is early enough.
pub(super) async fn set(
    bound: &Arc<Bound>,
    key: &NearKey,
    dependencies: Dependencies,
    fits: Fits,
    store: impl FnOnce(Load) -> bool,
) -> bool {
    if context::unit().is_some() {
        return false;
    }
    let fetched = stamps(bound, key, &dependencies, fits).await;
    // A load around this call doesn't depend on what it only stores.
    store(context::alone(|| Load::begin(bound, key.clone(), dependencies, None, fetched)))
}

impl<V> Keyed<V> {
    fn by_hand(bound: Arc<Bound>, argument: &impl CacheKey) -> Self
    where
        V: Value,
    {
        let (argument, dependencies) = (self::argument(argument), Dependencies::new(&bound));
        Keyed {
            key: key(&bound, &dependencies, &argument),
            bypass: None,
            shape: Box::new(Shape::<V, Plain>::new(V::__cache_size).leaving(V::__cache_bytes())),
            ttl: None,
            bound,
            dependencies,
            argument,
        }
    }

    fn scope(&mut self, set: impl FnOnce(&mut Dependencies)) {
        set(&mut self.dependencies);
        self.key = key(&self.bound, &self.dependencies, &self.argument);
    }

    /// A value that is there, or how it is come by.
    fn read<R, K: Kind<R>>(&self, shape: Shape<R, K>) -> Result<R, Box<Missed<R, K>>> {
        let shape = shape.ttl(self.ttl);
        if let Some(value) =
            hit(&self.bound, self.key.as_ref(), &|| self.dependencies.scope(), |entry| shape.read(entry))
        {
            return Ok(value);
        }
        let asked = Asked {
            how: How::Cached,
            bound: Arc::clone(&self.bound),
            key: self.key.clone(),
            scopes: Scopes::current(),
            bypass: None,
            blocking: false,
            behind: false,
            fits: shape.fits(),
            dependencies: self.dependencies.clone(),
        };
        Err(Missed::of(asked, shape))
    }

    async fn get_or_set<R, K, F>(&self, shape: Shape<R, K>, load: impl FnOnce() -> F) -> R
    where
        K: Kind<R>,
        F: Future<Output = R>,
    {
        // Called within the load: what it reads before its future is first polled, it reads after the stamps.
        Run::<_, _, _, Stays>::new(self.read(shape), Bare(async { load().await })).await
    }

    async fn set(&self, value: &V) -> bool {
        let (dependencies, fits) = (self.dependencies.clone(), self.shape.fits());
        set(&self.bound, &self.key, dependencies, fits, |load| self.shape.finish(load, value)).await
    }
}

macro_rules! by_hand {
    ($entry:ident, $($asyncness:tt)?) => {
        impl<V> Scopable for $entry<V, Independent> {
            fn in_tenant(&mut self, tenant: TenantPath) {
                self.0.scope(|dependencies| dependencies.in_tenant(tenant));
            }

            fn of_user(&mut self, user: SmallVec<[u8; 24]>) {
                self.0.scope(|dependencies| dependencies.of_user(user));
            }
        }

        impl<V, D: ByHand> $entry<V, D> {
            /// Of a user, within the tenant if there is one.
            #[must_use]
            pub fn user<U: User>(mut self, user: U) -> Self {
                self.0.scope(|dependencies| dependencies.of_user(user_bytes(&user)));
                self
            }

            /// How long the value lives, in place of the alias's TTL and no longer than its `max_ttl`.
            #[must_use]
            pub fn ttl(mut self, ttl: Duration) -> Self {
                self.0.ttl = Some(ttl);
                self.0.shape.live(ttl);
                self
            }

            /// Depends on a row or a model, in the entry's tenant unless it names another.
            #[must_use]
            pub fn depends_on(mut self, rows: Rows) -> $entry<V, Dependent> {
                self.0.dependencies.on(&rows);
                $entry(self.0, PhantomData)
            }
        }

        impl<V> $entry<V, Independent> {
            /// Stores a value that was made just now, over what is stored and over loads that are under way. Says
            /// whether it was stored: not in a unit of work.
            ///
            /// A value that was read somewhere may be older than an invalidation that nobody repeats: take the stamps
            /// before reading it, with [`begin`](Self::begin), or load it in `get_or_set`.
            ///
            /// Where other processes share the cache, they find it there; what they hold already they serve until its time
            /// runs out, for nothing tells them. To tell them would invalidate a thousandth of the other entries with each
            /// value that is set. Where they must see it, [`invalidate`](Self::invalidate) comes first.
            pub $($asyncness)? fn set(&self, value: impl Borrow<V>) -> bool {
                ended!([$($asyncness)?] self.0.set(value.borrow()))
            }
        }
    };
}

by_hand!(Entry, async);
by_hand!(SyncEntry,);

impl<V: Value, D: ByHand> Entry<V, D> {
    /// What is stored, or else what is loaded and stored now. Of many who ask at once one loads.
    pub async fn get_or_set<F>(&self, load: impl FnOnce() -> F) -> V
    where
        F: Future<Output = V>,
    {
        self.0.get_or_set(Shape::<V, Plain>::new(V::__cache_size).leaving(V::__cache_bytes()), load).await
    }

    /// [`get_or_set`](Self::get_or_set) with a load that can fail.
    ///
    /// # Errors
    ///
    /// The load's. They are not stored, and not shared: whoever waited for a load that fails loads by himself.
    pub async fn try_get_or_set<F, E>(&self, load: impl FnOnce() -> F) -> Result<V, E>
    where
        F: Future<Output = Result<V, E>>,
    {
        let shape = Shape::<Result<V, E>, ByTrait>::new(V::__cache_size).leaving(V::__cache_bytes());
        self.0.get_or_set(shape, load).await
    }
}

impl<V: Value, D: ByHand> SyncEntry<V, D> {
    /// What is stored, or else what is loaded and stored now. Of many who ask at once one loads.
    pub fn get_or_set(&self, load: impl FnOnce() -> V) -> V {
        self.0
            .read(Shape::<V, Plain>::new(V::__cache_size).leaving(V::__cache_bytes()))
            .unwrap_or_else(|mut missed| missed.run_sync(Bare(load)))
    }

    /// [`get_or_set`](Self::get_or_set) with a load that can fail.
    ///
    /// # Errors
    ///
    /// The load's. They are not stored, and not shared: whoever waited for a load that fails loads by himself.
    pub fn try_get_or_set<E>(&self, load: impl FnOnce() -> Result<V, E>) -> Result<V, E> {
        let shape = Shape::<Result<V, E>, ByTrait>::new(V::__cache_size).leaving(V::__cache_bytes());
        let value = self.0.read(shape);
        value.unwrap_or_else(|mut missed| missed.run_sync(Bare(load)))
    }
}
