//! What a type is, found by the compiler: what is inherent and has a bound is preferred to a trait's without.

use std::convert::Infallible;
use std::marker::PhantomData;

use super::result::{Errors, Fallible, Storable, StorableError, Storage};
use crate::declare::{Levels, NoKey, Outcome, Tenant, User};
use crate::near::size;
use crate::path::shape::{ByTrait, ErrorShape, Kind, Plain, Shape, Within};

/// Asks about a type. What is inherent holds where their bound does; otherwise those of [`Fallback`].
#[derive(Debug)]
pub struct Probe<T: ?Sized>(PhantomData<fn(&T)>);

impl<T: ?Sized> Clone for Probe<T> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Probe<T> {}

impl<T: ?Sized> Probe<T> {
    #[inline]
    #[expect(clippy::new_without_default, reason = "named in generated code only")]
    pub const fn new() -> Self {
        Probe(PhantomData)
    }
}

/// What holds where no inherent method of [`Probe`] does.
pub trait Fallback {
    type Subject: ?Sized;

    /// Of an argument: a part of the key.
    const __CACHE_KEYED: bool = true;

    /// Of an argument: no tenant.
    const __CACHE_TENANT: Option<&'static Levels> = None;

    /// Of an argument: no user.
    const __CACHE_USER: Option<&'static Levels> = None;

    /// Of a return type: a value by itself.
    #[inline]
    fn __cache_kind(&self) -> Plain {
        Plain
    }

    /// Of a return type: how it is stored, where it may leave the process. These two are the one place with bounds.
    #[inline]
    fn __cache_shared(&self) -> Shape<Self::Subject, Plain>
    where
        Self::Subject: Storable,
    {
        Shape::new(Storable::size).leaving(<Self::Subject as Storable>::bytes())
    }

    /// Of a return type: how it is stored, where it stays.
    #[inline]
    fn __cache_local(&self) -> Shape<Self::Subject, Plain>
    where
        Self::Subject: Storage,
    {
        Shape::new(size::of_type)
    }

    /// Of a return type: its errors can't be cloned.
    #[inline]
    fn __cache_errors<E>(&self) -> Option<ErrorShape<E>> {
        None
    }

    /// Of a return type with `err_ttl`.
    fn __cache_err_ttl(&self)
    where
        Self::Subject: Fallible,
    {
    }

    /// Of a return type with `on = ..`.
    fn __cache_on(&self) -> Errors<<Self::Subject as Fallible>::Error>
    where
        Self::Subject: Fallible,
    {
        Errors(PhantomData)
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

    #[inline]
    pub fn __cache_shared(&self) -> Shape<R, ByTrait>
    where
        R::Value: Storable,
    {
        Shape::new(Storable::size).leaving(<R::Value as Storable>::bytes())
    }

    #[inline]
    pub const fn __cache_err_ttl(&self)
    where
        R::Error: StorableError,
    {
    }

    #[inline]
    pub const fn __cache_on(&self) -> Errors<R::Error> {
        Errors(PhantomData)
    }

    #[inline]
    pub fn __cache_local(&self) -> Shape<R, ByTrait>
    where
        R::Value: Storage,
    {
        Shape::new(size::of_type)
    }
}

/// Of a return type that is a `Result` of a wrapper: how it is stored. By value, and so found before what is inherent and
/// takes a reference.
pub trait OfWrapper: Sized {
    type Subject;
    type Value;

    #[inline]
    fn __cache_kind(self) -> Within {
        Within
    }

    #[inline]
    fn __cache_shared(self) -> Shape<Self::Subject, Within>
    where
        Within: Kind<Self::Subject, Value = Self::Value>,
        Self::Value: Storable,
    {
        Shape::new(Storable::size).leaving(<Self::Value as Storable>::bytes())
    }

    #[inline]
    fn __cache_local(self) -> Shape<Self::Subject, Within>
    where
        Within: Kind<Self::Subject, Value = Self::Value>,
        Self::Value: Storage,
    {
        Shape::new(size::of_type)
    }
}

impl<W: Outcome<Error = Infallible>, E> OfWrapper for Probe<Result<W, E>> {
    type Subject = Result<W, E>;
    type Value = W::Value;
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
}

impl<T: Tenant + ?Sized> Probe<T> {
    pub const __CACHE_TENANT: Option<&'static Levels> = Some(&T::LEVELS);
}

impl<T: User + ?Sized> Probe<T> {
    pub const __CACHE_USER: Option<&'static Levels> = Some(&Levels::new(None, &[T::NAME]));
}

/// What a function returned, as `ret` refers to it: what an option holds, anything else itself.
#[derive(Debug)]
pub struct Returned<'a, T: ?Sized>(pub &'a T);

impl<'a, T> Returned<'a, Option<T>> {
    #[inline]
    pub const fn __cache_ret(self) -> Option<&'a T> {
        self.0.as_ref()
    }
}

/// What holds where it is no option.
pub trait AnyReturned<'a> {
    type Value: ?Sized;

    fn __cache_ret(self) -> Option<&'a Self::Value>;
}

impl<'a, T: ?Sized> AnyReturned<'a> for Returned<'a, T> {
    type Value = T;

    #[inline]
    fn __cache_ret(self) -> Option<&'a T> {
        Some(self.0)
    }
}
