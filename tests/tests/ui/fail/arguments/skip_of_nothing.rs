use cache_core::cached;

#[cached(skip(usr))]
fn price(db: &str, user_id: u64) -> u64 { let _ = db; user_id }

#[cached(skip(db))]
fn nothing() -> u64 { 1 }

fn main() {}
