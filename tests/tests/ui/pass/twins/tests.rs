//! Tests of one's own, in a cache of their own.

#[cache_core::test]
fn sync() {}

#[cache_core::test]
async fn later() -> Result<(), String> {
    cache_core::testing::advance(std::time::Duration::from_secs(60));
    Ok(())
}

#[cache_core::test(worker_threads = 4)]
#[should_panic = "as it should"]
async fn with_threads() {
    panic!("as it should");
}

pub(crate) fn main() {}
