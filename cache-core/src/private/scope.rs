//! Which argument is the scope: found by type, and checked with one error.

use std::marker::PhantomData;

use smallvec::SmallVec;

use super::ids::{IdOf, id_bytes};
use crate::declare::{Everywhere, Model, PerTenant, Scoped, Tenant, TenantPath, Unscoped, User, user_bytes};
use crate::fresh::context;
use crate::path::call::{CallScope, Dependencies, Missing};
use crate::path::write::Bumps;

type UserBytes = SmallVec<[u8; 24]>;

/// No scope.
#[derive(Clone, Copy, Debug)]
pub struct NoScope;

/// The tenant of a call, as an argument.
#[derive(Debug)]
pub struct In<'a, T: ?Sized>(pub Option<&'a T>);

/// The user of a call, as an argument.
#[derive(Debug)]
pub struct InUser<'a, T: ?Sized>(pub Option<&'a T>);

/// Two arguments that could be the scope.
#[derive(Debug)]
pub struct Both<A, B>(PhantomData<(A, B)>);

/// The scope that surrounds a call.
#[derive(Clone, Copy, Debug)]
pub struct Ambient;

impl CallScope for NoScope {
    #[inline]
    fn tenant(&self) -> Result<Option<TenantPath>, Missing> {
        Ok(None)
    }

    #[inline]
    fn user(&self) -> Result<Option<UserBytes>, Missing> {
        Ok(None)
    }
}

impl<T: Tenant + ?Sized> CallScope for In<'_, T> {
    #[inline]
    fn tenant(&self) -> Result<Option<TenantPath>, Missing> {
        self.0.map(|tenant| Some(TenantPath::of(tenant))).ok_or(Missing)
    }

    fn user(&self) -> Result<Option<UserBytes>, Missing> {
        Ok(None)
    }
}

impl<T: User + ?Sized> CallScope for InUser<'_, T> {
    fn tenant(&self) -> Result<Option<TenantPath>, Missing> {
        Ok(None)
    }

    #[inline]
    fn user(&self) -> Result<Option<UserBytes>, Missing> {
        self.0.map(|user| Some(user_bytes(user))).ok_or(Missing)
    }
}

impl CallScope for Ambient {
    fn tenant(&self) -> Result<Option<TenantPath>, Missing> {
        context::tenant().map(|path| Some((*path).clone())).ok_or(Missing)
    }

    fn user(&self) -> Result<Option<UserBytes>, Missing> {
        context::user().map(|user| Some(SmallVec::from_slice(&user))).ok_or(Missing)
    }
}

// ---- which of the arguments

/// Adds what a probe found in one more argument.
pub trait Pick<More> {
    type Picked;
    fn pick(self, more: More) -> Self::Picked;
}

impl<T> Pick<super::NotAScope> for T {
    type Picked = T;

    #[inline]
    fn pick(self, _: super::NotAScope) -> T {
        self
    }
}

macro_rules! picks {
    ($($scope:ident)*) => {$(
        impl<'a, T: ?Sized> Pick<$scope<'a, T>> for NoScope {
            type Picked = $scope<'a, T>;

            #[inline]
            fn pick(self, more: $scope<'a, T>) -> $scope<'a, T> {
                more
            }
        }

        impl<'a, 'b, A: ?Sized, B: ?Sized> Pick<$scope<'b, B>> for $scope<'a, A> {
            type Picked = Both<&'a A, &'b B>;

            fn pick(self, _: $scope<'b, B>) -> Both<&'a A, &'b B> {
                Both(PhantomData)
            }
        }

        impl<'a, A, B, T: ?Sized> Pick<$scope<'a, T>> for Both<A, B> {
            type Picked = Both<A, B>;

            fn pick(self, _: $scope<'a, T>) -> Both<A, B> {
                self
            }
        }
    )*};
}

picks!(In InUser);

#[inline]
pub fn pick<A: Pick<B>, B>(found: A, more: B) -> A::Picked {
    found.pick(more)
}

/// The one argument that is the scope.
#[diagnostic::on_unimplemented(
    message = "which argument is the scope? found `{Self}`",
    label = "not exactly one argument is a tenant (or user)",
    note = "`NoScope`: no argument has such a type; `Both<A, B>`: two have",
    note = "say which: `per_tenant = expr` (`per_user = expr`); or `= ambient`, for the one that surrounds the call; or \
            `global`, for none"
)]
pub trait Exactly {}

impl<T: ?Sized> Exactly for In<'_, T> {}
impl<T: ?Sized> Exactly for InUser<'_, T> {}

/// The attribute says nothing: the alias decides.
#[derive(Debug)]
pub enum Unsaid {}

/// `per_tenant`, `per_user`.
#[derive(Debug)]
pub enum Said {}

/// `global`.
#[derive(Debug)]
pub enum Global {}

/// From what the alias and the attribute say, and what was found, to the scope.
pub trait Resolve<AliasScope, Found> {
    type Scope;
    fn resolve(found: Found) -> Self::Scope;
}

impl<S, F> Resolve<S, F> for Global {
    type Scope = NoScope;

    #[inline]
    fn resolve(_: F) -> NoScope {
        NoScope
    }
}

impl<F> Resolve<Unscoped, F> for Unsaid {
    type Scope = NoScope;

    #[inline]
    fn resolve(_: F) -> NoScope {
        NoScope
    }
}

#[diagnostic::do_not_recommend]
impl<F: Exactly> Resolve<Scoped, F> for Unsaid {
    type Scope = F;

    #[inline]
    fn resolve(found: F) -> F {
        found
    }
}

#[diagnostic::do_not_recommend]
impl<S, F: Exactly> Resolve<S, F> for Said {
    type Scope = F;

    #[inline]
    fn resolve(found: F) -> F {
        found
    }
}

/// The scope, from what was found among the arguments.
#[inline]
pub fn tenant<A: crate::Alias, O: Resolve<A::Tenant, F>, F>(found: F) -> O::Scope {
    O::resolve(found)
}

#[inline]
pub fn user<A: crate::Alias, O: Resolve<A::User, F>, F>(found: F) -> O::Scope {
    O::resolve(found)
}

// ---- which models a scope may see

/// At this level.
#[derive(Debug)]
pub enum Here {}

/// At a level further out.
#[derive(Debug)]
pub struct Up<I>(PhantomData<I>);

/// A tenant of the level `L`, or inside of one; `I` says where and is inferred.
pub trait Within<L, I> {}

#[diagnostic::do_not_recommend]
impl<T: Tenant> Within<T, Here> for T {}

#[diagnostic::do_not_recommend]
impl<T: Tenant + ?Sized, L, I> Within<L, Up<I>> for T where T::Parent: Within<L, I> {}

/// What a model's scope asks of a function's.
pub trait Fits<S, I> {}

impl<S> Fits<S, Here> for Everywhere {}
impl<L> Fits<Ambient, Here> for PerTenant<L> {}

#[diagnostic::do_not_recommend]
impl<L, T: Within<L, I> + ?Sized, I> Fits<In<'_, T>, I> for PerTenant<L> {}

/// A model that a function with the scope `S` may depend on.
#[diagnostic::on_unimplemented(
    message = "`{Self}` belongs to a tenant, and this function has none of that level",
    label = "a model `per_tenant`",
    note = "add `per_tenant` to the attribute, or depend on the model in all tenants with `across({Self})`"
)]
pub trait VisibleIn<S, I>: Model {}

#[diagnostic::do_not_recommend]
impl<M: Model, S, I> VisibleIn<S, I> for M where M::Scope: Fits<S, I> {}

impl Dependencies {
    /// `M(id)`.
    pub fn on_row<M, S, I, T>(&mut self, _: &S, id: &T)
    where
        M: VisibleIn<S, I>,
        T: IdOf<M::Id> + ?Sized,
    {
        self.row::<M>(&id_bytes::<M::Id, T>(id));
    }

    /// `M`.
    pub fn on_model<M: VisibleIn<S, I>, S, I>(&mut self, _: &S) {
        self.model::<M>();
    }

    /// `across(M)`.
    pub fn on_model_across<M: Model>(&mut self) {
        self.across::<M>();
    }
}

impl Bumps {
    /// `M(id)`.
    pub fn on_row<M: Model, T: IdOf<M::Id> + ?Sized>(&mut self, id: &T) {
        self.row::<M>(&id_bytes::<M::Id, T>(id));
    }

    /// `M`.
    pub fn on_model<M: Model>(&mut self) {
        self.model::<M>();
    }

    /// `across(M)`.
    pub fn on_model_across<M: Model>(&mut self) {
        self.across::<M>();
    }

    /// `M(ret..)`, before there is a result.
    pub fn on_row_later<M: Model>(&mut self) {
        self.later::<M>();
    }
}
