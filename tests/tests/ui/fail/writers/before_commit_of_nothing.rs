use cache_core::{Model, invalidates};

#[derive(Model)]
#[model(name = "ui.product", id = i64)]
struct Product;

#[invalidates(Product(id), before_commit)]
fn save(id: i64) { let _ = id; }

#[invalidates(Product(id), before_commit = true)]
fn with_a_value(connection: &mut sqlx::PgConnection, id: i64) { let _ = (connection, id); }

fn main() {}
