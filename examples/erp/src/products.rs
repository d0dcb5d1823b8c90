//! Handlers over the [catalog](crate::catalog): thin, for what is cached is the repository.

use std::sync::Arc;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, put};
use axum::{Json, Router};
use serde::Deserialize;

use crate::app::App;
use crate::catalog::{Category, Filter, Product, Repository, SqlRepository};
use crate::error::AppError;
use crate::scopes::Session;

async fn list(
    catalog: SqlRepository,
    session: Session,
    filter: Filter,
) -> Result<Json<Arc<Vec<Product>>>, AppError> {
    Ok(Json(catalog.products(&filter, session.staff).await?))
}

async fn details(catalog: SqlRepository, Path(id): Path<i64>) -> Result<Json<Arc<Product>>, AppError> {
    catalog.product(id).await?.map(Json).ok_or(AppError::NotFound)
}

#[derive(Deserialize)]
struct Change {
    category: Option<i64>,
    name: Option<String>,
    cents: Option<i64>,
}

async fn change(
    catalog: SqlRepository,
    Path(id): Path<i64>,
    Json(change): Json<Change>,
) -> Result<StatusCode, AppError> {
    // What is about to be replaced is read from the database: another process may have written it just now.
    let before = catalog.product_uncached(id).await?.ok_or(AppError::NotFound)?;
    let mut after = Product::clone(&before);
    after.category = change.category.unwrap_or(after.category);
    after.name = change.name.unwrap_or(after.name);
    after.cents = change.cents.unwrap_or(after.cents);
    catalog.change(&after, &before).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn stock(catalog: SqlRepository, Path(id): Path<i64>) -> Result<Json<i64>, AppError> {
    catalog.stock(id).await?.map(Json).ok_or(AppError::NotFound)
}

async fn set_stock(
    catalog: SqlRepository,
    Path(id): Path<i64>,
    Json(quantity): Json<i64>,
) -> Result<StatusCode, AppError> {
    let found = catalog.set_stock(id, quantity).await?;
    if found { Ok(StatusCode::NO_CONTENT) } else { Err(AppError::NotFound) }
}

async fn categories(catalog: SqlRepository) -> Result<Json<Arc<Vec<Category>>>, AppError> {
    Ok(Json(catalog.categories().await?))
}

async fn rename_category(
    catalog: SqlRepository,
    Path(id): Path<i64>,
    Json(name): Json<String>,
) -> Result<StatusCode, AppError> {
    let found = catalog.rename_category(id, &name).await?;
    if found { Ok(StatusCode::NO_CONTENT) } else { Err(AppError::NotFound) }
}

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/products", get(list))
        .route("/products/{id}", get(details).put(change))
        .route("/products/{id}/stock", get(stock).put(set_stock))
        .route("/categories", get(categories))
        .route("/categories/{id}", put(rename_category))
}
