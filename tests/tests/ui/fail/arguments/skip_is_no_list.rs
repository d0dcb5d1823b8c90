use cache_core::cached;

#[cached(skip = [db])]
fn brackets(db: u64, id: u64) -> u64 { db + id }

#[cached(skip = db)]
fn equals(db: u64, id: u64) -> u64 { db + id }

#[cached(skip)]
fn nothing(db: u64, id: u64) -> u64 { db + id }

#[cached(skip("db"))]
fn text(db: u64, id: u64) -> u64 { db + id }

#[cached(skip(&db, filter.page))]
fn expressions(db: u64, filter: (u64, u64)) -> u64 { db + filter.0 }

#[cached(skip(db id))]
fn no_comma(db: u64, id: u64) -> u64 { db + id }

fn main() {}
