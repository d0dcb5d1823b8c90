//! An argument of a call, or what a pattern binds of one: a part of the key, the scope, or neither. Found like [`Probe`].
//!
//! [`Probe`]: super::Probe

use std::marker::PhantomData;

use super::scope::{In, InUser, NotAScope};
use crate::declare::{NoKey, OpenTransaction, Tenant, User};
use crate::key::CacheKey;
use crate::path::call::Call;
use crate::path::transaction::{Transaction, Unit};

/// Of a type with parameters, by its derive: nothing is both.
pub trait EitherCacheKeyOrNoKey {}

/// There as a rule; not where an entry leaves it out, being [`NoKey`].
#[derive(Debug)]
pub struct Argument<'a, T: ?Sized>(pub Option<&'a T>);

impl<'a, T: ?Sized> Argument<'a, T> {
    /// One that is there.
    #[inline]
    pub const fn of(argument: &'a T) -> Self {
        Argument(Some(argument))
    }

    /// One that is left out.
    #[inline]
    pub const fn none() -> Self {
        Argument(None)
    }
}

impl<T: ?Sized> Clone for Argument<'_, T> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Argument<'_, T> {}

/// [`Argument::of`].
#[inline]
pub const fn of<T: ?Sized>(argument: &T) -> Argument<'_, T> {
    Argument(Some(argument))
}

/// What holds where no inherent method of [`Argument`] does.
pub trait AnyArgument {
    type Subject: ?Sized;

    /// Written into the key, unless it is there as the scope.
    fn __cache_part(self, is_scope: bool, call: &mut Call, position: u8)
    where
        Self::Subject: CacheKey;

    /// Not left out by its type: for `key = ..`.
    #[inline]
    fn __cache_left_out(self) -> Kept<Self::Subject>
    where
        Self: Sized,
    {
        Kept(PhantomData)
    }

    /// No tenant.
    #[inline]
    fn __cache_tenant(self) -> NotAScope
    where
        Self: Sized,
    {
        NotAScope
    }

    /// No user.
    #[inline]
    fn __cache_user(self) -> NotAScope
    where
        Self: Sized,
    {
        NotAScope
    }

    /// No transaction.
    #[inline]
    fn __cache_unit(self) -> Option<&'static Unit>
    where
        Self: Sized,
    {
        None
    }

    /// Nor an open one.
    #[inline]
    fn __cache_is_open(self) -> bool
    where
        Self: Sized,
    {
        false
    }

    /// Of a writer: it has committed when it returns.
    #[inline]
    fn __cache_commits(self)
    where
        Self: Sized,
    {
    }
}

impl<T: ?Sized> AnyArgument for Argument<'_, T> {
    type Subject = T;

    #[inline]
    fn __cache_part(self, is_scope: bool, call: &mut Call, position: u8)
    where
        T: CacheKey,
    {
        if !is_scope {
            // Left out are arguments that are `NoKey` alone: this is never one of them.
            call.argument(position, self.0.expect("a part of the key is given"));
        }
    }
}

impl<T: NoKey + ?Sized> Argument<'_, T> {
    #[inline]
    pub const fn __cache_part(self, _: bool, _: &mut Call, _: u8) {}

    #[inline]
    pub const fn __cache_left_out(self) -> LeftOut {
        LeftOut
    }
}

/// Left out of all keys by its type.
#[derive(Clone, Copy, Debug)]
pub struct LeftOut;

/// Not left out.
#[derive(Debug)]
pub struct Kept<T: ?Sized>(PhantomData<fn(&T)>);

/// An argument that doesn't occur in `key = (..)`, with what was found of it as a tenant and as a user.
pub trait Accounted<Tenant, User> {
    /// What is wrong with that.
    type Fault;
}

/// Nothing.
#[derive(Clone, Copy, Debug)]
pub struct NoFault;

/// It is nowhere.
#[derive(Clone, Copy, Debug)]
pub struct NotInKey;

#[diagnostic::on_unimplemented(
    message = "this argument doesn't occur in `key`",
    label = "not in `key`",
    note = "each argument occurs in `key = (..)`, or is named in `skip(..)`, or is of a type that is `NoKey`"
)]
pub trait InKey {}

impl InKey for NoFault {}

impl<N, U> Accounted<N, U> for LeftOut {
    type Fault = NoFault;
}

impl<T: ?Sized, A: ?Sized, U> Accounted<In<'_, A>, U> for Kept<T> {
    type Fault = NoFault;
}

impl<T: ?Sized, A: ?Sized> Accounted<NotAScope, InUser<'_, A>> for Kept<T> {
    type Fault = NoFault;
}

impl<T: ?Sized> Accounted<NotAScope, NotAScope> for Kept<T> {
    type Fault = NotInKey;
}

/// What `key = (..)` asks of an argument that doesn't occur in it.
#[inline]
pub fn accounted<A, N, U>(_: A, _: N, _: U)
where
    A: Accounted<N, U, Fault: InKey>,
{
}

impl<'a, T: Tenant + ?Sized> Argument<'a, T> {
    #[inline]
    pub const fn __cache_tenant(self) -> In<'a, T> {
        In::new(self.0)
    }
}

impl<'a, T: User + ?Sized> Argument<'a, T> {
    #[inline]
    pub const fn __cache_user(self) -> InUser<'a, T> {
        InUser::new(self.0)
    }
}

impl<'a, T: Transaction + ?Sized> Argument<'a, T> {
    #[inline]
    pub fn __cache_unit(self) -> Option<&'a Unit> {
        self.0.map(T::unit)
    }
}

impl<T: OpenTransaction + ?Sized> Argument<'_, T> {
    #[inline]
    pub fn __cache_is_open(self) -> bool {
        self.0.is_some_and(T::is_open)
    }

    pub const fn __cache_commits(self)
    where
        T: Commits,
    {
    }
}

/// Never holds: says what is wrong with a writer on an open transaction.
#[diagnostic::on_unimplemented(
    message = "a transaction on `{Self}` commits after this writer has invalidated, and what is read in between is kept",
    label = "commits later",
    note = "take a `&mut cache_sqlx::Tx<_>`, which invalidates when it is committed",
    note = "or say `before_commit`, and put a `cache_core::unit_of_work` around the transaction, its commit included"
)]
pub trait Commits {}
