use cache_core::invalidates;

struct Product;

struct Created { id: i64 }

#[invalidates(Product(id))]
fn row(id: i64) { let _ = id; }

#[invalidates(Product)]
async fn all() {}

#[invalidates(across(Product))]
fn everywhere() {}

#[invalidates(Product(ret.id))]
fn created() -> Created { Created { id: 5 } }

#[invalidates("product")]
fn literal() {}

fn main() {}
