use cache_core::cached;

#[cached]
fn price(id: u64, name: &str) -> u64 { let _ = name; id }

fn main() {
    price("5", "name");
    price::entry("5", "name");
    price::entry(5);
}
