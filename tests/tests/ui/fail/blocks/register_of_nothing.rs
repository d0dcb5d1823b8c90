use cache_core::{KeyName, cached};

struct Catalog;

struct Order;

#[cached]
fn plain(id: u64) -> u64 { id }

#[cached]
fn count<T: KeyName>(id: u64) -> u64 { id }

cache_core::register!();
cache_core::register!("Catalog");
cache_core::register!(Catalog);
cache_core::register!(Catalog, Order);
cache_core::register!(fn main);
cache_core::register!(fn plain<u64>);
cache_core::register!(fn count<Order>);

fn main() {}
