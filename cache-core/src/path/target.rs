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
use std::sync::Arc;

use crate::cache::{Cache, Core};
use crate::declare::{Alias, Model, ModelScope, Tenant, TenantPath, User, user_bytes};
use crate::fresh::changes::Invalidated;
use crate::key::ids::{IdOf, id_bytes};
use crate::key::tag::{ModelTags, Tag};
use crate::key::text;

/// What to invalidate, for [`Cache::invalidate`]. Costs the same however many entries it reaches.
#[must_use = "nothing is invalidated until it is given to `Cache::invalidate`"]
pub struct Target {
    tenant: TenantPath,
    tags: Box<Tags>,
}

type Tags = dyn Fn(&Place<'_>) -> Vec<Tag> + Send + Sync;

/// Where a target lies.
struct Place<'a> {
    namespace: &'a str,
    tenant: &'a TenantPath,
}

impl Target {
    fn new(tags: impl Fn(&Place<'_>) -> Vec<Tag> + Send + Sync + 'static) -> Self {
        Target { tenant: TenantPath::default(), tags: Box::new(tags) }
    }

    /// Of a tenant only.
    pub fn of<T: Tenant>(self, tenant: T) -> Self {
        Target { tenant: TenantPath::of(&tenant), ..self }
    }
}

impl Place<'_> {
    /// A tag of a tenant if one is given, of all otherwise.
    fn of_tenant(
        &self,
        within: impl FnOnce(&str, &[u8]) -> Tag,
        overall: impl FnOnce(&str) -> Tag,
    ) -> Vec<Tag> {
        match self.tenant.bytes() {
            [] => vec![overall(self.namespace)],
            path => vec![within(self.namespace, path)],
        }
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
    fn written(&self, namespace: &str) -> Vec<Tag> {
        let (nowhere, tags) = (TenantPath::default(), self.tags(namespace));
        match (self.path(&nowhere), &self.id) {
            (Some(path), Some(id)) => tags.write_row(path, id).into(),
            (Some(path), None) => tags.write(path).into(),
            (None, _) => tags.write_across().into(),
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
        Target::new(move |place| rows.written(place.namespace))
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
    Target::new(|place| vec![Tag::tenant(place.namespace, place.tenant.bytes())]).of(tenant)
}

/// All entries of functions that are scoped by this user: in the tenant given with [`of`](Target::of) and those inside
/// of it, or wherever.
pub fn user<U: User>(user: U) -> Target {
    let user = user_bytes(&user);
    Target::new(move |place| vec![Tag::user(place.namespace, place.tenant.bytes(), &user)])
}

/// All entries of an alias: of the tenant given with [`of`](Target::of), or of all.
pub fn alias<A: Alias>() -> Target {
    Target::new(|place| {
        place.of_tenant(
            |namespace, path| Tag::tenant_alias(namespace, path, A::NAME),
            |namespace| Tag::alias(namespace, A::NAME),
        )
    })
}

/// All entries of a function, by its name (`module::function`, or what `name = ".."` says): of the tenant given with
/// [`of`](Target::of), or of all.
pub fn function(name: impl Into<String>) -> Target {
    let name = name.into();
    Target::new(move |place| {
        place.of_tenant(
            |namespace, path| Tag::tenant_function(namespace, path, &name),
            |namespace| Tag::function(namespace, &name),
        )
    })
}

/// All entries of the namespace.
pub fn everything() -> Target {
    Target::new(|place| vec![Tag::namespace(place.namespace)])
}

impl Cache {
    /// Invalidates. Reads that start after it has returned don't get what was loaded before, wherever a load has got
    /// to; in a unit of work, reads that start after that has ended.
    pub async fn invalidate(&self, target: impl Into<Target>) -> Invalidated {
        self.core().invalidate_target(&target.into())
    }

    /// [`invalidate`](Self::invalidate) for sync code.
    pub fn invalidate_sync(&self, target: impl Into<Target>) -> Invalidated {
        self.core().invalidate_target(&target.into())
    }
}

impl Core {
    fn invalidate_target(self: &Arc<Self>, target: &Target) -> Invalidated {
        let place = Place { namespace: &self.namespace, tenant: &target.tenant };
        self.invalidate((target.tags)(&place))
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}
