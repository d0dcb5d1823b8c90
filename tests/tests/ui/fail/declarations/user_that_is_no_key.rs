use cache_core::User;

#[derive(User)]
struct UserId(f64);

#[derive(User)]
#[user(nme = "user")]
struct Unknown(i64);

fn main() {}
