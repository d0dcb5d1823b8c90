//! What a load says of itself while it runs.

use std::sync::Arc;

use super::call::Held;
use super::target::{self, Rows};
use crate::block_on::block_on;
use crate::bound::Core;
use crate::cache::Cache;
use crate::declare::Model;
use crate::fresh::context;
use crate::fresh::epoch::Epoch;
use crate::fresh::nested::{Frame, Read};
use crate::key::ids::IdOf;

/// Says inside of a load that it depends on a row or a model: [`target::row`](crate::target::row),
/// [`target::model`](crate::target::model), [`target::across`](crate::target::across). For what turns out while the
/// function runs; what its arguments or its result name is said in `invalidate_on`.
///
/// It comes *before* the read: what is read after it has returned is covered, what was read before may be older than
/// an invalidation that nobody repeats.
///
/// ```
/// use cache_core::{Model, cached, depends_on, invalidates, target};
///
/// #[derive(Model)]
/// #[model(name = "shop.offer", id = u64)]
/// struct Offer;
///
/// # async fn offer_of_the_day() -> u64 { 7 }
/// # async fn title(offer: u64) -> String { format!("offer {offer}") }
/// #[cached]
/// async fn todays_title() -> String {
///     let offer = offer_of_the_day().await;
///     depends_on(target::row::<Offer>(&offer)).await;
///     title(offer).await
/// }
///
/// #[invalidates(Offer(id))]
/// async fn rename(id: u64, title: &str) { /* update */ }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// todays_title().await;
/// rename(8, "another").await;
/// assert!(todays_title::entry().get().await.is_some());
/// rename(7, "new").await;
/// assert_eq!(todays_title::entry().get().await, None);
/// # }
/// ```
///
/// The row is looked for in the tenant of the load, or in that of `.of(tenant)`. A load without a tenant of the model's
/// level depends on the model in all tenants: wider, never nothing. The load is the cached function around this call
/// that is being loaded, or [`Fill::read`](crate::Fill::read); outside of one this does nothing.
pub async fn depends_on(rows: Rows) {
    if let Some((frame, held)) = depend(&rows)
        && let Some(stamps) = &frame.origin.stamps
        && !stamps.take(held).await
    {
        frame.gather_unproven();
    }
}

/// [`depends_on`] for sync code.
pub fn depends_on_sync(rows: Rows) {
    block_on(depends_on(rows));
}

/// The load around this call depends on them: what of it is held.
fn depend(rows: &Rows) -> Option<(Arc<Frame>, Vec<Epoch>)> {
    let frame = context::frame()?;
    let tags = rows.read(&frame.origin.namespace, &frame.origin.tenant);
    let held = frame.depend(tags);
    Some((frame, held))
}

/// Says that a row is read: for the functions of a data layer, so that tests find what is missing in `invalidate_on`.
///
/// In a test ([`#[cache_core::test]`](crate::test)), a load that reads a row and doesn't depend on it, or on its model,
/// fails the test at its end, with the names of the function and the model. Elsewhere it costs next to nothing, and it
/// is no dependency in itself.
///
/// ```standalone_crate
/// use cache_core::{Model, cached, reads, testing};
///
/// #[derive(Model)]
/// #[model(name = "shop.article", id = u64)]
/// struct Article;
///
/// fn load_article(id: u64) -> String {
///     reads::<Article>(id);
///     format!("article {id}")
/// }
///
/// #[cached] // and no `invalidate_on = [Article(id)]`
/// fn title(id: u64) -> String { load_article(id) }
///
/// # /*
/// #[cache_core::test]
/// #[should_panic = "`rust_out::title` read `shop.article` 5 and doesn't depend on it: add `Article(..)`"]
/// # */
/// fn titles() {
///     title(5);
/// }
/// # fn main() {
/// #     let failed = *std::panic::catch_unwind(|| testing::run_sync(titles)).unwrap_err().downcast::<String>().unwrap();
/// #     assert!(failed.contains("read `shop.article` 5 and doesn't depend on it: add `Article(..)`"), "{failed}");
/// # }
/// ```
///
/// The row is in the tenant of the load; for another, and for whole models, [`reads_of`]. Nested calls answer for
/// themselves. Calls that aren't cached are not checked, unless a load is around them.
#[inline]
pub fn reads<M: Model>(id: impl IdOf<M::Id>) {
    if Cache::is_tested() {
        note(&target::row::<M>(&id));
    }
}

/// [`reads`] of a row in a tenant, a whole model, or a model in all tenants:
/// `reads_of(target::model::<Article>())`.
#[expect(clippy::needless_pass_by_value, reason = "as `depends_on` takes it")]
pub fn reads_of(rows: Rows) {
    if Cache::is_tested() {
        note(&rows);
    }
}

fn note(rows: &Rows) {
    if let Some(frame) = context::frame() {
        let origin = &frame.origin;
        frame.read(Read {
            covering: rows.covering(&origin.namespace, &origin.tenant),
            undeclared: rows.undeclared(frame.function(), &origin.tenant),
        });
    }
}

/// Under test, when a body is over: what it read must be among what it depends on, which is all this.
pub(crate) fn verify<'a>(core: &Core, frame: &Frame, epochs: impl Iterator<Item = &'a Epoch>) {
    if core.test.is_some() {
        frame.undeclared(epochs).into_iter().for_each(|undeclared| core.violation(|| undeclared));
    }
}

/// The same for a body that ran inside of a load without being one.
pub(crate) fn verify_uncached<'a>(core: &Core, frame: &Frame, held: impl IntoIterator<Item = &'a Held>) {
    if core.test.is_some() {
        let gathered = frame.so_far();
        let held = held.into_iter().flat_map(|held| held.epochs.iter().chain(&held.provisional.any));
        verify(core, frame, held.chain(&gathered.epochs));
    }
}
