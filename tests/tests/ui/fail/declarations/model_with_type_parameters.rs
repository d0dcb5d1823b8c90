use cache_core::Model;

#[derive(Model)]
#[model(name = "shop.product")]
struct Product<T> {
    #[model(id)]
    id: T,
}

fn main() {}
