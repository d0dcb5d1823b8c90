use cache_core::cached;

struct Filter { page: u64 }

#[cached(key = (filter.page))]
fn list(filter: &Filter, id: u64, text: &str) -> u64 { let _ = text; filter.page + id }

fn main() {}
