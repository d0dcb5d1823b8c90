//! What is stored of a return type: how it is taken apart, kept, and made again.

use std::any::{Any, TypeId};
use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::bytes::Bytes;
use super::late::Found;
use crate::bound::Bound;
use crate::clock::Instant;
use crate::declare::{Outcome, Ttl};
use crate::fresh::epoch::Moment;
use crate::near::entry::{AnyValue, Grace, Header, Stored};

/// How a return type is taken apart, stored and made again. Function pointers, so that what the type must be able to
/// do is asked for in one place, spanned at the return type.
pub struct Shape<R, K: Kind<R>> {
    stored: TypeId,
    /// Makes the return value again, of a value: at once where it is to lie.
    get: fn(&AnyValue, &mut Option<R>),
    pub(crate) keep: fn(&K::Value, Moment, Header) -> Arc<Stored>,
    /// How many bytes a value takes, where entries are counted by them.
    size: fn(&K::Value) -> usize,
    pub(crate) errors: Option<ErrorShape<K::Error>>,
    pub(crate) store_if: Option<fn(&K::Value) -> bool>,
    pub(crate) expires_in: Option<fn(&K::Value) -> Duration>,
    pub(crate) is_none: Option<fn(&K::Value) -> bool>,
    /// In place of the function's or the alias's.
    pub(crate) ttl: Option<Duration>,
    pub(crate) rows: Option<fn(&mut Found, &K::Value)>,
    /// How the value leaves the process, if it may.
    bytes: Option<Bytes>,
}

/// The same for errors that can be cloned.
pub struct ErrorShape<E> {
    stored: TypeId,
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
    /// Of values that take so many bytes.
    pub(crate) fn new(size: fn(&K::Value) -> usize) -> Self
    where
        K::Value: Clone + Send + Sync + 'static,
    {
        Shape {
            stored: TypeId::of::<K::Value>(),
            get: |value, read| {
                if let Some(value) = (value as &dyn Any).downcast_ref::<K::Value>() {
                    *read = Some(K::wrap(Ok(value.clone())));
                }
            },
            keep: |value, start, header| Arc::new(Stored::new(start, header, value.clone())),
            size,
            errors: None,
            store_if: None,
            expires_in: None,
            is_none: None,
            ttl: None,
            rows: None,
            bytes: None,
        }
    }

    /// The value may leave the process.
    #[must_use]
    pub(crate) fn leaving(self, bytes: Bytes) -> Self {
        Shape { bytes: Some(bytes), ..self }
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

    /// Of which entries it can make the return value again.
    pub(crate) fn fits(&self) -> Fits {
        Fits { value: self.stored, error: self.errors.map(|errors| errors.stored), bytes: self.bytes }
    }

    /// A result whose type is forgotten.
    pub(crate) fn of<'a>(&'a self, result: &'a R) -> impl AnyResult {
        Shaped { shape: self, result }
    }

    /// Makes the return value again.
    pub(crate) fn read(&self, entry: &Stored) -> Option<R> {
        let mut read = None;
        self.read_into(entry, &mut read);
        read
    }

    /// [`read`](Self::read), to where there is nothing yet. Says whether there is now.
    #[inline]
    pub(crate) fn read_into(&self, entry: &Stored, read: &mut Option<R>) -> bool {
        (self.get)(entry.value(), read);
        if read.is_none()
            && let Some(errors) = self.errors
        {
            *read = (errors.get)(entry.value()).map(|error| K::wrap(Err(error)));
        }
        read.is_some()
    }
}

impl<E: Clone + Send + Sync + 'static> ErrorShape<E> {
    pub(crate) fn new() -> Self {
        ErrorShape {
            stored: TypeId::of::<StoredError<E>>(),
            get: |value| (value as &dyn Any).downcast_ref::<StoredError<E>>().map(|error| error.0.clone()),
            keep: |error, start, header| {
                // An error is never served after its time, nor loaded again before.
                let header = Header { grace: Grace::default(), ..header };
                Arc::new(Stored::new(start, header, StoredError(error.clone())))
            },
        }
    }
}

/// The entries of which a call can make what it returns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fits {
    value: TypeId,
    error: Option<TypeId>,
    bytes: Option<Bytes>,
}

impl Fits {
    /// How its values leave the process, if they may.
    pub(super) fn bytes(self) -> Option<Bytes> {
        self.bytes
    }

    pub(crate) fn accept(self, entry: &Stored) -> bool {
        let stored = entry.value().type_id();
        stored == self.value || self.error == Some(stored)
    }
}

/// What a load is asked of its result, whatever that is.
pub(crate) trait AnyResult {
    fn is_err(&self) -> bool;

    /// What its author's rules say of it. Whether it is `None` is asked only where that makes a difference.
    fn judge(&self, ask_none: bool) -> Judged;

    /// The rows that it names: an error names none.
    fn found(&self) -> Found;

    /// How many bytes it takes: an error as many as its type.
    fn size(&self) -> usize;

    /// The result as an entry; `None` if it is an error that can't be cloned.
    fn keep(&self, start: Moment, header: Header) -> Option<Arc<Stored>>;
}

/// What the rules of a function are about.
#[derive(Clone, Copy)]
pub(crate) enum Judged {
    /// A value, with a TTL of its own if it has one.
    Value(Option<Duration>),
    None,
    Error,
    /// `store_if` doesn't want it.
    Unwanted,
}

struct Shaped<'a, R, K: Kind<R>> {
    shape: &'a Shape<R, K>,
    result: &'a R,
}

impl<R, K: Kind<R>> AnyResult for Shaped<'_, R, K> {
    fn is_err(&self) -> bool {
        K::look(self.result).is_err()
    }

    fn judge(&self, ask_none: bool) -> Judged {
        let Shape { store_if, is_none, expires_in, ttl, .. } = self.shape;
        let Ok(value) = K::look(self.result) else { return Judged::Error };
        if let Some(store_if) = store_if
            && !store_if(value)
        {
            return Judged::Unwanted;
        }
        if ask_none
            && let Some(is_none) = is_none
            && is_none(value)
        {
            return Judged::None;
        }
        match expires_in {
            Some(expires_in) => Judged::Value(Some(expires_in(value))),
            None => Judged::Value(*ttl),
        }
    }

    fn found(&self) -> Found {
        let mut found = Found::default();
        if let (Some(rows), Ok(value)) = (self.shape.rows, K::look(self.result)) {
            rows(&mut found, value);
        }
        found
    }

    fn size(&self) -> usize {
        K::look(self.result).map_or(size_of::<K::Error>(), self.shape.size)
    }

    fn keep(&self, start: Moment, header: Header) -> Option<Arc<Stored>> {
        match K::look(self.result) {
            Ok(value) => Some((self.shape.keep)(value, start, header)),
            Err(error) => Some((self.shape.errors?.keep)(error, start, header)),
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

impl Keep {
    /// What the function's rules say of the result of a load that began then.
    pub(crate) fn by_rule(bound: &Bound, began: Instant, judged: Judged) -> Keep {
        let rules = &bound.function.rules;
        let ttl = match judged {
            Judged::Unwanted => None,
            Judged::Error => rules.err_ttl,
            Judged::None => rules.none_ttl.filter(|ttl| !ttl.is_zero()),
            // A value that has expired already is returned, and not stored.
            Judged::Value(Some(ttl)) => Some(ttl),
            Judged::Value(None) => match bound.ttl() {
                Ttl::For(ttl) => Some(ttl),
                Ttl::Forever => return Keep::Until(Instant::NEVER),
            },
        };
        match ttl {
            Some(ttl) => Keep::Until(began.plus(bound.jitter(bound.capped(ttl)))),
            None => Keep::Not,
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
