use cache_core::cached;

#[cached]
unsafe fn pointed_at(id: u64) -> u64 { id }

#[cached]
extern "C" fn for_c(id: u64) -> u64 { id }

fn main() {}
