use cache_core::Model;

#[derive(Model)]
#[model(name = "a", id = "i64")]
struct Text;

#[derive(Model)]
#[model(name = "b", id)]
struct NoType;

#[derive(Model)]
#[model(name = "c", id = product_id)]
struct Field { product_id: i64 }

#[derive(Model)]
#[model(name = "d", id = &str)]
struct Borrowed;

#[derive(Model)]
#[model(name = "e")]
struct Key {
    #[model(key)]
    id: i64,
}

#[derive(Model)]
#[model(name = "f")]
struct Twice {
    #[model(id)]
    #[model(id)]
    id: i64,
}

#[derive(Model)]
#[model(name = "g")]
enum Variants {
    One { #[model(id)] id: i64 },
}

#[derive(Model)]
#[model(name = "h", id = i64)]
struct Both {
    #[model(id)]
    id: i64,
}

fn main() {}
