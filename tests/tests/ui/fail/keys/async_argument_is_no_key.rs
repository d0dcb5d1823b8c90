use cache_core::cached;

struct Filter;

#[cached]
async fn own(filter: &Filter, id: u64) -> u64 { let _ = filter; id }

fn main() {}
