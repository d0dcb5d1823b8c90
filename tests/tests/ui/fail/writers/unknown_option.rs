use cache_core::{Model, invalidates};

#[derive(Model)]
#[model(name = "ui.product", id = i64)]
struct Product;

#[invalidates(Product(id), ttl = "15m")]
fn lives(id: i64) { let _ = id; }

#[invalidates(Product(id), skip(db))]
fn skips(db: i64, id: i64) { let _ = (db, id); }

#[invalidates(Product(id), befor_commit)]
fn misspelt(id: i64) { let _ = id; }

#[invalidates(Product(id), On = ok)]
fn upper(id: i64) -> Result<(), String> { let _ = id; Ok(()) }

#[invalidates(Product(id), per_user)]
fn scoped(id: i64) { let _ = id; }

#[invalidates(Product(id), global)]
fn of_nobody(id: i64) { let _ = id; }

#[invalidates(Product(id), retries = 3)]
fn unheard_of(id: i64) { let _ = id; }

fn main() {}
