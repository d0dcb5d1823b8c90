use cache_core::{Model, invalidates};

#[derive(Model)]
#[model(name = "ui.product", id = i64)]
struct Product;

#[invalidates(Product(), Product(id: 5), on = never, ttl = "5m", across(A, B), per_tenant(5), local, Product[1], cache)]
const fn save(a: u64) -> impl Iterator<Item = u64> { let _ = a; std::iter::empty() }

fn main() {
    // The function is still there: no error here.
    save(5).count();
}
