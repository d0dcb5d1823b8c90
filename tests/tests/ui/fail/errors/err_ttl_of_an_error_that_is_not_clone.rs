use cache_core::cached;

#[cached(err_ttl = "2s")]
fn price(id: u64) -> Result<u64, std::io::Error> { Ok(id) }

fn main() {}
