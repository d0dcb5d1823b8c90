use cache_core::{CacheKey, NoKey, User};

#[derive(CacheKey)]
#[cache_key(rename = "filter")]
struct Renamed { page: u64 }

#[derive(CacheKey)]
struct Field {
    page: u64,
    // Of what is to be left out, nothing else is said.
    #[cache_key(skip)]
    limit: f64,
}

#[derive(CacheKey)]
#[cache_key]
struct Nothing { page: u64 }

#[derive(NoKey)]
#[no_key(always)]
struct Pool;

#[derive(User)]
struct UserId(#[user(id)] i64);

fn main() {}
