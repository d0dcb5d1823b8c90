use cache_core::invalidates;

#[invalidates(Product(), on = never, ttl = "5m", across(A, B))]
const fn save(a: u64) -> impl Iterator<Item = u64> { let _ = a; std::iter::empty() }

fn main() {}
