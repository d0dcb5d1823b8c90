//! Which models a scope may see, and what a function does with them.

use std::marker::PhantomData;

use super::row::Rows;
use super::scope::{Ambient, Both, In, NoArgument};
use crate::declare::{Everywhere, Model, PerTenant, Tenant};
use crate::path::call::Dependencies;
use crate::path::write::Bumps;

/// At this level.
#[derive(Debug)]
pub enum Here {}

/// At a level further out.
#[derive(Debug)]
pub struct Up<I>(PhantomData<I>);

/// A tenant of the level `L`, or inside of one; `I` says where and is inferred.
pub trait Level<L, I> {}

impl<T: Tenant> Level<T, Here> for T {}
impl<T: Tenant + ?Sized, L, I> Level<L, Up<I>> for T where T::Parent: Level<L, I> {}

/// The scope of the model `M`, as seen by a function with the scope `S`.
#[diagnostic::on_unimplemented(
    message = "the rows of `{M}` belong to tenants (`{Self}`), and this function has no such tenant",
    label = "a model of tenants",
    note = "say `per_tenant` in the attribute, if an argument is such a tenant, or depend on the model in all tenants with \
            `across(..)`"
)]
pub trait VisibleIn<M, S, I> {}

macro_rules! visible {
    ($([$($generics:tt)*] $model:ty, $scope:ty, $at:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<M, $($generics)*> VisibleIn<M, $scope, $at> for $model {}
    )*};
}

visible! {
    [S] Everywhere, S, Here;
    [L] PerTenant<L>, Ambient, Here;
    [L, T: Level<L, I> + ?Sized, I] PerTenant<L>, In<'_, T>, I;
    // Reported already, by what makes them.
    [L] PerTenant<L>, NoArgument, Here;
    [L, A: ?Sized, B: ?Sized] PerTenant<L>, Both<A, B>, Here;
}

/// A model. Mentions what it has, so that of a type that is none the compiler reports that alone, and says the same
/// wherever it meets it.
pub trait AnyModel<Scope> {}

impl<M, S> AnyModel<S> for M {}

/// What `invalidate_on = [M]` asks of the tenant of a call.
#[inline]
pub fn visible<M: Model, S, I>(_: &S)
where
    M::Scope: VisibleIn<M, S, I>,
{
}

impl<T: ?Sized> In<'_, T> {
    /// [`visible`] in a tenant that an expression gives.
    #[inline]
    #[must_use]
    pub fn sees<M: Model, I>(self) -> Self
    where
        M::Scope: VisibleIn<M, Self, I>,
    {
        self
    }
}

/// `invalidate_on = [M]`.
pub fn depend<M: Model + AnyModel<M::Scope>>(dependencies: &mut Dependencies) {
    dependencies.model::<M>();
}

/// `invalidate_on = [M(each ids)]`.
pub fn depend_rows<M: Model + AnyModel<M::Scope>>(dependencies: &mut Dependencies, rows: &Rows<M>) {
    dependencies.rows::<M>(&rows.0);
}

/// `invalidate_on = [M(ret.id)]`, before there is a result.
pub fn depend_late<M: Model + AnyModel<M::Scope>>(dependencies: &mut Dependencies) {
    dependencies.late::<M>();
}

/// `invalidate_on = [across(M)]`.
pub fn depend_across<M: Model + AnyModel<M::Scope>>(dependencies: &mut Dependencies) {
    dependencies.across::<M>();
}

/// `#[invalidates(M)]`.
pub fn bump<M: Model + AnyModel<M::Scope>>(bumps: &mut Bumps) {
    bumps.model::<M>();
}

/// `#[invalidates(across(M))]`.
pub fn bump_across<M: Model + AnyModel<M::Scope>>(bumps: &mut Bumps) {
    bumps.across::<M>();
}

/// `#[invalidates(M(ret..))]`, before there is a result.
pub fn bump_later<M: Model + AnyModel<M::Scope>>(bumps: &mut Bumps) {
    bumps.later::<M>();
}

/// What `#[model(per_tenant = T)]` asks of `T`.
pub const fn assert_tenant<T: Tenant>() {}
