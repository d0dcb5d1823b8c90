use cache_core::cached;

#[cached(skip(db, db))]
fn price(db: &str, id: u64) -> u64 { let _ = db; id }

fn main() {}
