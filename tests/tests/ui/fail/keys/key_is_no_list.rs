use cache_core::cached;

#[cached(key = id)]
fn by_itself(id: u64) -> u64 { id }

#[cached(key = "id")]
fn text(id: u64) -> u64 { id }

#[cached(key = [id])]
fn brackets(id: u64) -> u64 { id }

#[cached(key = format!("{id}"))]
fn call(id: u64) -> u64 { id }

#[cached(key = (id as f64))]
fn float(id: u64) -> u64 { id }

fn main() {}
