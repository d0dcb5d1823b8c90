use cache_core::cached;

#[cached(each = ids)]
async fn prices(ids: &[u64]) -> Result<Vec<u64>, String> {
    Ok(ids.to_vec())
}

fn main() {}
