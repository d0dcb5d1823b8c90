//! What a type is, found by the compiler: an inherent method with a bound is preferred to a trait's without.

use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::scope::{In, InUser};
use crate::declare::{NoKey, Outcome, Tenant, User};
use crate::key::CacheKey;
use crate::path::call::{ByTrait, Call, ErrorShape, Kind, Plain, Shape};
use crate::path::write::On;

/// Asks about a type. The inherent methods hold where their bound does; otherwise those of [`Fallback`].
#[derive(Debug)]
pub struct Probe<T: ?Sized>(PhantomData<fn(&T)>);

impl<T: ?Sized> Probe<T> {
    #[inline]
    #[expect(clippy::new_without_default, reason = "named in generated code only")]
    pub const fn new() -> Self {
        Probe(PhantomData)
    }

    /// Of the type of an argument, or of what an argument binds. There as a rule; not where an entry leaves it out.
    #[inline]
    pub const fn of_part(_: Option<&T>) -> Self {
        Probe(PhantomData)
    }
}

/// What holds where no inherent method of [`Probe`] does.
pub trait Fallback {
    type Subject: ?Sized;

    /// Of an argument: a part of the key.
    const __CACHE_KEYED: bool = true;

    /// Of a return type: a value by itself.
    #[inline]
    fn __cache_kind(&self) -> Plain {
        Plain
    }

    /// Of a return type: its errors can't be cloned.
    #[inline]
    fn __cache_errors<E>(&self) -> Option<ErrorShape<E>> {
        None
    }

    /// Of an argument: a part of the key.
    #[inline]
    fn __cache_part(&self) -> Keyed {
        Keyed
    }

    /// Of an argument: no tenant.
    #[inline]
    fn __cache_tenant(&self, _: Option<&Self::Subject>) -> NotAScope {
        NotAScope
    }

    /// Of an argument: no user.
    #[inline]
    fn __cache_user(&self, _: Option<&Self::Subject>) -> NotAScope {
        NotAScope
    }
}

impl<T: ?Sized> Fallback for Probe<T> {
    type Subject = T;
}

impl<R: Outcome> Probe<R> {
    #[inline]
    pub const fn __cache_kind(&self) -> ByTrait {
        ByTrait
    }
}

impl<R: Outcome> Probe<R>
where
    R::Error: Clone + Send + Sync + 'static,
{
    #[inline]
    pub fn __cache_errors(&self) -> Option<ErrorShape<R::Error>> {
        Some(ErrorShape::new())
    }
}

impl<T: NoKey + ?Sized> Probe<T> {
    pub const __CACHE_KEYED: bool = false;

    #[inline]
    pub const fn __cache_part(&self) -> LeftOut {
        LeftOut
    }
}

impl<T: Tenant + ?Sized> Probe<T> {
    #[inline]
    pub const fn __cache_tenant<'a>(&self, tenant: Option<&'a T>) -> In<'a, T> {
        In(tenant)
    }
}

impl<T: User + ?Sized> Probe<T> {
    #[inline]
    pub const fn __cache_user<'a>(&self, user: Option<&'a T>) -> InUser<'a, T> {
        InUser(user)
    }
}

/// An argument that is no scope.
#[derive(Clone, Copy, Debug)]
pub struct NotAScope;

/// An argument that is a part of the key.
#[derive(Clone, Copy, Debug)]
pub struct Keyed;

/// An argument that is none.
#[derive(Clone, Copy, Debug)]
pub struct LeftOut;

/// Writes an argument, or doesn't.
pub trait Part<T: ?Sized> {
    fn write_part(self, call: &mut Call, position: u8, value: Option<&T>);
}

#[diagnostic::do_not_recommend]
impl<T: CacheKey + ?Sized> Part<T> for Keyed {
    #[inline]
    fn write_part(self, call: &mut Call, position: u8, value: Option<&T>) {
        // Left out are arguments that derive `NoKey` alone: this is never one of them.
        let value = value.expect("a part of the key is given");
        call.argument(position, value);
    }
}

impl<T: ?Sized> Part<T> for LeftOut {
    #[inline]
    fn write_part(self, _: &mut Call, _: u8, _: Option<&T>) {}
}

/// Whether an argument is of a type that scopes.
pub trait MayScope {
    const SCOPES: bool;
}

impl MayScope for NotAScope {
    const SCOPES: bool = false;
}

impl<T: ?Sized> MayScope for In<'_, T> {
    const SCOPES: bool = true;
}

impl<T: ?Sized> MayScope for InUser<'_, T> {
    const SCOPES: bool = true;
}

/// A part of the key, unless it is the scope already.
#[inline]
pub fn part<P: Part<T>, T: ?Sized, N: MayScope, U: MayScope>(
    part: P,
    call: &mut Call,
    position: u8,
    value: Option<&T>,
    _tenant: N,
    _user: U,
) {
    if (N::SCOPES && call.has_tenant) || (U::SCOPES && call.has_user) {
        return;
    }
    part.write_part(call, position, value);
}

/// Names for what `per_tenant = expr` and `per_user = expr` must be.
#[expect(non_snake_case, reason = "stands for a constructor, with a bound")]
#[inline]
pub fn TenantArgument<T: Tenant + ?Sized>(tenant: &T) -> In<'_, T> {
    In(Some(tenant))
}

#[expect(non_snake_case, reason = "stands for a constructor, with a bound")]
#[inline]
pub fn UserArgument<T: User + ?Sized>(user: &T) -> InUser<'_, T> {
    InUser(Some(user))
}

/// What can be kept in the process.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be kept in a cache",
    label = "this return value can't be cached",
    note = "a cached value must be `Clone + Send + Sync + 'static`; `Arc<{Self}>` is `Clone`, and cheap to clone"
)]
pub trait Storage: Clone + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Clone + Send + Sync + 'static> Storage for T {}

/// What can leave the process.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be stored outside of the process",
    label = "this return value can't be serialized",
    note = "derive `serde::Serialize` and `serde::Deserialize` on it, or say `local` in the attribute"
)]
pub trait Storable {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> Storable for T {}

/// How a return type is stored, where it may leave the process: the one place that asks for serde.
#[inline]
pub fn shared<R, K: Kind<R>>(_: K) -> Shape<R, K>
where
    K::Value: Storage + Storable,
{
    Shape::new()
}

/// The same where it stays.
#[inline]
pub fn local<R, K: Kind<R>>(_: K) -> Shape<R, K>
where
    K::Value: Storage,
{
    Shape::new()
}

/// Gives a closure the type that `store_if` takes.
#[inline]
pub fn store_if<R, K: Kind<R>>(_: K, store_if: fn(&K::Value) -> bool) -> fn(&K::Value) -> bool {
    store_if
}

/// An optional value, for `none_ttl`.
#[diagnostic::on_unimplemented(
    message = "`none_ttl` is for functions that return an `Option`, or a `Result` of one, not `{Self}`",
    label = "not an `Option`"
)]
pub trait Optional {
    fn is_none(&self) -> bool;
}

impl<T> Optional for Option<T> {
    fn is_none(&self) -> bool {
        Option::is_none(self)
    }
}

#[inline]
pub fn none_if<R, K: Kind<R>>(_: K) -> fn(&K::Value) -> bool
where
    K::Value: Optional,
{
    <K::Value as Optional>::is_none
}

/// What `err_ttl` asks of an error.
#[diagnostic::on_unimplemented(
    message = "`err_ttl` stores the error, and `{Self}` can't be stored",
    label = "the error can't be cloned",
    note = "an error that is stored must be `Clone + Send + Sync + 'static`: return `Arc<{Self}>`"
)]
pub trait StorableError: Clone + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Clone + Send + Sync + 'static> StorableError for T {}

#[inline]
pub fn assert_error<R, K: Kind<R>>(_: K)
where
    K::Error: StorableError,
{
}

/// Gives a closure the type that `on = |e| ..` takes.
#[inline]
pub fn on_error<R, K: Kind<R>>(_: K, predicate: fn(&K::Error) -> bool) -> On<K::Error> {
    On::If(predicate)
}
