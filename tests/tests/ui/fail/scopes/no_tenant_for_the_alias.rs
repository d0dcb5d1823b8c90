use cache_core::{Alias, cached};

#[derive(Alias)]
#[alias(name = "permissions", scope = tenant)]
struct Permissions;

#[cached(alias = Permissions)]
fn permissions(user: i64) -> i64 { user }

fn main() {}
