use std::rc::Rc;

use cache_core::cached;

#[cached(stale_while_revalidate = "30s")]
async fn shared(id: u64) -> u64 {
    let count = Rc::new(id);
    std::future::ready(()).await;
    *count
}

fn main() {}
