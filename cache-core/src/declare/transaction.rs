//! Transactions that nothing here knows the end of.

/// A connection on which a transaction may be open that commits later than a function that takes it returns: sqlx's
/// `Transaction` and connections (feature `sqlx`), or a type of your own.
///
/// It is found among arguments by its type, as `T`, `&mut T` or `&T`. A writer that takes one doesn't compile unless it
/// says `before_commit`, for it invalidates when it returns. A cached function that takes one is neither stored nor
/// served while the transaction is open.
pub trait OpenTransaction {
    /// Whether there is a transaction, as far as is known.
    fn is_open(&self) -> bool;
}

impl<T: OpenTransaction + ?Sized> OpenTransaction for &T {
    fn is_open(&self) -> bool {
        (**self).is_open()
    }
}

impl<T: OpenTransaction + ?Sized> OpenTransaction for &mut T {
    fn is_open(&self) -> bool {
        (**self).is_open()
    }
}
