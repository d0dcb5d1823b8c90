//! What is asked of a return type, each with one error at the author's word.

use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::near::size;
use crate::path::bytes::Bytes;
use crate::path::shape::{Kind, Shape};
use crate::path::write::On;

/// What can be kept in the process.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be kept in a cache",
    label = "this return value can't be cached",
    note = "a cached value is `Clone + Send + Sync + 'static`; what isn't `Clone` is returned in an `Arc`, which is cheap to \
            clone"
)]
pub trait Storage: Clone + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Clone + Send + Sync + 'static> Storage for T {}

/// What can leave the process too. One bound, so that one error says all that is missing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be stored",
    label = "this return value can't be cached",
    note = "a cached value is `Clone + Send + Sync + 'static`, and may leave the process: derive `Clone`, `serde::Serialize` \
            and `serde::Deserialize`",
    note = "with `local` in the attribute it stays, and needs no serde; what isn't `Clone` is returned in an `Arc`"
)]
pub trait Storable: Storage {
    /// How many bytes it takes.
    fn size(&self) -> usize;
    /// How it leaves the process.
    fn bytes() -> Bytes;
}

#[diagnostic::do_not_recommend]
impl<T: Storage + Serialize + DeserializeOwned> Storable for T {
    fn size(&self) -> usize {
        size::of(self)
    }

    #[inline]
    fn bytes() -> Bytes {
        Bytes::of::<T>()
    }
}

/// An optional value, for `none_ttl`.
#[diagnostic::on_unimplemented(
    message = "`none_ttl` is for functions that return an `Option`, or a `Result` of one, not `{Self}`",
    label = "the value is no `Option`"
)]
pub trait Optional {
    fn is_none(&self) -> bool;
}

#[diagnostic::do_not_recommend]
impl<T> Optional for Option<T> {
    fn is_none(&self) -> bool {
        Option::is_none(self)
    }
}

/// A value by itself that has errors after all. Never holds: says what is wrong.
#[diagnostic::on_unimplemented(
    message = "`on`, `err_ttl` and `stale_if_error` are for functions that can fail, and `{Self}` has no errors",
    label = "expected a `Result`, found `{Self}`",
    note = "a wrapper of your own has errors if it implements `cache_core::Outcome`"
)]
pub trait Fallible {
    type Error;
}

/// What `err_ttl` asks of an error.
#[diagnostic::on_unimplemented(
    message = "`err_ttl` stores the error, and `{Self}` can't be stored",
    label = "this error can't be stored",
    note = "an error that is stored is `Clone + Send + Sync + 'static`; what isn't `Clone` is returned in an `Arc`, and what is \
            boxed as `Arc<dyn Error + Send + Sync>`"
)]
pub trait StorableError: Clone + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Clone + Send + Sync + 'static> StorableError for T {}

impl<R, K: Kind<R>> Shape<R, K> {
    /// `none_ttl = ".."`.
    #[must_use]
    pub fn none_ttl(self) -> Self
    where
        K::Value: Optional,
    {
        self.none_if(<K::Value as Optional>::is_none)
    }
}

/// The errors of a return type that has any.
#[derive(Debug)]
pub struct Errors<E>(pub(super) PhantomData<fn(E)>);

impl<E> Errors<E> {
    /// `on = ok`.
    #[inline]
    pub fn on_ok(self) -> On<E> {
        On::Ok
    }

    /// `on = |error| ..`.
    #[inline]
    pub fn on(self, predicate: fn(&E) -> bool) -> On<E> {
        On::If(predicate)
    }
}
