use cache_core::{Model, invalidates};
use sqlx::PgConnection;

#[derive(Model)]
#[model(name = "shop.product", id = i64)]
struct Product;

#[invalidates(Product(id))]
async fn save(connection: &mut PgConnection, id: i64) { let _ = (connection, id); }

fn main() {}
