use cache_core::{CacheKey, NoKey, cached};

#[derive(NoKey)]
struct Db;

#[derive(CacheKey)]
struct Id(u64);

#[cached(tll = "15m")]
async fn price(db: &Db, id: Id) -> u64 { let _ = db; id.0 }

async fn callers() {
    // The companion is still there: no error here.
    price::entry(Id(5)).get().await;
    price::refresh(&Db, Id(5)).await;
    price::uncached(&Db, Id(5)).await;
    price::invalidate_all().await;
}

fn main() {
    let _ = callers();
}
