use cache_core::cached;

#[cached(skip(usr))]
fn price(db: &str, user: u64) -> u64 { let _ = db; user }

#[cached(skip(connection))]
fn another(db: &str, user: u64) -> u64 { let _ = db; user }

#[cached(skip(Pool))]
fn by_type(pool: &str, user: u64) -> u64 { let _ = pool; user }

#[cached(skip(db))]
fn nothing() -> u64 { 1 }

fn main() {}
