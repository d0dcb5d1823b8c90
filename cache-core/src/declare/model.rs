//! Models: what cached values depend on and writers change.

use std::any::TypeId;
use std::marker::PhantomData;

use super::scope::TenantPath;
use crate::key::{CacheKey, KeyName};

/// Something that values are computed from and that writers change: a table, a collection, a remote resource.
///
/// Derived on the struct of a row, or on a marker where there is none. A tag is a model without rows of its own:
/// `#[derive(Model)] #[model(name = "shop.in_category", id = i64)] struct InCategory;`.
///
/// ```
/// use cache_core::{Model, Tenant};
///
/// #[derive(Tenant)]
/// struct Org(i64);
///
/// #[derive(Model)]
/// #[model(name = "rbac.role", per_tenant = Org)]
/// struct Role {
///     #[model(id)]
///     id: i64,
///     name: String,
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "expected a type with `#[derive(Model)]`",
    note = "derive it: `#[derive(cache_core::Model)] #[model(name = \"..\")]` on the row's struct, or on a marker with `id = ..`"
)]
pub trait Model: KeyName + 'static {
    /// What tells one row from another; [`NoId`] for a model that is invalidated as a whole only.
    type Id: CacheKey;
    /// [`Everywhere`], or [`PerTenant<T>`](PerTenant).
    type Scope: ModelScope;
    /// The name, unique in the program and the same in each of its versions.
    const NAME: &'static str;

    /// What the attributes of functions say of it.
    #[doc(hidden)]
    const FACTS: ModelFacts =
        ModelFacts { name: Self::NAME, per_tenant: <Self::Scope as ModelScope>::PER_TENANT };
}

/// A model, as its type states it.
#[doc(hidden)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ModelFacts {
    pub name: &'static str,
    pub per_tenant: bool,
}

/// A model that belongs to no tenant.
#[derive(Debug)]
pub enum Everywhere {}

/// A model whose rows belong to tenants of this level.
#[derive(Debug)]
pub struct PerTenant<L>(PhantomData<L>);

/// The id of a model without rows. No value has this type.
#[derive(Debug)]
pub enum NoId {}

impl CacheKey for NoId {
    fn write_key(&self, _: &mut crate::KeyWriter) {
        match *self {}
    }
}

/// Where a model's rows belong.
pub trait ModelScope: 'static {
    #[doc(hidden)]
    const PER_TENANT: bool;

    /// The part of a tenant's path that the model's rows go by; `None` if the path lacks that level.
    #[doc(hidden)]
    fn cut(path: &TenantPath) -> Option<&[u8]>;
}

impl ModelScope for Everywhere {
    const PER_TENANT: bool = false;

    fn cut(_: &TenantPath) -> Option<&[u8]> {
        Some(&[])
    }
}

impl<L: 'static> ModelScope for PerTenant<L> {
    const PER_TENANT: bool = true;

    fn cut(path: &TenantPath) -> Option<&[u8]> {
        path.up_to(TypeId::of::<L>())
    }
}
