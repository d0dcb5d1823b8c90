//! A bulk import: many rows in one transaction, a handful of invalidations.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use cache_core::invalidates;
use serde::Deserialize;

use crate::app::App;
use crate::catalog::{Listing, ProductRow, Stock};
use crate::db::Tx;
use crate::error::AppError;
use crate::scopes::Org;

/// A product, new or changed.
#[derive(Deserialize)]
struct Imported {
    id: i64,
    category: i64,
    name: String,
    cents: i64,
}

/// All product lists: where the products were before isn't known.
#[invalidates(ProductRow(each products.iter().map(|product| product.id)), Listing)]
async fn import_products(tx: &mut Tx, org: Org, products: &[Imported]) -> Result<(), sqlx::Error> {
    for product in products {
        let upsert = "insert into product values ($1, $2, $3, $4, $5, 1) on conflict (org, id)
            do update set category = excluded.category, name = excluded.name, cents = excluded.cents";
        let upsert = sqlx::query(upsert).bind(&*org.0).bind(product.id).bind(product.category);
        upsert.bind(&product.name).bind(product.cents).execute(&mut **tx).await?;
    }
    Ok(())
}

/// What is new begins without stock.
#[invalidates(Stock(each products.iter().map(|product| product.id)))]
async fn open_stock(tx: &mut Tx, org: Org, products: &[Imported]) -> Result<(), sqlx::Error> {
    for product in products {
        let insert = sqlx::query("insert into stock values ($1, $2, 0) on conflict do nothing");
        insert.bind(&*org.0).bind(product.id).execute(&mut **tx).await?;
    }
    Ok(())
}

async fn import(
    State(app): State<Arc<App>>,
    org: Org,
    Json(products): Json<Vec<Imported>>,
) -> Result<Json<usize>, AppError> {
    let mut tx = app.db.begin().await?;
    import_products(&mut tx, org.clone(), &products).await?;
    open_stock(&mut tx, org, &products).await?;
    tx.commit().await?;
    Ok(Json(products.len()))
}

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/import", post(import))
}
