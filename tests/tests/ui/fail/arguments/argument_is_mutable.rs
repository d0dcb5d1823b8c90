use cache_core::{CacheKey, cached};

#[derive(CacheKey)]
struct Filter(u64);

#[cached]
fn list(ids: &mut Vec<u64>) -> u64 { ids.pop().unwrap_or(0) }

#[cached]
async fn text(id: u64, out: &mut String) -> u64 { out.push('x'); id }

#[cached]
fn pair((a, b): &mut (u64, u64)) -> u64 { *a + *b }

#[cached]
fn own(filter: &mut Filter) -> u64 { filter.0 }

#[cache_core::methods]
impl Filter {
    #[cached]
    fn of_self(&mut self) -> u64 { self.0 }
}

fn main() {}
