use cache_core::{KeyName, NoKey, cached};

#[derive(NoKey)]
struct Repo<T>(T);

#[cache_core::methods]
impl<T: KeyName> Repo<T> {
    #[cached(ttl = "1m")]
    fn price(&self, id: u64) -> u64 { id }
}

#[cache_core::methods]
impl<T: KeyName> Repo<T> {
    #[cached(ttl = "1m")]
    fn name(&self, id: u64) -> u64 { id }
}

#[cache_core::methods(part = 9)]
impl<T: KeyName> Repo<T> {
    #[cached(ttl = "1m")]
    fn stock(&self, id: u64) -> u64 { id }
}

fn main() {}
