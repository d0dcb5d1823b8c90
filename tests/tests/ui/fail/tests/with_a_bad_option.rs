#[cache_core::test(threads = 4)]
async fn unknown() {}

#[cache_core::test(flavor = "multi_thread", start_paused = true)]
async fn of_tokio() {}

#[cache_core::test(worker_threads = "4")]
async fn text() {}

#[cache_core::test(worker_threads = 4)]
fn sync() {}

#[cache_core::test]
struct NotAFunction;

fn main() {}
