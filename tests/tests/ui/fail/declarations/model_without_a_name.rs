use cache_core::Model;

#[derive(Model)]
struct Product {
    #[model(id)]
    id: i64,
}

fn main() {}
