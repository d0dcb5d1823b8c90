//! One call of a cached function: its key, its scope, and what its value depends on.

use std::sync::Arc;

use smallvec::SmallVec;

use super::ask::{How, asked};
use super::late::{Ids, Late, Provisional};
use super::shape::Fits;
use super::target::Rows;
use super::transaction::Unit;
use crate::bound::Bound;
use crate::cache::{Cache, Site};
use crate::declare::{Mode, Model, ModelScope, Scope, TenantPath};
use crate::fresh::context::{self, Scopes};
use crate::fresh::epoch::{Epoch, EpochList};
use crate::fresh::nested::{Origin, Stamps};
use crate::key::hash::KeyBytes;
use crate::key::tag::{ModelTags, Tag};
use crate::key::{CacheKey, KeyName, KeyWriter};
use crate::near::key::{NearKey, NearKeyRef};

/// A call, while its arguments are still there.
#[derive(Debug)]
pub struct Call {
    /// `None` until it is said.
    site: Option<&'static Site>,
    /// How it was asked for.
    pub(crate) how: How,
    /// `cache = expr`: the cache of this call, where it isn't the one that calls use here.
    cache: Option<Cache>,
    key: KeyWriter,
    tenant: Option<TenantPath>,
    user: Option<SmallVec<[u8; 24]>>,
    pub(crate) bypass: Option<Bypass>,
    /// Whether an argument is a transaction.
    in_unit: bool,
}

/// Why a call is not cached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Bypass {
    /// `when` said so, the call itself (`uncached`), or the mode.
    Asked,
    /// There is no tenant, or no user.
    Unscoped(&'static str),
    /// In a unit of work, what is read may not be committed, or older than what is.
    InUnit,
}

/// A scope of a call: what writes itself into the key. Types decide which one a function has.
pub trait CallScope {
    /// Writes the tenant's path, if there is to be one, where it is to lie; `Err` if there should be one and isn't.
    fn tenant(&self, path: &mut Option<TenantPath>) -> Result<(), Missing>;
    /// The user's bytes, likewise.
    fn user(&self) -> Result<Option<SmallVec<[u8; 24]>>, Missing>;
}

/// There is no ambient scope.
#[derive(Clone, Copy, Debug)]
pub struct Missing;

impl Call {
    /// Nothing written yet.
    #[inline]
    #[expect(clippy::new_without_default, reason = "named in generated code only")]
    pub fn new() -> Self {
        Call {
            site: None,
            how: How::Cached,
            cache: None,
            key: KeyWriter::new(),
            tenant: None,
            user: None,
            bypass: None,
            in_unit: false,
        }
    }

    /// Of a function. This comes first.
    #[inline]
    pub fn of(&mut self, site: &'static Site) {
        self.site = Some(site);
        self.how = asked(site);
    }

    /// `cache = expr`.
    #[inline]
    pub fn cache(&mut self, cache: &Cache) -> &mut Self {
        self.cache = Some(cache.clone());
        self
    }

    /// `when = condition`.
    #[inline]
    pub fn when(&mut self, condition: impl FnOnce() -> bool) -> &mut Self {
        if self.how == How::Cached && !condition() {
            self.bypass.get_or_insert(Bypass::Asked);
        }
        self
    }

    /// `key = (expr, ..)`: a part of what replaces the arguments.
    #[inline]
    pub fn part<T: CacheKey + ?Sized>(&mut self, position: u8, value: &T) -> &mut Self {
        self.argument(position, value);
        self
    }

    /// An argument that is a transaction: with a unit, or one that is open and may have written.
    #[inline]
    pub fn transaction(&mut self, unit: Option<&Unit>, open: bool) {
        self.in_unit |= unit.is_some();
        if open || unit.is_some_and(|unit| unit.unit().has_written()) {
            self.bypass.get_or_insert(Bypass::InUnit);
        }
    }

    /// Writes the tenant. Scopes come first, then arguments.
    #[inline]
    pub fn tenant<S: CallScope>(&mut self, scope: &S) {
        match scope.tenant(&mut self.tenant) {
            Ok(()) => self.tenant.iter().for_each(|path| self.key.raw(path.bytes())),
            Err(Missing) => self.bypass = Some(Bypass::Unscoped("tenant")),
        }
    }

    /// Writes the user.
    #[inline]
    pub fn user<S: CallScope>(&mut self, scope: &S) {
        match scope.user() {
            Ok(Some(user)) => {
                self.key.raw(&user);
                self.user = Some(user);
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

    /// `key = (expr, ..)`: a type parameter, after it.
    #[inline]
    pub fn type_part<T: KeyName + ?Sized>(&mut self, position: u8) -> &mut Self {
        self.type_parameter::<T>(position);
        self
    }

    /// Writes a type parameter.
    #[inline]
    pub fn type_parameter<T: KeyName + ?Sized>(&mut self, position: u8) {
        self.key.argument(position);
        T::write_key_name(&mut self.key);
        if self.key.is_ambiguous() {
            self.bypass.get_or_insert(Bypass::Asked);
        }
    }

    /// Whether its key holds a tenant.
    #[inline]
    pub(crate) fn has_tenant(&self) -> bool {
        self.tenant.is_some()
    }

    /// Whether its key holds a user.
    #[inline]
    pub(crate) fn has_user(&self) -> bool {
        self.user.is_some()
    }

    /// Why the call must not load for others, as far as its arguments say.
    pub(crate) fn why_not(&self) -> Option<Bypass> {
        match self.bypass {
            // A load around the body must know, though the body was asked for.
            None | Some(Bypass::Asked) if self.in_unit => Some(Bypass::InUnit),
            bypass => bypass,
        }
    }

    /// The function in this call's cache, the key, and the scope that the key begins with. `own` keeps the function where it
    /// isn't in the process's own cache.
    // A part of each hit: not worth a call.
    #[inline(always)]
    pub(crate) fn parts<'a>(
        &'a mut self,
        own: &'a mut Option<Arc<Bound>>,
    ) -> (&'a Arc<Bound>, KeyBytes<'a>, impl Fn() -> Scope) {
        let Call { site, cache, key, tenant, user, .. } = self;
        let site = site.expect("a call is of a function");
        let (tenant, user) = (&*tenant, &*user);
        let scope = || Scope {
            tenant: tenant.as_ref().map_or_else(SmallVec::new, |path| SmallVec::from_slice(path.bytes())),
            user: user.clone().unwrap_or_default(),
        };
        (site.bound(cache.as_ref(), own), key.seal(), scope)
    }

    /// The function in this call's cache, and the key, owned.
    pub(crate) fn place(&mut self) -> (Arc<Bound>, NearKey) {
        let mut own = None;
        let (bound, key, _) = self.parts(&mut own);
        (Arc::clone(bound), near_key(bound, key).to_owned())
    }

    /// The call, moved: there is nothing left of it.
    #[must_use]
    pub fn take(&mut self) -> Call {
        std::mem::replace(self, Call::new())
    }

    /// What is asked for, when nothing was found that may be served.
    pub(crate) fn asked(mut self, fits: Fits) -> Asked {
        let (bound, key) = self.place();
        let (how, scopes, bypass) = (self.how, Scopes::current(), self.why_not());
        let dependencies = Dependencies::of(self, &bound);
        Asked { how, bound, key, scopes, bypass, blocking: false, behind: false, fits, dependencies }
    }
}

/// An entry that is asked for.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) how: How,
    pub(crate) bound: Arc<Bound>,
    pub(crate) key: NearKey,
    /// In which its key was written.
    pub(crate) scopes: Scopes,
    pub(crate) bypass: Option<Bypass>,
    /// Whether a thread waits for it.
    pub(crate) blocking: bool,
    /// Whether its load can go on behind its caller's back.
    pub(crate) behind: bool,
    /// Which entries can be returned.
    pub(crate) fits: Fits,
    /// What its value depends on: its scope, and what its attribute will declare.
    pub(crate) dependencies: Dependencies,
}

impl Asked {
    /// Why this call, which found nothing to be served, must not load for others.
    pub(crate) fn bypass(&self) -> Option<Bypass> {
        Asked::why_not(&self.bound, self.bypass)
    }

    pub(crate) fn why_not(bound: &Bound, said: Option<Bypass>) -> Option<Bypass> {
        let otherwise = || match context::unit() {
            Some(_) => Some(Bypass::InUnit),
            None => (bound.ambiguous || bound.mode() == Mode::Off).then_some(Bypass::Asked),
        };
        said.or_else(otherwise)
    }
}

/// What the value of a call depends on, as its attribute declares it. Filled on a miss only.
#[derive(Clone, Debug)]
pub struct Dependencies {
    bound: Arc<Bound>,
    tenant: TenantPath,
    user: SmallVec<[u8; 24]>,
    tags: SmallVec<[Tag; 4]>,
    /// Of whose rows there are some among the tags, and which belong to no tenant.
    models: SmallVec<[&'static str; 2]>,
    late: Vec<Late>,
    /// A scope that is missing, or lacks the level of a model.
    pub(crate) unscoped: Option<&'static str>,
}

impl Dependencies {
    pub(crate) fn new(bound: &Arc<Bound>) -> Self {
        Dependencies {
            bound: Arc::clone(bound),
            tenant: TenantPath::default(),
            user: SmallVec::new(),
            tags: SmallVec::new(),
            models: SmallVec::new(),
            late: Vec::new(),
            unscoped: None,
        }
    }

    /// Of a call: in its tenant, of its user.
    pub(crate) fn of(call: Call, bound: &Arc<Bound>) -> Self {
        let unscoped = match call.bypass {
            Some(Bypass::Unscoped(what)) => Some(what),
            _ => None,
        };
        let (tenant, user) = (call.tenant.unwrap_or_default(), call.user.unwrap_or_default());
        Dependencies { tenant, user, unscoped, ..Dependencies::new(bound) }
    }

    fn tags_of<M: Model>(&self) -> ModelTags<'_> {
        ModelTags { namespace: &self.bound.core.namespace, model: M::NAME }
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
        let tags = self.tags_of::<M>();
        let (row, whole) = (tags.row(&path, id), (!path.is_empty()).then(|| tags.read_late(&path)));
        self.tags.push(row);
        match whole {
            Some(whole) => self.tags.extend(whole),
            None if self.models.contains(&M::NAME) => {}
            None => self.models.push(M::NAME),
        }
    }

    /// `M(each ids)`: rows.
    pub(crate) fn rows<M: Model>(&mut self, ids: &Ids) {
        match ids.few() {
            Some(ids) => ids.iter().for_each(|id| self.row::<M>(id)),
            None => self.model::<M>(),
        }
    }

    /// `M(ret.id)`: rows that only the result names.
    pub(crate) fn late<M: Model>(&mut self) {
        let Some(path) = self.cut::<M>() else { return };
        let tags = self.tags_of::<M>().read_late(&path);
        self.tags.extend(tags);
        self.late.push(Late { model: M::NAME, path });
    }

    /// `M`: the whole model, in the tenant if it belongs to one.
    pub(crate) fn model<M: Model>(&mut self) {
        let Some(path) = self.cut::<M>() else { return };
        let tags = self.tags_of::<M>().read(&path);
        self.tags.extend(tags);
    }

    /// `across(M)`: the model in all tenants.
    pub(crate) fn across<M: Model>(&mut self) {
        let tags = self.tags_of::<M>().read_across();
        self.tags.extend(tags);
    }

    /// The tenant, where no function says who it is.
    pub(crate) fn in_tenant(&mut self, tenant: TenantPath) {
        self.tenant = tenant;
    }

    /// The user, likewise.
    pub(crate) fn of_user(&mut self, user: SmallVec<[u8; 24]>) {
        self.user = user;
    }

    /// A row or a model, in the tenant unless it names another.
    pub(crate) fn on(&mut self, rows: &Rows) {
        self.tags.extend(rows.read(&self.bound.core.namespace, &self.tenant));
    }

    pub(crate) fn scope(&self) -> Scope {
        Scope { tenant: SmallVec::from_slice(self.tenant.bytes()), user: self.user.clone() }
    }

    /// Where the load finds what it learns to depend on.
    pub(crate) fn origin(&self) -> Origin {
        let core = &self.bound.core;
        Origin {
            epochs: core.epochs.clone(),
            namespace: Arc::clone(&core.namespace),
            tenant: self.tenant.clone(),
            strict: self.bound.alias.verifies,
            max_staleness: self.bound.alias.max_staleness,
            stamps: core.remote.as_ref().map(|_| Arc::clone(core) as Arc<dyn Stamps>),
        }
    }

    /// The epochs of all of it, and of all that the key lies in, held from here on.
    pub(crate) fn hold(&self, key: &[u8]) -> Held {
        let Bound { core, function, alias, common, buckets, .. } = &*self.bound;
        let namespace = &core.namespace;
        // What models have in common comes first, whether or not it is held for all: all processes have one order.
        let mut tags = SmallVec::<[Tag; 16]>::new();
        let shared = common.hold(namespace, &self.models, &core.epochs, &mut tags);
        tags.extend_from_slice(&self.tags);
        for level in self.tenant.levels() {
            tags.push(Tag::tenant(namespace, level));
            tags.push(Tag::tenant_alias(namespace, level, alias.name));
            tags.push(Tag::tenant_function(namespace, level, function.name));
        }
        if !self.user.is_empty() {
            // Of the user in each level of the tenant, and wherever.
            let levels = self.tenant.levels().chain([&[][..]]);
            tags.extend(levels.map(|level| Tag::user(namespace, level, &self.user)));
        }
        tags.push(buckets.tag(key));
        // Each once, in the order in which all calls of the function have them.
        let is_shared = |tag: Tag| shared.iter().any(|epoch| epoch.tag() == tag);
        let mut count = 0;
        for at in 0..tags.len() {
            if !tags[..count].contains(&tags[at]) && !is_shared(tags[at]) {
                tags[count] = tags[at];
                count += 1;
            }
        }
        tags.truncate(count);
        let held = EpochList::of_function(shared, tags.iter().map(|tag| core.epochs.hold(*tag)));
        Held { epochs: held, provisional: Provisional::hold(self.late.clone(), namespace, &core.epochs) }
    }
}

/// What a call depends on, as far as that is known before its load: held.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) epochs: EpochList,
    pub(crate) provisional: Provisional,
}

impl Held {
    /// What has a stamp when its load begins.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Epoch> + Clone {
        self.epochs.iter().chain(&self.provisional.any)
    }
}

/// The key of a call in the near store.
#[inline]
pub(crate) fn near_key<'a>(bound: &Bound, key: KeyBytes<'a>) -> NearKeyRef<'a> {
    NearKeyRef::of(bound.number, key)
}

/// A key as text.
pub(crate) fn key_text(bound: &Bound, key: &NearKey) -> String {
    text(bound, &key.bytes, 0)
}

/// A key as text in the shared tier, where a type of that fingerprint is stored: of two shapes of a type neither finds what is
/// stored of the other.
pub(super) fn text(bound: &Bound, key: &[u8], fingerprint: u64) -> String {
    crate::key::text::Parts {
        namespace: &bound.core.namespace,
        alias: bound.alias.name,
        function: bound.function.name,
        version: bound.function.version,
        fingerprint,
        arguments: bound.function.arguments,
        key,
    }
    .render()
}
