//! One call of a cached function: its key, its scope, and what its value depends on.

use std::any::Any;
use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use smallvec::SmallVec;

use crate::cache::{Bound, Site};
use crate::clock::Instant;
use crate::declare::{Model, ModelScope, Outcome, Scope, TenantPath, Ttl};
use crate::fresh::epoch::{Epoch, Moment};
use crate::key::tag::Tag;
use crate::key::{CacheKey, KeyWriter};
use crate::near::store::{AnyValue, Entry, Header, NearKey, NearKeyRef};

/// A call, while its arguments are still there.
#[derive(Debug)]
pub struct Call {
    pub(crate) site: &'static Site,
    key: KeyWriter,
    pub(crate) has_tenant: bool,
    pub(crate) has_user: bool,
    pub(crate) bypass: Option<Bypass>,
}

/// Why a call is not cached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Bypass {
    /// `when` said so, or the call itself (`uncached`).
    Asked,
    /// There is no tenant, or no user.
    Unscoped(&'static str),
}

/// A scope of a call: what writes itself into the key. Types decide which one a function has.
pub trait CallScope {
    /// The tenant's path; `Err` if there should be one and isn't.
    fn tenant(&self) -> Result<Option<TenantPath>, Missing>;
    /// The user's bytes, likewise.
    fn user(&self) -> Result<Option<SmallVec<[u8; 24]>>, Missing>;
}

/// There is no ambient scope.
#[derive(Clone, Copy, Debug)]
pub struct Missing;

impl Call {
    /// Nothing written yet.
    #[inline]
    pub fn new(site: &'static Site) -> Self {
        Call { site, key: KeyWriter::new(), has_tenant: false, has_user: false, bypass: None }
    }

    /// `when = condition`.
    #[inline]
    pub fn when(&mut self, condition: bool) {
        if !condition {
            self.bypass.get_or_insert(Bypass::Asked);
        }
    }

    /// The body itself is asked for.
    pub(crate) fn uncached(&mut self) {
        self.bypass.get_or_insert(Bypass::Asked);
    }

    /// Writes the tenant. Scopes come first, then arguments.
    #[inline]
    pub fn tenant<S: CallScope>(&mut self, scope: &S) {
        match scope.tenant() {
            Ok(Some(path)) => {
                self.key.raw(path.bytes());
                self.has_tenant = true;
            }
            Ok(None) => {}
            Err(Missing) => self.bypass = Some(Bypass::Unscoped("tenant")),
        }
    }

    /// Writes the user.
    #[inline]
    pub fn user<S: CallScope>(&mut self, scope: &S) {
        match scope.user() {
            Ok(Some(user)) => {
                self.key.raw(&user);
                self.has_user = true;
            }
            Ok(None) => {}
            Err(Missing) => self.bypass = Some(Bypass::Unscoped("user")),
        }
    }

    /// Writes an argument.
    #[inline]
    pub fn argument<T: CacheKey + ?Sized>(&mut self, position: u8, value: &T) {
        self.key.argument(position);
        value.write_key(&mut self.key);
    }

    /// The key, all of it.
    #[inline]
    pub(crate) fn key(&mut self) -> &[u8] {
        self.key.seal()
    }
}

/// What the value of a call depends on, as its attribute declares it. Filled on a miss only.
#[derive(Clone, Debug)]
pub struct Dependencies {
    bound: Arc<Bound>,
    tenant: TenantPath,
    user: SmallVec<[u8; 24]>,
    tags: Vec<Tag>,
    /// A scope that is missing, or lacks the level of a model.
    pub(crate) unscoped: Option<&'static str>,
}

impl Dependencies {
    pub(crate) fn new(bound: &Arc<Bound>) -> Self {
        Dependencies {
            bound: Arc::clone(bound),
            tenant: TenantPath::default(),
            user: SmallVec::new(),
            tags: Vec::new(),
            unscoped: None,
        }
    }

    fn namespace(&self) -> &str {
        &self.bound.core.namespace
    }

    /// The tenant that rows and models are in.
    pub fn tenant<S: CallScope>(&mut self, scope: &S) {
        match scope.tenant() {
            Ok(path) => self.tenant = path.unwrap_or_default(),
            Err(Missing) => self.unscoped = Some("tenant"),
        }
    }

    /// The user.
    pub fn user<S: CallScope>(&mut self, scope: &S) {
        match scope.user() {
            Ok(user) => self.user = user.unwrap_or_default(),
            Err(Missing) => self.unscoped = Some("user"),
        }
    }

    /// The part of the tenant's path that a model goes by.
    fn cut<M: Model>(&mut self) -> Option<SmallVec<[u8; 56]>> {
        let cut = M::Scope::cut(&self.tenant).map(SmallVec::from_slice);
        if cut.is_none() {
            self.unscoped.get_or_insert("tenant");
        }
        cut
    }

    /// `M(id)`: a row.
    pub(crate) fn row<M: Model>(&mut self, id: &[u8]) {
        let Some(path) = self.cut::<M>() else { return };
        let namespace = self.namespace();
        let tags = [
            Tag::row(namespace, &path, M::NAME, id),
            Tag::all(namespace, &path, M::NAME),
            Tag::all_everywhere(namespace, M::NAME),
        ];
        self.tags.extend(tags);
    }

    /// `M`: the whole model, in the tenant if it belongs to one.
    pub(crate) fn model<M: Model>(&mut self) {
        let Some(path) = self.cut::<M>() else { return };
        let namespace = self.namespace();
        let tags = [Tag::any(namespace, &path, M::NAME), Tag::all_everywhere(namespace, M::NAME)];
        self.tags.extend(tags);
    }

    /// `across(M)`: the model in all tenants.
    pub(crate) fn across<M: Model>(&mut self) {
        let namespace = self.namespace();
        let tags = [Tag::any_everywhere(namespace, M::NAME), Tag::all_everywhere(namespace, M::NAME)];
        self.tags.extend(tags);
    }

    pub(crate) fn scope(&self) -> Scope {
        Scope { tenant: SmallVec::from_slice(self.tenant.bytes()), user: self.user.clone() }
    }

    /// The epochs of all of it, and of all that the key lies in, held from here on.
    pub(crate) fn hold(mut self, key: &[u8]) -> Vec<Epoch> {
        let Bound { core, function, alias, epochs, .. } = &*self.bound;
        let namespace = &core.namespace;
        for level in self.tenant.levels() {
            self.tags.push(Tag::tenant(namespace, level));
            self.tags.push(Tag::tenant_alias(namespace, level, alias.name));
            self.tags.push(Tag::tenant_function(namespace, level, function.name));
        }
        if !self.user.is_empty() {
            self.tags.push(Tag::user(namespace, self.tenant.bytes(), &self.user));
        }
        self.tags.push(Tag::bucket(namespace, function.name, key));
        self.tags.sort_unstable();
        self.tags.dedup();
        epochs.iter().cloned().chain(self.tags.iter().map(|tag| core.epochs.hold(*tag))).collect()
    }
}

/// How a return type is taken apart, stored and made again. Function pointers, so that what the type must be able to
/// do is asked for in one place, spanned at the return type.
pub struct Shape<R, K: Kind<R>> {
    pub(crate) get: fn(&AnyValue) -> Option<K::Value>,
    pub(crate) keep: fn(&K::Value, Moment, Header) -> Arc<Entry>,
    pub(crate) errors: Option<ErrorShape<K::Error>>,
    pub(crate) store_if: Option<fn(&K::Value) -> bool>,
    pub(crate) is_none: Option<fn(&K::Value) -> bool>,
}

/// The same for errors that can be cloned.
pub struct ErrorShape<E> {
    pub(crate) get: fn(&AnyValue) -> Option<E>,
    pub(crate) keep: fn(&E, Moment, Header) -> Arc<Entry>,
}

impl<E> Clone for ErrorShape<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for ErrorShape<E> {}

/// Whether a return type is an [`Outcome`] or a value by itself.
pub trait Kind<R>: 'static {
    /// What is stored.
    type Value;
    /// What is returned in its place.
    type Error;
    /// Looks into it.
    fn look(result: &R) -> Result<&Self::Value, &Self::Error>;
    /// Makes it again.
    fn wrap(result: Result<Self::Value, Self::Error>) -> R;
}

/// Return types that implement [`Outcome`].
#[derive(Clone, Copy, Debug)]
pub struct ByTrait;

/// All others: stored whole.
#[derive(Clone, Copy, Debug)]
pub struct Plain;

impl<R: Outcome> Kind<R> for ByTrait {
    type Value = R::Value;
    type Error = R::Error;

    #[inline]
    fn look(result: &R) -> Result<&R::Value, &R::Error> {
        result.as_result()
    }

    #[inline]
    fn wrap(result: Result<R::Value, R::Error>) -> R {
        R::from_result(result)
    }
}

impl<R> Kind<R> for Plain {
    type Value = R;
    type Error = Infallible;

    #[inline]
    fn look(result: &R) -> Result<&R, &Infallible> {
        Ok(result)
    }

    #[inline]
    fn wrap(result: Result<R, Infallible>) -> R {
        match result {
            Ok(value) => value,
            Err(never) => match never {},
        }
    }
}

/// An error in the store, told apart from values of the same type.
struct StoredError<E>(E);

impl<R, K: Kind<R>> Shape<R, K> {
    pub(crate) fn new() -> Self
    where
        K::Value: Clone + Send + Sync + 'static,
    {
        Shape {
            get: |value| (value as &dyn Any).downcast_ref::<K::Value>().cloned(),
            keep: |value, start, header| Arc::new(Entry::new(start, header, value.clone())),
            errors: None,
            store_if: None,
            is_none: None,
        }
    }

    /// `store_if = |value| ..`.
    #[must_use]
    pub fn store_if(self, store_if: fn(&K::Value) -> bool) -> Self {
        Shape { store_if: Some(store_if), ..self }
    }

    /// For `none_ttl`.
    #[must_use]
    pub fn none_if(self, is_none: fn(&K::Value) -> bool) -> Self {
        Shape { is_none: Some(is_none), ..self }
    }

    /// How errors are kept, or `None` where they can't be cloned.
    #[must_use]
    pub fn errors(self, errors: Option<ErrorShape<K::Error>>) -> Self {
        Shape { errors, ..self }
    }

    /// Makes the return value again.
    #[inline]
    pub(crate) fn read(&self, entry: &Entry) -> Option<R> {
        if let Some(value) = (self.get)(entry.value()) {
            return Some(K::wrap(Ok(value)));
        }
        let error = (self.errors?.get)(entry.value())?;
        Some(K::wrap(Err(error)))
    }
}

impl<E: Clone + Send + Sync + 'static> ErrorShape<E> {
    pub(crate) fn new() -> Self {
        ErrorShape {
            get: |value| (value as &dyn Any).downcast_ref::<StoredError<E>>().map(|error| error.0.clone()),
            keep: |error, start, header| Arc::new(Entry::new(start, header, StoredError(error.clone()))),
        }
    }
}

/// What becomes of a load's result.
pub(crate) enum Keep {
    /// Stored until then.
    Until(Instant),
    /// Returned only.
    Not,
}

impl<R, K: Kind<R>> Shape<R, K> {
    /// What the function's rules say of a result.
    pub(crate) fn rule(&self, bound: &Bound, began: Instant, result: &R) -> Keep {
        let rules = &bound.function.rules;
        let until = |ttl: Duration| Keep::Until(began.plus(bound.jitter(ttl)));
        let value = match (K::look(result), rules.err_ttl) {
            (Ok(value), _) => value,
            (Err(_), Some(ttl)) => return until(ttl),
            (Err(_), None) => return Keep::Not,
        };
        if self.store_if.is_some_and(|store_if| !store_if(value)) {
            return Keep::Not;
        }
        match (rules.none_ttl, bound.ttl()) {
            (Some(ttl), _) if self.is_none.is_some_and(|is_none| is_none(value)) => {
                if ttl.is_zero() {
                    return Keep::Not;
                }
                until(ttl)
            }
            (_, Ttl::For(ttl)) => until(ttl),
            (_, Ttl::Forever) => Keep::Until(Instant::NEVER),
        }
    }

    /// The result as an entry; `None` if it is an error that can't be cloned.
    pub(crate) fn keep(&self, result: &R, start: Moment, header: Header) -> Option<Arc<Entry>> {
        match K::look(result) {
            Ok(value) => Some((self.keep)(value, start, header)),
            Err(error) => self.errors.map(|errors| (errors.keep)(error, start, header)),
        }
    }
}

/// The key of a call in the near store.
pub(crate) fn near_key<'a>(bound: &Bound, bytes: &'a [u8]) -> NearKeyRef<'a> {
    NearKeyRef { function: bound.number, bytes }
}

/// A key as text.
pub(crate) fn key_text(bound: &Bound, key: &NearKey) -> String {
    crate::key::text::Parts {
        namespace: &bound.core.namespace,
        alias: bound.alias.name,
        function: bound.function.name,
        version: bound.function.version,
        arguments: bound.function.arguments,
        key: &key.bytes,
    }
    .render()
}

impl<R, K: Kind<R>> fmt::Debug for Shape<R, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shape").finish_non_exhaustive()
    }
}

impl<E> fmt::Debug for ErrorShape<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorShape").finish_non_exhaustive()
    }
}
