//! Orders: one transaction over several services. What each of them invalidates is invalidated when it commits, and not if it
//! doesn't.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use cache_core::invalidates;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::catalog::Stock;
use crate::db::Tx;
use crate::error::AppError;
use crate::months::month_of;
use crate::sales::{self, Sale};
use crate::scopes::{Org, Session};

#[derive(Deserialize)]
struct Order {
    product: i64,
    branch: i64,
    quantity: i64,
    /// A day, as `2025-12-31`.
    on: String,
}

#[derive(Serialize)]
struct Placed {
    number: i64,
    cents: i64,
}

/// Takes from the stock. `false` where there isn't enough.
#[invalidates(Stock(product))]
async fn take(tx: &mut Tx, org: Org, product: i64, quantity: i64) -> Result<bool, sqlx::Error> {
    let update =
        "update stock set quantity = quantity - $3 where org = $1 and product = $2 and quantity >= $3";
    let update = sqlx::query(update).bind(&*org.0).bind(product).bind(quantity);
    Ok(update.execute(&mut **tx).await?.rows_affected() > 0)
}

async fn place(
    State(app): State<Arc<App>>,
    Session { org, person, .. }: Session,
    Json(order): Json<Order>,
) -> Result<(StatusCode, Json<Placed>), AppError> {
    let Order { product, branch, quantity, on: sold_on } = order;
    let month = month_of(&sold_on).map_err(AppError::Invalid)?;
    if !(1..=1_000).contains(&quantity) {
        return Err(AppError::Invalid("a quantity is between 1 and 1000".to_owned()));
    }
    let mut tx = app.db.begin().await?;
    if !take(&mut tx, org.clone(), product, quantity).await? {
        // Dropped, it is rolled back: nothing is invalidated.
        return Err(AppError::Conflict("there isn't enough in stock"));
    }
    let cents = sqlx::query_scalar("select cents from product where org = $1 and id = $2");
    let cents: i64 = cents.bind(&*org.0).bind(product).fetch_one(&mut *tx).await?;
    let cents = cents * quantity;
    let sale = Sale { product, branch, person: person.0, sold_on, month, quantity, cents };
    let number = sales::book(&mut tx, org, &sale).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(Placed { number, cents })))
}

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/orders", post(place))
}
