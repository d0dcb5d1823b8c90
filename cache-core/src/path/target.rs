//! What to invalidate, named explicitly: rows, models, tenants, users, functions, aliases, everything.
//!
//! ```
//! use cache_core::{Cache, Model, Tenant, target};
//!
//! #[derive(Tenant, Clone, Copy)]
//! struct Org(i64);
//!
//! #[derive(Model)]
//! #[model(name = "rbac.role", per_tenant = Org, id = i64)]
//! struct Role;
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! let cache = Cache::current();
//! cache.invalidate(target::row::<Role>(&5).of(Org(1))).await;    // a row of a tenant
//! cache.invalidate(target::model::<Role>().of(Org(1))).await;    // all roles of a tenant
//! cache.invalidate(target::model::<Role>()).await;               // all roles, in all tenants
//! cache.invalidate(target::tenant(Org(1))).await;                // all that a tenant has
//! cache.invalidate(target::everything()).await;
//! # }
//! ```

use std::fmt;

use smallvec::SmallVec;

use super::tell::wait_until;
use crate::cache::Cache;
use crate::declare::{Alias, Model, ModelScope, Tenant, TenantPath, User, user_bytes};
use crate::fresh::changes::{Changes, Invalidated};
use crate::fresh::telling::Telling;
use crate::key::ids::{IdOf, id_bytes};
use crate::key::tag::{ModelTags, Tag};
use crate::key::text;

/// What to invalidate, for [`Cache::invalidate`]. Costs the same however many entries it reaches.
#[must_use = "nothing is invalidated until it is given to `Cache::invalidate`"]
pub struct Target {
    /// Says what changes, in a namespace.
    change: Box<Change>,
    /// A function that is named.
    function: Option<String>,
}

type Change = dyn Fn(&str, &mut Changes) + Send + Sync;

impl Target {
    fn new(change: impl Fn(&str, &mut Changes) + Send + Sync + 'static) -> Self {
        Target { change: Box::new(change), function: None }
    }

    fn tag(tag: impl Fn(&str) -> Tag + Send + Sync + 'static) -> Self {
        Target::new(move |namespace, changes| changes.add([tag(namespace)]))
    }
}

/// All entries of an alias, a function or a user, wherever. Made by [`alias`], [`function`] and [`user`].
#[derive(Clone, Debug)]
#[must_use = "nothing is invalidated until it is given to `Cache::invalidate`"]
pub struct AllOf(Whose);

#[derive(Clone, Debug)]
enum Whose {
    Alias(&'static str),
    Function(String),
    User(SmallVec<[u8; 24]>),
}

impl AllOf {
    /// Of a tenant, and those inside of it, only.
    pub fn of<T: Tenant>(self, tenant: T) -> Target {
        self.within(TenantPath::of(&tenant))
    }

    fn within(self, tenant: TenantPath) -> Target {
        let AllOf(whose) = self;
        let function = match &whose {
            Whose::Function(name) => Some(name.clone()),
            _ => None,
        };
        let tag = move |namespace: &str| match (&whose, tenant.bytes()) {
            (Whose::Alias(name), []) => Tag::alias(namespace, name),
            (Whose::Alias(name), path) => Tag::tenant_alias(namespace, path, name),
            (Whose::Function(name), []) => Tag::function(namespace, name),
            (Whose::Function(name), path) => Tag::tenant_function(namespace, path, name),
            (Whose::User(user), path) => Tag::user(namespace, path, user),
        };
        Target { function, ..Target::tag(tag) }
    }
}

impl From<AllOf> for Target {
    fn from(all: AllOf) -> Target {
        all.within(TenantPath::default())
    }
}

/// A row of a model, or all of its rows: what entries depend on ([`depends_on`](crate::depends_on)), and what is
/// invalidated. Made by [`row`], [`model`] and [`across`].
#[derive(Clone, Debug)]
#[must_use = "nothing is invalidated until it is given to `Cache::invalidate`"]
pub struct Rows {
    model: &'static str,
    /// The model's type, as its author writes it.
    ty: fn() -> &'static str,
    /// The part of a tenant's path that the model goes by.
    cut: fn(&TenantPath) -> Option<&[u8]>,
    /// Of one row.
    id: Option<Box<[u8]>>,
    tenant: Option<TenantPath>,
}

impl Rows {
    fn new<M: Model>(id: Option<Box<[u8]>>) -> Self {
        Rows { model: M::NAME, ty: std::any::type_name::<M>, cut: M::Scope::cut, id, tenant: None }
    }

    /// Of this tenant. It goes by the level that its model belongs to.
    pub fn of<T: Tenant>(self, tenant: T) -> Self {
        Rows { tenant: Some(TenantPath::of(&tenant)), ..self }
    }

    /// The path of its tenant, the one around it if it names none; none means all tenants.
    fn path<'a>(&'a self, around: &'a TenantPath) -> Option<&'a [u8]> {
        (self.cut)(self.tenant.as_ref().unwrap_or(around))
    }

    fn tags<'a>(&self, namespace: &'a str) -> ModelTags<'a> {
        ModelTags { namespace, model: self.model }
    }

    /// What changes when it does.
    fn write(&self, namespace: &str, changes: &mut Changes) {
        let (nowhere, tags) = (TenantPath::default(), self.tags(namespace));
        match (self.path(&nowhere), &self.id) {
            (Some(path), Some(id)) => changes.write_row(tags, path, id),
            (Some(path), None) => changes.add(tags.write(path)),
            (None, _) => changes.add(tags.write_across()),
        }
    }

    /// What who reads it depends on, in the tenant around it if it names none. Where its level is missing, that is the
    /// model in all tenants: wider, never nothing.
    pub(crate) fn read(&self, namespace: &str, around: &TenantPath) -> Vec<Tag> {
        let tags = self.tags(namespace);
        match (self.path(around), &self.id) {
            (Some(path), Some(id)) => tags.read_row(path, id).into(),
            (Some(path), None) => tags.read(path).into(),
            (None, _) => tags.read_across().into(),
        }
    }

    /// The tags of which who reads it must depend on one, or miss a write to it.
    pub(crate) fn covering(&self, namespace: &str, around: &TenantPath) -> Vec<Tag> {
        let tags = self.tags(namespace);
        match (self.path(around), &self.id) {
            (Some(path), Some(id)) => tags.write_row(path, id).into(),
            (Some(path), None) => vec![tags.any(path), tags.any_everywhere()],
            (None, _) => vec![tags.any_everywhere()],
        }
    }

    /// What a function that reads it and doesn't depend on it is told.
    pub(crate) fn undeclared(&self, function: &str, around: &TenantPath) -> String {
        let Rows { model, ty, id, .. } = self;
        let ty = ty().rsplit("::").next().unwrap_or_default();
        let (read, remedy) = match (id, self.path(around)) {
            (Some(id), Some(_)) => (format!("`{model}` {}", text::value(id)), format!("{ty}(..)")),
            (None, Some(_)) => (format!("`{model}`"), ty.to_owned()),
            (_, None) => (format!("`{model}` of a tenant that its key lacks"), format!("across({ty})")),
        };
        format!(
            "`{function}` read {read} and doesn't depend on it: add `{remedy}` to its `invalidate_on`, or say \
             `depends_on` before the read"
        )
    }
}

impl From<Rows> for Target {
    fn from(rows: Rows) -> Target {
        Target::new(move |namespace, changes| rows.write(namespace, changes))
    }
}

/// A row. Without its tenant, the row's whole model in all tenants.
pub fn row<M: Model>(id: &(impl IdOf<M::Id> + ?Sized)) -> Rows {
    Rows::new::<M>(Some(id_bytes::<M::Id, _>(id)))
}

/// A model: in the tenant given with [`of`](Rows::of), or in all.
pub fn model<M: Model>() -> Rows {
    Rows::new::<M>(None)
}

/// A model in all tenants.
pub fn across<M: Model>() -> Rows {
    Rows { cut: |_| None, ..Rows::new::<M>(None) }
}

/// All entries of functions that are scoped by this tenant, or by one inside of it.
pub fn tenant<T: Tenant>(tenant: T) -> Target {
    let path = TenantPath::of(&tenant);
    Target::tag(move |namespace| Tag::tenant(namespace, path.bytes()))
}

/// All entries of functions that are scoped by this user: in the tenant given with [`of`](AllOf::of) and those inside
/// of it, or wherever.
pub fn user<U: User>(user: U) -> AllOf {
    AllOf(Whose::User(user_bytes(&user)))
}

/// All entries of an alias: of the tenant given with [`of`](AllOf::of), or of all.
pub fn alias<A: Alias>() -> AllOf {
    AllOf(Whose::Alias(A::NAME))
}

/// All entries of a function, by its name (`module::function`, or what `name = ".."` says): of the tenant given with
/// [`of`](AllOf::of), or of all. A name that no function has is warned of.
pub fn function(name: impl Into<String>) -> AllOf {
    AllOf(Whose::Function(name.into()))
}

/// All entries of the namespace.
pub fn everything() -> Target {
    Target::tag(Tag::namespace)
}

impl Cache {
    /// Invalidates. Reads that start after it has returned don't get what was loaded before, wherever a load has got
    /// to; in a unit of work, reads that start after that has ended.
    pub async fn invalidate(&self, target: impl Into<Target>) -> Invalidated {
        // Not held across the wait: a target needn't be `Send`.
        let telling = self.invalidate_target(&target.into());
        telling.await
    }

    /// [`invalidate`](Self::invalidate) for sync code: blocks its thread until the shared tier has answered, if there is one.
    pub fn invalidate_sync(&self, target: impl Into<Target>) -> Invalidated {
        wait_until(self.invalidate_target(&target.into()))
    }

    fn invalidate_target(&self, target: &Target) -> Telling {
        if let Some(function) = target.function.as_deref().filter(|function| !self.has_function(function)) {
            tracing::warn!(function, "no cached function has this name: nothing is invalidated");
        }
        let mut changes = Changes::default();
        (target.change)(&self.core().namespace, &mut changes);
        self.core().change(changes)
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target").finish_non_exhaustive()
    }
}
