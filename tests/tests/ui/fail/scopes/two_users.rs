use cache_core::{User, cached};

#[derive(User, Clone, Copy)]
struct UserId(i64);

#[cached(per_user)]
fn chat(from: UserId, to: UserId) -> i64 { from.0 + to.0 }

fn main() {}
