use cache_core::cached;

/// Of another crate, say.
struct Pool;

#[cached]
async fn price(db: &Pool, id: u64) -> u64 { let _ = db; id }

#[cached]
fn shared(db: std::sync::Arc<Pool>, id: u64) -> u64 { let _ = db; id }

fn main() {}
