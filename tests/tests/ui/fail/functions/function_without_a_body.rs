use cache_core::cached;

trait Catalog {
    #[cached]
    fn price(&self, id: u64) -> u64;
}

fn main() {}
