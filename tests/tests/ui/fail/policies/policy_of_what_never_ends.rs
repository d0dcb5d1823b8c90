use cache_core::{Model, cached};

#[derive(Model)]
#[model(name = "shop.product", id = i64)]
struct Product;

#[cached(pure, early = 1.0)]
fn pure(id: i64) -> i64 { id }

#[cached(pure, stale_if_error = "1h", load_timeout = "1s")]
fn pure_with_errors(id: i64) -> Result<i64, String> { Ok(id) }

#[cached(ttl = "forever", invalidate_on = [Product(id)], stale_while_revalidate = "1h")]
fn forever(id: i64) -> i64 { id }

fn main() {}
