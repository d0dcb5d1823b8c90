use cache_core::cached;

#[derive(serde::Serialize, serde::Deserialize)]
struct Connection;

/// Nothing was derived.
struct Price(u64);

#[cached(local)]
fn plain(id: u64) -> Connection { let _ = id; Connection }

#[cached]
fn in_a_result(id: u64) -> Result<Connection, String> { let _ = id; Ok(Connection) }

#[cached(local)]
async fn later(id: u64) -> Connection { let _ = id; Connection }

#[cached]
fn neither_clone_nor_serde(id: u64) -> Price { Price(id) }

fn main() {}
