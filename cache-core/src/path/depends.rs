//! What a load says of itself while it runs.

use super::target::Rows;
use crate::fresh::context;

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
    depends_on_sync(rows);
}

/// [`depends_on`] for sync code.
pub fn depends_on_sync(rows: Rows) {
    context::with_frame(|frame| {
        let origin = &frame.origin;
        frame.depend(rows.read(&origin.namespace, &origin.tenant));
    });
}
