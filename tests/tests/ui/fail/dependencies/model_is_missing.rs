use cache_core::cached;

#[cached(invalidate_on = [Prodcut(id)])]
fn row(id: i64) -> i64 { id }

fn main() {}
