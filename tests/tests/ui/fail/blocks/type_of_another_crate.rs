use cache_core::cached;

trait Length {
    fn length(&self, unit: u64) -> u64;
}

#[cache_core::methods]
impl Length for String {
    #[cached]
    fn length(&self, unit: u64) -> u64 { self.len() as u64 / unit }
}

fn main() {}
