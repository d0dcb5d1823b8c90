use cache_core::{NoKey, cached};

#[derive(NoKey)]
struct Repo<T>(T);

#[cache_core::methods]
impl<T> Repo<T> {
    #[cached(ttl = "1m")]
    fn price(&self, id: u64) -> u64 { id }
}

fn main() {}
