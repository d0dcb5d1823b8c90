use cache_core::Model;

#[derive(Model)]
#[model(name = "shop.product", id = f64)]
struct Marker;

struct Id(i64);

#[derive(Model)]
#[model(name = "shop.article")]
struct Article {
    #[model(id)]
    id: Id,
}

#[derive(Model)]
#[model(name = "shop.line")]
struct Line {
    #[model(id)]
    order: i64,
    #[model(id)]
    position: f64,
}

fn main() {}
