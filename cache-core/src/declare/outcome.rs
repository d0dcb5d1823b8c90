//! What a return type means: which part of it is the value that is stored.

/// A return type that holds a value on success and something else otherwise.
///
/// Implemented for `Result`, whatever alias or path it is written by; types without an implementation are
/// stored whole. Of a `Result` of a wrapper that always holds a value (its `Error` is `Infallible`), stored is what
/// the wrapper holds. Implement it for your own wrappers:
///
/// ```
/// use cache_core::Outcome;
///
/// /// What our handlers return.
/// struct Reply<T>(Result<T, u16>);
///
/// impl<T> Outcome for Reply<T> {
///     type Value = T;
///     type Error = u16;
///     fn as_result(&self) -> Result<&T, &u16> { self.0.as_ref() }
///     fn from_result(result: Result<T, u16>) -> Self { Reply(result) }
/// }
/// ```
pub trait Outcome: Sized {
    /// What is stored.
    type Value;
    /// What is returned instead, and not stored unless the function says `err_ttl`.
    /// [`Infallible`](std::convert::Infallible) where there is nothing else.
    type Error;

    /// Looks into it.
    ///
    /// # Errors
    ///
    /// What is held instead of a value.
    fn as_result(&self) -> Result<&Self::Value, &Self::Error>;

    /// Makes it again, from a stored or shared result.
    fn from_result(result: Result<Self::Value, Self::Error>) -> Self;
}

impl<T, E> Outcome for Result<T, E> {
    type Value = T;
    type Error = E;

    #[inline]
    fn as_result(&self) -> Result<&T, &E> {
        self.as_ref()
    }

    #[inline]
    fn from_result(result: Result<T, E>) -> Self {
        result
    }
}
