use cache_core::User;

#[derive(User)]
struct Anyone;

#[derive(User)]
struct Nobody {}

fn main() {}
