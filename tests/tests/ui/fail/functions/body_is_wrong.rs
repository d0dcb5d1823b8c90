use cache_core::cached;

#[cached]
fn price(id: u64) -> u64 { id.to_string() }

#[cached]
async fn later(id: u64) -> Result<u64, String> { idd }

fn main() {}
