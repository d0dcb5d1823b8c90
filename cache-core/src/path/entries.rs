//! Several entries made by hand: `cache.entries::<Alias, V, _>(keys)`.

use std::borrow::Borrow;
use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use smallvec::SmallVec;

use super::batch::{Batch, unique};
use super::call::Dependencies;
use super::explicit::{ByHand, Dependent, Independent, Scopable, TenantOrGlobal, Value, argument, key, set};
use super::load::{Load, tell};
use super::read::{hit, look_further};
use super::shape::{Plain, Shape};
use super::target::Rows;
use super::wait::join;
use crate::block_on::{block_on, ended};
use crate::bound::Bound;
use crate::cache::Cache;
use crate::declare::{Alias, TenantPath, User, user_bytes};
use crate::fresh::changes::Invalidated;
use crate::fresh::context::{self, Scopes};
use crate::fresh::telling::Telling;
use crate::key::CacheKey;
use crate::near::key::NearKey;

impl Cache {
    /// Several entries made by hand, by their keys: each is the [`entry`](Self::entry) of its key, and what is missing is
    /// loaded at once.
    ///
    /// ```
    /// use cache_core::{Alias, Cache, Model, target};
    /// use std::collections::HashMap;
    ///
    /// #[derive(Alias)]
    /// #[alias(name = "stock", ttl = "10m")]
    /// struct Stock;
    ///
    /// #[derive(Model)]
    /// #[model(name = "shop.item", id = u64)]
    /// struct Item;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// // One query for many ids, which finds no number 7.
    /// async fn fetch(ids: Vec<u64>) -> HashMap<u64, String> {
    ///     ids.into_iter().filter(|id| *id != 7).map(|id| (id, format!("item {id}"))).collect()
    /// }
    ///
    /// let items = Cache::current()
    ///     .entries::<Stock, String, _>([5, 6, 7])
    ///     .global()
    ///     .depends_on(target::row::<Item>);
    /// let found = items.get_or_set_many(fetch).await;
    /// assert_eq!(found, [Some("item 5".into()), Some("item 6".into()), None]);
    ///
    /// Cache::current().invalidate(target::row::<Item>(&5)).await; // the others are kept
    /// assert_eq!(items.get_many().await, [None, Some("item 6".into()), None]);
    /// # }
    /// ```
    #[track_caller]
    pub fn entries<A: Alias, V: Value, K: CacheKey>(
        &self,
        keys: impl IntoIterator<Item = K>,
    ) -> TenantOrGlobal<Entries<K, V, Independent>> {
        TenantOrGlobal(Entries(Several::new(self.explicit::<A, V>(Location::caller()), keys), PhantomData))
    }

    /// [`entries`](Self::entries) for sync code. The two are the same entries; it blocks as `sync_entry` does.
    #[track_caller]
    pub fn sync_entries<A: Alias, V: Value, K: CacheKey>(
        &self,
        keys: impl IntoIterator<Item = K>,
    ) -> TenantOrGlobal<SyncEntries<K, V, Independent>> {
        let bound = self.explicit::<A, V>(Location::caller());
        TenantOrGlobal(SyncEntries(Several::new(bound, keys), PhantomData))
    }
}

/// Several entries made by hand: [`Cache::entries`]. Results come in the order of the keys; a key may be there twice.
pub struct Entries<K, V, D = Independent>(Several<K, V>, PhantomData<D>);

/// [`Entries`], without `await`.
pub struct SyncEntries<K, V, D = Independent>(Several<K, V>, PhantomData<D>);

/// What both are.
struct Several<K, V> {
    bound: Arc<Bound>,
    keys: Vec<K>,
    /// What all of them depend on.
    dependencies: Dependencies,
    /// What each depends on.
    rows: Vec<Box<RowsOf<K>>>,
    ttl: Option<Duration>,
    value: PhantomData<fn() -> V>,
}

type RowsOf<K> = dyn Fn(&K) -> Rows + Send + Sync;

impl<K: CacheKey, V: Value> Several<K, V> {
    fn new(bound: Arc<Bound>, keys: impl IntoIterator<Item = K>) -> Self {
        let (keys, dependencies) = (keys.into_iter().collect(), Dependencies::new(&bound));
        Several { bound, keys, dependencies, rows: Vec::new(), ttl: None, value: PhantomData }
    }

    fn shape(&self) -> Shape<V, Plain> {
        Shape::new(V::__cache_size).leaving(V::__cache_bytes()).ttl(self.ttl)
    }

    fn key(&self, key_of: &impl CacheKey) -> NearKey {
        key(&self.bound, &self.dependencies, &argument(key_of))
    }

    fn declared(&self, key: &K) -> Dependencies {
        let mut dependencies = self.dependencies.clone();
        self.rows.iter().for_each(|rows| dependencies.on(&rows(key)));
        dependencies
    }

    async fn get(&self) -> Vec<Option<V>> {
        let shape = self.shape();
        let near = |of: &K| {
            let key = self.key(of);
            let scope = || self.dependencies.scope();
            let found = hit(&self.bound, key.as_ref(), &scope, |entry| shape.read(entry));
            if found.is_none()
                && let Some(frame) = context::frame()
            {
                // A load that goes on without it depends on it all the same.
                tell(&frame, &self.bound, &key, self.declared(of));
            }
            found
        };
        let mut found: Vec<_> = self.keys.iter().map(near).collect();
        let missing = found.iter().enumerate().filter(|(_, found)| found.is_none()).map(|(at, _)| at);
        let keyed: Vec<_> =
            missing.map(|at| (at, self.key(&self.keys[at]), self.declared(&self.keys[at]))).collect();
        let further =
            keyed.iter().map(|(_, key, declared)| look_further(&self.bound, key, declared, shape.fits()));
        for ((at, ..), entry) in keyed.iter().zip(join(further).await) {
            found[*at] = entry.and_then(|entry| shape.read(&entry));
        }
        found
    }

    async fn get_or_set<Q, M, E, F>(
        &self,
        mut load: impl FnMut(Vec<K>) -> F,
        blocking: bool,
    ) -> Result<Vec<Option<V>>, E>
    where
        K: Clone,
        Q: CacheKey,
        M: IntoIterator<Item = (Q, V)>,
        F: Future<Output = Result<M, E>>,
    {
        let (keys, places) = unique(self.keys.iter().map(|key| self.key(key)));
        // Where each of the unique ones is among those given.
        let mut given = vec![0; keys.len()];
        for (at, place) in places.iter().enumerate().rev() {
            given[*place] = at;
        }
        let declare = |at: usize, dependencies: &mut Dependencies| {
            *dependencies = self.declared(&self.keys[given[at]]);
        };
        let (shape, bound) = (self.shape(), &self.bound);
        let batch = Batch {
            bound,
            keys: &keys,
            scopes: Scopes::current(),
            served: true,
            bypass: None,
            blocking,
            shape: &shape,
            declare,
        };
        let body = |missing: Vec<usize>| {
            let loading = load(missing.iter().map(|at| self.keys[given[*at]].clone()).collect());
            let keys = &keys;
            async move {
                let pairs = loading.await?.into_iter().map(|(of, value)| (self.key(&of), value));
                let mut pairs: HashMap<_, _> = pairs.collect();
                Ok(missing.iter().map(|at| pairs.remove(&keys[*at])).collect())
            }
        };
        let found = batch.run(body).await?;
        Ok(places.into_iter().map(|place| found[place].clone()).collect())
    }

    async fn set<Q: CacheKey>(&self, values: impl IntoIterator<Item = (Q, impl Borrow<V>)>) -> usize {
        let known: HashSet<_> = self.keys.iter().map(|key| self.key(key)).collect();
        let shape = self.shape();
        let mut stored = 0;
        // By their keys in canonical bytes: what the caller gave needn't outlive the wait.
        let values: Vec<_> = values.into_iter().map(|(of, value)| (self.key(&of), value)).collect();
        for (key, value) in values.into_iter().filter(|(key, _)| known.contains(key)) {
            let store = |load: Load| load.finish(&shape.of(Borrow::<V>::borrow(&value))).stored;
            if set(&self.bound, &key, self.dependencies.clone(), shape.fits(), store).await {
                stored += 1;
            }
        }
        stored
    }

    fn invalidate(&self) -> Telling {
        let Bound { core, buckets, .. } = &*self.bound;
        let keys: Vec<_> = self.keys.iter().map(|key| self.key(key)).collect();
        let invalidated = core.invalidate(keys.iter().map(|key| buckets.tag(&key.bytes)));
        keys.iter().for_each(|key| self.bound.alias.near.remove(key.as_ref()));
        invalidated
    }
}

macro_rules! entries {
    ($entries:ident, $($asyncness:tt)?) => {
        impl<K, V> Scopable for $entries<K, V, Independent> {
            fn in_tenant(&mut self, tenant: TenantPath) {
                self.0.dependencies.in_tenant(tenant);
            }

            fn of_user(&mut self, user: SmallVec<[u8; 24]>) {
                self.0.dependencies.of_user(user);
            }
        }

        impl<K, V, D: ByHand> $entries<K, V, D> {
            /// Of a user, within the tenant if there is one.
            #[must_use]
            pub fn user<U: User>(mut self, user: U) -> Self {
                self.0.dependencies.of_user(user_bytes(&user));
                self
            }

            /// How long the values live, in place of the alias's TTL and no longer than its `max_ttl`.
            #[must_use]
            pub fn ttl(mut self, ttl: Duration) -> Self {
                self.0.ttl = Some(ttl);
                self
            }

            /// Each depends on a row or a model, by its key.
            #[must_use]
            pub fn depends_on(
                mut self,
                rows: impl Fn(&K) -> Rows + Send + Sync + 'static,
            ) -> $entries<K, V, Dependent> {
                self.0.rows.push(Box::new(rows));
                $entries(self.0, PhantomData)
            }
        }

        impl<K: CacheKey, V: Value, D: ByHand> $entries<K, V, D> {
            /// What is stored and may be served. Loads nothing.
            pub $($asyncness)? fn get_many(&self) -> Vec<Option<V>> {
                ended!([$($asyncness)?] self.0.get())
            }

            /// Invalidates them, as [`invalidate`](crate::Entry::invalidate) does one.
            pub $($asyncness)? fn invalidate_many(&self) -> Invalidated {
                ended!([$($asyncness)?] self.0.invalidate())
            }
        }

        impl<K: CacheKey, V: Value> $entries<K, V, Independent> {
            /// Stores values that were made just now, as [`set`](crate::Entry::set) does, and says how many were stored.
            /// What is not among the keys is not stored.
            pub $($asyncness)? fn set_many<Q: CacheKey>(
                &self,
                values: impl IntoIterator<Item = (Q, impl Borrow<V>)>,
            ) -> usize {
                ended!([$($asyncness)?] self.0.set(values))
            }
        }

        impl<K, V, D> fmt::Debug for $entries<K, V, D> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($entries)).field("keys", &self.0.keys.len()).finish_non_exhaustive()
            }
        }
    };
}

entries!(Entries, async);
entries!(SyncEntries,);

impl<K: CacheKey + Clone, V: Value, D: ByHand> Entries<K, V, D> {
    /// What is stored, and what one load gives for all that is missing: a map, or pairs of keys and values. Each is
    /// stored by itself; what the load doesn't give is `None` and not stored.
    ///
    /// Of many who ask for a key at once one loads it, so there may be a second load, for keys that others were loading
    /// and didn't give.
    pub async fn get_or_set_many<Q, M, F>(&self, mut load: impl FnMut(Vec<K>) -> F) -> Vec<Option<V>>
    where
        Q: CacheKey,
        M: IntoIterator<Item = (Q, V)>,
        F: Future<Output = M>,
    {
        let load = |missing| {
            let loading = load(missing);
            async { Ok::<_, Infallible>(loading.await) }
        };
        match self.0.get_or_set(load, false).await {
            Ok(found) => found,
            Err(never) => match never {},
        }
    }

    /// [`get_or_set_many`](Self::get_or_set_many) with a load that can fail.
    ///
    /// # Errors
    ///
    /// The load's, in place of all values. It is not stored, and not shared.
    pub async fn try_get_or_set_many<Q, M, E, F>(
        &self,
        load: impl FnMut(Vec<K>) -> F,
    ) -> Result<Vec<Option<V>>, E>
    where
        Q: CacheKey,
        M: IntoIterator<Item = (Q, V)>,
        F: Future<Output = Result<M, E>>,
    {
        self.0.get_or_set(load, false).await
    }
}

impl<K: CacheKey + Clone, V: Value, D: ByHand> SyncEntries<K, V, D> {
    /// As [`Entries::get_or_set_many`] does.
    pub fn get_or_set_many<Q, M>(&self, mut load: impl FnMut(Vec<K>) -> M) -> Vec<Option<V>>
    where
        Q: CacheKey,
        M: IntoIterator<Item = (Q, V)>,
    {
        match self.try_get_or_set_many(|missing| Ok::<_, Infallible>(load(missing))) {
            Ok(found) => found,
            Err(never) => match never {},
        }
    }

    /// As [`Entries::try_get_or_set_many`] does.
    ///
    /// # Errors
    ///
    /// The load's, in place of all values. It is not stored, and not shared.
    pub fn try_get_or_set_many<Q, M, E>(
        &self,
        mut load: impl FnMut(Vec<K>) -> Result<M, E>,
    ) -> Result<Vec<Option<V>>, E>
    where
        Q: CacheKey,
        M: IntoIterator<Item = (Q, V)>,
    {
        block_on(self.0.get_or_set(|missing| std::future::ready(load(missing)), true))
    }
}
