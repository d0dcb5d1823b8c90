use cache_core::cached;

#[cached]
fn argument(id: Idd) -> u64 { 1 }

#[cached]
fn returned(id: u64) -> Reslt<u64> { Ok(id) }

#[cached(alias = Pricse)]
fn alias(id: u64) -> u64 { id }

fn main() {}
