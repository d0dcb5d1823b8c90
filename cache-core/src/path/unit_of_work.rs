//! Units of work: invalidations that follow the commit.
//!
//! A writer that invalidates before its transaction commits lets a reader load the old row in between, and keep it. In
//! a unit of work the invalidations are collected and sent when it ends: put it around the transaction.

use std::sync::Arc;

use super::transaction::Ended;
use crate::fresh::context;
use crate::fresh::unit::Unit;

/// Ends a unit, however its work ended: returned, failed, dropped or panicked, it may have committed.
struct Ending(Arc<Unit>);

impl Ending {
    fn end(self) -> Ended {
        Ended::of(&self.0)
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        // Where it has ended already nothing is left.
        let _ended = Ended::of(&self.0);
    }
}

/// Runs a transaction: what writers inside of it invalidate is invalidated when it ends, all at once.
///
/// Put it around all of the transaction, its commit included. It invalidates after an error too, and when it is dropped
/// or panics, for the answer to a commit can be lost; after a rollback that is known, call [`discard`]. Units inside of
/// a unit join it. Dropped while the commit is under way, it invalidates before that is over: `cache_sqlx::Tx` doesn't.
///
/// Inside, nothing is stored and no load is shared, for what is read there may not be committed, or be older than what
/// is; and from its first write on, nothing that is stored is served.
///
/// ```
/// use cache_core::{Model, cached, invalidates, unit_of_work};
///
/// #[derive(Model)]
/// #[model(name = "bank.account", id = u64)]
/// struct Account;
///
/// #[invalidates(Account(id))]
/// async fn book(id: u64, cents: i64) -> Result<(), String> { Ok(()) /* update, in a transaction */ }
///
/// async fn transfer(from: u64, to: u64, cents: i64) -> Result<(), String> {
///     unit_of_work(async {
///         // begin
///         book(from, -cents).await?;
///         book(to, cents).await?;
///         // commit
///         Ok(())
///     })
///     .await
/// }
/// ```
pub async fn unit_of_work<F: Future>(work: F) -> F::Output {
    if let Some(unit) = context::unit() {
        let _joined = unit.join();
        return work.await;
    }
    let unit = Unit::begin();
    let ending = Ending(Arc::clone(&unit));
    let result = context::in_unit(unit, work).await;
    ending.end().await;
    result
}

/// [`unit_of_work`] for sync code.
pub fn unit_of_work_sync<R>(work: impl FnOnce() -> R) -> R {
    if let Some(unit) = context::unit() {
        let _joined = unit.join();
        return work();
    }
    let unit = Unit::begin();
    let ending = Ending(Arc::clone(&unit));
    let result = context::in_unit_sync(unit, work);
    ending.end().wait();
    result
}

/// Forgets what was written so far in the unit of work around this call, for it was rolled back. Does nothing outside
/// of one.
///
/// Only for a rollback that is known to have happened: what is forgotten is not invalidated. In a unit that has joined
/// another it forgets nothing, for what the outer one wrote may yet be committed.
pub fn discard() {
    if let Some(unit) = context::unit() {
        unit.discard();
    }
}
