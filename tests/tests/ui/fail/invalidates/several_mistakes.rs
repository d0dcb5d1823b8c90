use cache_core::invalidates;

#[invalidates(Product(), on = never, ttl = "5m", across(A, B))]
fn save(&self) {}

fn main() {}
