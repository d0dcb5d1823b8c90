//! What the attributes go on.

use cache_core::{Model, cached, invalidates};

#[derive(Model)]
#[model(name = "functions.product", id = u64)]
struct Product;

/// In place of a `const fn`, an `extern` one, an `unsafe` one: a function of its own, which calls it.
const fn square(n: u64) -> u64 {
    n * n
}

extern "C" fn for_c(n: u64) -> u64 {
    n + 1
}

#[cached]
fn squared(n: u64) -> u64 {
    square(n)
}

#[cached]
fn of_c(n: u64) -> u64 {
    for_c(n)
}

/// In place of a closure, an async block.
#[cached]
async fn later(n: u64) -> u64 {
    n
}

/// In place of both attributes on one: a reader and a writer.
#[cached(invalidate_on = [Product(id)])]
fn price(id: u64) -> u64 {
    id
}

#[invalidates(Product(id), Product(other))]
fn save(id: u64, other: u64) {
    let _ = (id, other);
}

/// On each implementation, in place of a method without a body.
trait Shop {
    fn price(&self, id: u64) -> u64;
}

#[derive(cache_core::NoKey)]
struct Corner;

#[cache_core::methods]
impl Shop for Corner {
    #[cached]
    fn price(&self, id: u64) -> u64 {
        id + 1
    }
}

pub(crate) fn main() {
    assert_eq!((squared(5), of_c(5), price(5), Corner.price(5)), (25, 6, 5, 6));
    save(5, 6);
    assert_eq!((price::entry(5).get(), Corner.price_entry(5).get()), (None, Some(6)));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(runtime.block_on(later(5)), 5);
}
