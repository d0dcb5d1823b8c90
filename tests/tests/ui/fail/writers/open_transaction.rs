use cache_core::{Model, invalidates};
use sqlx::Postgres;

#[derive(Model)]
#[model(name = "shop.product", id = i64)]
struct Product;

#[invalidates(Product(id))]
async fn save(transaction: &mut sqlx::Transaction<'_, Postgres>, id: i64) { let _ = (transaction, id); }

#[invalidates(Product(id))]
async fn save_all(transaction: sqlx::Transaction<'_, Postgres>, id: i64) { let _ = (transaction, id); }

fn main() {}
