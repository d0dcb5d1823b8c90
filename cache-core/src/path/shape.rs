//! What is stored of a return type: how it is taken apart, kept, and made again.

use std::any::Any;
use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::late::Found;
use crate::bound::Bound;
use crate::clock::Instant;
use crate::declare::{Outcome, Ttl};
use crate::fresh::epoch::Moment;
use crate::near::store::{AnyValue, Header, Stored};

/// How a return type is taken apart, stored and made again. Function pointers, so that what the type must be able to
/// do is asked for in one place, spanned at the return type.
pub struct Shape<R, K: Kind<R>> {
    pub(crate) get: fn(&AnyValue) -> Option<K::Value>,
    pub(crate) keep: fn(&K::Value, Moment, Header) -> Arc<Stored>,
    pub(crate) errors: Option<ErrorShape<K::Error>>,
    pub(crate) store_if: Option<fn(&K::Value) -> bool>,
    pub(crate) expires_in: Option<fn(&K::Value) -> Duration>,
    pub(crate) is_none: Option<fn(&K::Value) -> bool>,
    /// In place of the function's or the alias's.
    pub(crate) ttl: Option<Duration>,
    pub(crate) rows: Option<fn(&mut Found, &K::Value)>,
}

/// The same for errors that can be cloned.
pub struct ErrorShape<E> {
    pub(crate) get: fn(&AnyValue) -> Option<E>,
    pub(crate) keep: fn(&E, Moment, Header) -> Arc<Stored>,
}

impl<E> Clone for ErrorShape<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for ErrorShape<E> {}

/// Whether a return type is an [`Outcome`] or a value by itself.
pub trait Kind<R>: 'static {
    /// What is stored.
    type Value;
    /// What is returned in its place.
    type Error;
    /// Looks into it.
    fn look(result: &R) -> Result<&Self::Value, &Self::Error>;
    /// Makes it again.
    fn wrap(result: Result<Self::Value, Self::Error>) -> R;
}

/// Return types that implement [`Outcome`].
#[derive(Clone, Copy, Debug)]
pub struct ByTrait;

/// A `Result` of an [`Outcome`] that always holds a value, as `axum::Json` does: stored is what that one holds.
#[derive(Clone, Copy, Debug)]
pub struct Within;

/// All others: stored whole.
#[derive(Clone, Copy, Debug)]
pub struct Plain;

impl<R: Outcome> Kind<R> for ByTrait {
    type Value = R::Value;
    type Error = R::Error;

    #[inline]
    fn look(result: &R) -> Result<&R::Value, &R::Error> {
        result.as_result()
    }

    #[inline]
    fn wrap(result: Result<R::Value, R::Error>) -> R {
        R::from_result(result)
    }
}

impl<W: Outcome<Error = Infallible>, E> Kind<Result<W, E>> for Within {
    type Value = W::Value;
    type Error = E;

    #[inline]
    fn look(result: &Result<W, E>) -> Result<&W::Value, &E> {
        let wrapper = result.as_ref()?;
        match wrapper.as_result() {
            Ok(value) => Ok(value),
            Err(never) => match *never {},
        }
    }

    #[inline]
    fn wrap(result: Result<W::Value, E>) -> Result<W, E> {
        result.map(|value| W::from_result(Ok(value)))
    }
}

impl<R> Kind<R> for Plain {
    type Value = R;
    type Error = Infallible;

    #[inline]
    fn look(result: &R) -> Result<&R, &Infallible> {
        Ok(result)
    }

    #[inline]
    fn wrap(result: Result<R, Infallible>) -> R {
        match result {
            Ok(value) => value,
            Err(never) => match never {},
        }
    }
}

/// An error in the store, told apart from values of the same type.
struct StoredError<E>(E);

impl<R, K: Kind<R>> Shape<R, K> {
    pub(crate) fn new() -> Self
    where
        K::Value: Clone + Send + Sync + 'static,
    {
        Shape {
            get: |value| (value as &dyn Any).downcast_ref::<K::Value>().cloned(),
            keep: |value, start, header| Arc::new(Stored::new(start, header, value.clone())),
            errors: None,
            store_if: None,
            expires_in: None,
            is_none: None,
            ttl: None,
            rows: None,
        }
    }

    /// In place of the function's TTL or the alias's.
    pub(crate) fn ttl(self, ttl: Option<Duration>) -> Self {
        Shape { ttl, ..self }
    }

    /// `store_if = |value| ..`.
    #[must_use]
    pub fn store_if(self, store_if: fn(&K::Value) -> bool) -> Self {
        Shape { store_if: Some(store_if), ..self }
    }

    /// `expires_in = |value| ..`.
    #[must_use]
    pub fn expires_in(self, expires_in: fn(&K::Value) -> Duration) -> Self {
        Shape { expires_in: Some(expires_in), ..self }
    }

    /// `invalidate_on = [M(ret.id)]`.
    #[must_use]
    pub fn rows(self, rows: fn(&mut Found, &K::Value)) -> Self {
        Shape { rows: Some(rows), ..self }
    }

    /// The rows that a result names: an error names none.
    pub(crate) fn found(&self, result: &R) -> Found {
        let mut found = Found::default();
        if let (Some(rows), Ok(value)) = (self.rows, K::look(result)) {
            rows(&mut found, value);
        }
        found
    }

    /// For `none_ttl`.
    #[must_use]
    pub fn none_if(self, is_none: fn(&K::Value) -> bool) -> Self {
        Shape { is_none: Some(is_none), ..self }
    }

    /// How errors are kept, or `None` where they can't be cloned.
    #[must_use]
    pub fn errors(self, errors: Option<ErrorShape<K::Error>>) -> Self {
        Shape { errors, ..self }
    }

    /// Makes the return value again.
    #[inline]
    pub(crate) fn read(&self, entry: &Stored) -> Option<R> {
        if let Some(value) = (self.get)(entry.value()) {
            return Some(K::wrap(Ok(value)));
        }
        let error = (self.errors?.get)(entry.value())?;
        Some(K::wrap(Err(error)))
    }
}

impl<E: Clone + Send + Sync + 'static> ErrorShape<E> {
    pub(crate) fn new() -> Self {
        ErrorShape {
            get: |value| (value as &dyn Any).downcast_ref::<StoredError<E>>().map(|error| error.0.clone()),
            keep: |error, start, header| Arc::new(Stored::new(start, header, StoredError(error.clone()))),
        }
    }
}

/// What becomes of a load's result.
#[derive(Clone, Copy)]
pub(crate) enum Keep {
    /// Stored until then.
    Until(Instant),
    /// Returned only.
    Not,
}

impl<R, K: Kind<R>> Shape<R, K> {
    /// What the function's rules say of a result.
    pub(crate) fn rule(&self, bound: &Bound, began: Instant, result: &R) -> Keep {
        let rules = &bound.function.rules;
        let until = |ttl: Duration| Keep::Until(began.plus(bound.jitter(bound.capped(ttl))));
        let value = match (K::look(result), rules.err_ttl) {
            (Ok(value), _) => value,
            (Err(_), Some(ttl)) => return until(ttl),
            (Err(_), None) => return Keep::Not,
        };
        if self.store_if.is_some_and(|store_if| !store_if(value)) {
            return Keep::Not;
        }
        match (rules.none_ttl, self.ttl.map_or(bound.ttl(), Ttl::For)) {
            (Some(ttl), _) if self.is_none.is_some_and(|is_none| is_none(value)) => {
                if ttl.is_zero() {
                    return Keep::Not;
                }
                until(ttl)
            }
            _ if self.expires_in.is_some() => {
                // A value that has expired already is returned, and not stored.
                until(self.expires_in.map_or(Duration::ZERO, |expires_in| expires_in(value)))
            }
            (_, Ttl::For(ttl)) => until(ttl),
            (_, Ttl::Forever) => Keep::Until(Instant::NEVER),
        }
    }

    /// The result as an entry; `None` if it is an error that can't be cloned.
    pub(crate) fn keep(&self, result: &R, start: Moment, header: Header) -> Option<Arc<Stored>> {
        match K::look(result) {
            Ok(value) => Some((self.keep)(value, start, header)),
            Err(error) => self.errors.map(|errors| (errors.keep)(error, start, header)),
        }
    }
}

impl<R, K: Kind<R>> fmt::Debug for Shape<R, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shape").finish_non_exhaustive()
    }
}

impl<E> fmt::Debug for ErrorShape<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorShape").finish_non_exhaustive()
    }
}
