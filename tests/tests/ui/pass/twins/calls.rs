//! What is called within a function, and by whom.

use cache_core::{Cache, Model, cached, depends_on, target};

use crate::Org;

#[derive(Model)]
#[model(name = "calls.role", per_tenant = Org, id = i64)]
struct Role;

#[derive(Model)]
#[model(name = "calls.product", id = i64)]
struct Product;

#[cached]
async fn learned(id: i64) -> i64 {
    depends_on(target::row::<Product>(&id)).await;
    depends_on(target::across::<Role>()).await;
    id
}

#[cached]
#[must_use]
fn needed(id: i64) -> i64 {
    id
}

#[cached]
#[deprecated = "use `needed`"]
fn older(id: i64) -> i64 {
    id
}

pub(crate) fn main() {
    #[expect(deprecated)]
    let old = older(1);
    assert_eq!(needed(1), old);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        assert_eq!(learned(5).await, 5);
        let cache = Cache::current();
        cache.invalidate(target::row::<Role>(&2).of(Org(1))).await;
        cache.invalidate(target::tenant(Org(1))).await;
        cache.invalidate(target::everything()).await;
        assert_eq!(learned::entry(5).get().await, None);
    });
}
