use cache_core::cached;

struct Product;

#[cached]
fn named<T: Default>(id: u64) -> u64 { let _ = T::default(); id }

#[cached(skip(U))]
fn left_out<U: Default>(id: u64) -> u64 { let _ = U::default(); id }

#[cached]
fn given<T: cache_core::KeyName>(id: u64) -> u64 { id }

fn main() {
    left_out::<Vec<u8>>(5);
    given::<Vec<u8>>(5);
    given::<Product>(5);
}
