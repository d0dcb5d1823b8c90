use cache_core::cached;

#[cached]
fn plain(id: u64) -> &'static str { if id > 0 { "some" } else { "none" } }

#[cached]
async fn within(id: u64) -> Result<Option<&'static str>, String> { let _ = id; Ok(Some("some")) }

fn main() {}
