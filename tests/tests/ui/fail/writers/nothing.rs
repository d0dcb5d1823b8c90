use cache_core::invalidates;

#[invalidates]
fn bare(id: i64) { let _ = id; }

#[invalidates()]
fn empty(id: i64) { let _ = id; }

fn main() {}
