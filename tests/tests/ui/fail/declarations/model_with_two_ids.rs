use cache_core::Model;

#[derive(Model)]
#[model(name = "shop.product", id = i64)]
struct Product {
    #[model(id)]
    id: i64,
}

fn main() {}
