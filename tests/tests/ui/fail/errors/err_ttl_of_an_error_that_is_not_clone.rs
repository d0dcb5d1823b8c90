use std::error::Error;

use cache_core::cached;

#[cached(err_ttl = "2s")]
fn io(id: u64) -> Result<u64, std::io::Error> { Ok(id) }

#[cached(err_ttl = "2s")]
async fn boxed(id: u64) -> Result<u64, Box<dyn Error>> { Ok(id) }

#[cached(err_ttl = "2s")]
fn shared_between_threads(id: u64) -> Result<u64, Box<dyn Error + Send + Sync>> { Ok(id) }

fn main() {}
