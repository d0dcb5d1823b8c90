struct Catalog;

#[cache_core::methods]
impl Catalog {
    fn price(&self, id: u64) -> u64 { id }
}

#[cache_core::methods]
trait Source {
    fn price(&self, id: u64) -> u64;
}

fn main() {}
