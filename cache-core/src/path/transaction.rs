//! Transactions among the arguments: those that invalidate at their commit what is written in them, each by a unit of
//! its own.

use std::sync::Arc;

use crate::declare::NoKey;
use crate::fresh::context;
use crate::fresh::nested::Unknown;
use crate::fresh::unit;

/// A transaction that invalidates at its commit what is written in it: `cache_sqlx::Tx`, or one of your own.
///
/// It is found among arguments by its type, as `T`, `&mut T` or `&T`:
///
/// - what a writer that takes one invalidates is invalidated at its commit;
/// - a cached function that takes one is called as inside of a [`unit_of_work`](crate::unit_of_work): what is read is
///   neither stored nor shared, and what is stored is served until the first write. The transaction is not part of
///   the key.
///
/// Its unit is its own, within a [`unit_of_work`](crate::unit_of_work) too: it ends with its commit, which
/// [`discard`](crate::discard) doesn't undo.
///
/// ```
/// use cache_core::{Model, NoKey, Transaction, Unit, invalidates};
///
/// #[derive(NoKey)]
/// struct Tx { /* the transaction */ unit: Unit }
///
/// impl Transaction for Tx {
///     fn unit(&self) -> &Unit { &self.unit }
/// }
///
/// impl Tx {
///     fn begin() -> Tx { Tx { unit: Unit::begin() } }
///
///     fn commit(self) -> Result<(), String> {
///         // commit; where it fails, `?` drops the unit: it ends
///         self.unit.end();
///         Ok(())
///     }
///
///     fn rollback(self) {
///         // roll back
///         self.unit.discard();
///     }
/// }
///
/// #[derive(Model)]
/// #[model(name = "bank.account", id = u64)]
/// struct Account;
///
/// #[invalidates(Account(id))]
/// async fn book(tx: &mut Tx, id: u64, cents: i64) -> Result<(), String> { Ok(()) /* update */ }
/// ```
pub trait Transaction: NoKey {
    /// What is collected until the commit.
    fn unit(&self) -> &Unit;
}

impl<T: Transaction + ?Sized> Transaction for &T {
    fn unit(&self) -> &Unit {
        (**self).unit()
    }
}

impl<T: Transaction + ?Sized> Transaction for &mut T {
    fn unit(&self) -> &Unit {
        (**self).unit()
    }
}

/// What is to be invalidated when a [`Transaction`] has committed. Dropped, it ends: the transaction may have committed.
#[derive(Debug)]
pub struct Unit(Arc<unit::Unit>);

impl Unit {
    /// Nothing is collected yet. The cached function that this is called in, if any, is not stored: it may return what
    /// is never committed.
    pub fn begin() -> Unit {
        if let Some(frame) = context::frame() {
            frame.gather_unknown(Unknown::InUnit);
        }
        Unit(unit::Unit::begin())
    }

    /// Invalidates what was collected: after the commit, whatever its answer was.
    pub fn end(self) {}

    /// Forgets what was collected: after a rollback that is known to have happened.
    pub fn discard(self) {
        self.0.discard();
    }

    pub(crate) fn unit(&self) -> &Arc<unit::Unit> {
        &self.0
    }
}

impl Drop for Unit {
    fn drop(&mut self) {
        self.0.end();
    }
}
