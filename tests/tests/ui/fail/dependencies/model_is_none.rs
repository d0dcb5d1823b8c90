use cache_core::cached;

struct Product;

#[cached(invalidate_on = [Product])]
fn all() -> u64 { 1 }

#[cached(invalidate_on = [Product(id)])]
fn row(id: i64) -> i64 { id }

#[cached(invalidate_on = [across(Product)])]
fn everywhere(id: i64) -> i64 { id }

fn main() {}
