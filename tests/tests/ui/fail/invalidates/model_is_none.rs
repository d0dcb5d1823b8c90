use cache_core::invalidates;

struct Product;

#[invalidates(Product(id))]
fn row(id: i64) { let _ = id; }

#[invalidates(Product)]
async fn all() {}

#[invalidates(across(Product))]
fn everywhere() {}

#[invalidates(Product(ret.id))]
fn created() -> i64 { 5 }

#[invalidates("product")]
fn literal() {}

fn main() {}
