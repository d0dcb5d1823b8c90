use cache_core::cached;

#[derive(serde::Serialize, serde::Deserialize)]
struct Connection;

#[cached(local)]
fn plain(id: u64) -> Connection { let _ = id; Connection }

#[cached]
fn in_a_result(id: u64) -> Result<Connection, String> { let _ = id; Ok(Connection) }

#[cached(local)]
async fn later(id: u64) -> Connection { let _ = id; Connection }

fn main() {}
