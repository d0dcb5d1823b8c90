#[cache_core::test]
fn sync(id: u64) { let _ = id; }

#[cache_core::test]
async fn later(id: u64) { let _ = id; }

fn main() {}
