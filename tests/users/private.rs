//! What this crate keeps to itself: nobody names what stands beside it, and that is no dead code.

use core::future::ready;

use cache_core::{Alias, CacheKey, Model, NoKey, Tenant, User, cached, invalidates};

/// A tenant.
#[derive(Tenant, Clone, Copy)]
struct Shop(i64);

/// A user.
#[derive(User, Clone, Copy)]
struct Customer(i64);

/// A model.
#[derive(Model)]
#[model(name = "user.product", per_tenant = Shop, id = i64)]
struct Product;

/// An alias.
#[derive(Alias)]
#[alias(name = "prices", scope = tenant, ttl = "1h")]
struct Prices;

/// A pool.
#[derive(NoKey)]
struct Pool;

/// A key.
#[derive(CacheKey, Clone, Copy)]
struct Page(u32);

#[cached(alias = Prices, per_user, invalidate_on = [Product(id)])]
async fn price(pool: &Pool, shop: Shop, customer: Customer, id: i64) -> Result<Option<i64>, String> {
    let _: (&Pool, Customer) = (pool, customer);
    ready(Ok(shop.0.checked_add(id))).await
}

#[cached(when = page.0 > 0, store_if = |found| !found.is_empty())]
pub(super) fn pages(page: Page) -> Vec<u32> {
    vec![page.0]
}

#[invalidates(Product(id), Product(each others))]
pub(super) async fn set_price(shop: Shop, id: i64, others: &[i64]) {
    let _: (Shop, i64, &[i64]) = ready((shop, id, others)).await;
}

#[cfg(not(debug_assertions))]
#[cached]
fn left_out(id: i64) -> Nothing {
    id
}

#[cached]
#[cfg(not(debug_assertions))]
fn left_out_too(id: i64) -> Nothing {
    id
}

#[cfg_attr(debug_assertions, expect(unused_variables, reason = "only the conditional attribute says so"))]
#[cached]
fn conditional(id: i64) -> i64 {
    1
}

#[cached]
#[cfg_attr(debug_assertions, expect(unused_variables, reason = "likewise"), must_use)]
fn conditional_too(id: i64) -> i64 {
    1
}

#[expect(unused_variables, reason = "not yet")]
#[invalidates(Product)]
fn unused(id: i64) {}

#[cached]
#[expect(dead_code, reason = "not yet")]
fn never_called(id: i64) -> i64 {
    id
}

/// Uses all of it.
pub(super) async fn run() -> usize {
    #[cached]
    fn within(id: i64) -> i64 {
        id
    }

    let price = price(&Pool, Shop(1), Customer(2), within(3)).await;
    set_price(Shop(1), conditional(3), &[conditional_too(4)]).await;
    unused(5);
    let entry = price::entry(Shop(1), Customer(2), 3);
    pages(Page(1)).len().wrapping_add(usize::from(price.is_ok())).wrapping_add(entry.key().len())
}
