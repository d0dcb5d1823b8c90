use cache_core::Model;

#[derive(Model)]
#[model(name = "shop.product", key = i64)]
struct Unknown;

#[derive(Model)]
#[model(name = "shop product")]
struct Name;

#[derive(Model)]
#[model(name = "shop.product")]
struct Field {
    #[model(key)]
    id: i64,
}

#[derive(Model)]
#[model(name = "shop.product", id)]
struct NoType;

fn main() {}
