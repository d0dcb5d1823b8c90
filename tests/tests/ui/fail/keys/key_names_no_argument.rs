use cache_core::cached;

#[cached(key = (product_idd))]
fn price(product_id: u64) -> u64 { product_id }

#[cached(key = ())]
fn nothing(id: u64) -> u64 { id }

#[cached(key = (id), skip(id))]
fn skipped(id: u64) -> u64 { id }

fn main() {}
