use cache_core::{Model, cached};

#[derive(Model)]
#[model(name = "ui.product", id = u64)]
struct Product;

// All are told at once, and none twice.
#[cached(
    ttl = 15m,
    alias = "prices",
    invalidate_on = ["product", Product(id: 5), Product(), across(Product(id)), Product id],
    skip("id", id.0, idd),
    key = id,
    when = |id, name| id > 5,
    store_if = |value, value > 5,
    per_tenant(org),
    local = true,
    name = prices,
    unknown,
    version,
)]
async fn price(id: u64) -> u64 { id }

async fn callers() {
    // The function and its companion are still there: no error here.
    price(5).await;
    price::entry(5).get().await;
    price::refresh(5).await;
    price::uncached(5).await;
    price::invalidate_all().await;
}

fn main() { drop(callers()); }
