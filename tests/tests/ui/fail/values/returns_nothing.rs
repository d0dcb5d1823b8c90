use cache_core::cached;

#[cached]
fn plain(id: u64) { let _ = id; }

#[cached]
async fn unit(id: u64) -> () { let _ = id; }

fn main() {}
