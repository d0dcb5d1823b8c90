use cache_core::{cached, depends_on, target};

#[cached]
async fn all() -> i64 {
    depends_on(target::everything()).await;
    5
}

fn main() {}
