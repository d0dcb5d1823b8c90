//! Transactions among the arguments: those that invalidate at their commit what is written in them, each by a unit of
//! its own.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::block_on::block_on;
use crate::declare::NoKey;
use crate::fresh::context;
use crate::fresh::nested::Unknown;
use crate::fresh::telling::Telling;
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
    ///
    /// What is returned is ready when that is done, and may be waited for: what is invalidated is invalidated all the same.
    pub fn end(self) -> Ended {
        Ended(self.0.end())
    }

    /// Forgets what was collected: after a rollback that is known to have happened.
    pub fn discard(self) {
        self.0.discard();
    }

    pub(crate) fn unit(&self) -> &Arc<unit::Unit> {
        &self.0
    }
}

/// A unit that has ended: a future that is ready when what it collected is invalidated everywhere.
#[derive(Debug)]
pub struct Ended(Vec<Telling>);

impl Future for Ended {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let telling = &mut self.get_mut().0;
        telling.retain_mut(|telling| Pin::new(telling).poll(cx).is_pending());
        if telling.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Ended {
    pub(super) fn of(unit: &unit::Unit) -> Self {
        Ended(unit.end())
    }

    /// Waits for it on this thread.
    pub fn wait(self) {
        if !self.0.is_empty() {
            block_on(self);
        }
    }
}

impl Drop for Unit {
    fn drop(&mut self) {
        self.0.end();
    }
}
