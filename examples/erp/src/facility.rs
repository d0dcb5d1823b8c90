//! Facilities: three levels of scope. Work orders belong to a business unit of a client of an organisation; each level can be
//! invalidated by itself.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, put};
use axum::{Json, Router};
use cache_core::{Alias, Model, cached, invalidates};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use crate::app::App;
use crate::error::AppError;
use crate::scopes::{Client, Unit};

#[derive(Alias)]
#[alias(name = "facility", scope = tenant, ttl = "15m", max_entries = 50_000)]
pub struct Facility;

#[derive(Model)]
#[model(name = "facility.work_order", per_tenant = Unit, id = i64)]
pub struct WorkOrderRow;

/// A tag: what happens at a client, in whichever of its units.
#[derive(Model)]
#[model(name = "facility.work_at", per_tenant = Client, id = i64)]
pub struct WorkAt;

#[derive(Serialize, Deserialize, FromRow, Clone, PartialEq, Eq, Debug)]
pub struct WorkOrder {
    pub id: i64,
    pub title: String,
    pub done: i64,
}

/// Keys begin with `org=acme/client=7/unit=2`.
#[cached(alias = Facility, invalidate_on = [WorkOrderRow])]
async fn work_orders(State(app): State<Arc<App>>, unit: Unit) -> Result<Json<Arc<Vec<WorkOrder>>>, AppError> {
    let orders =
        "select id, title, done from work_order where org = $1 and client = $2 and unit = $3 order by id";
    let orders = sqlx::query_as(orders).bind(&*unit.client.org.0).bind(unit.client.client).bind(unit.unit);
    Ok(Json(Arc::new(orders.fetch_all(app.db.query()).await?)))
}

#[derive(Serialize, Deserialize, FromRow, Clone, PartialEq, Eq, Debug)]
pub struct UnitWork {
    pub unit: i64,
    pub open: i64,
    pub done: i64,
}

#[cached(alias = Facility, invalidate_on = [WorkAt])]
async fn overview(State(app): State<Arc<App>>, client: Client) -> Result<Json<Arc<Vec<UnitWork>>>, AppError> {
    let units = "select unit, cast(sum(1 - done) as bigint) as open, cast(sum(done) as bigint) as done
        from work_order where org = $1 and client = $2 group by unit order by unit";
    let units = sqlx::query_as(units).bind(&*client.org.0).bind(client.client).fetch_all(app.db.query());
    Ok(Json(Arc::new(units.await?)))
}

#[derive(Deserialize)]
struct Change {
    title: String,
    done: bool,
}

#[derive(Deserialize)]
struct OrderId {
    order: i64,
}

#[invalidates(WorkOrderRow(order), WorkAt(unit.unit))]
async fn set_work_order(
    State(app): State<Arc<App>>,
    unit: Unit,
    Path(OrderId { order }): Path<OrderId>,
    Json(Change { title, done }): Json<Change>,
) -> Result<StatusCode, AppError> {
    let upsert = "insert into work_order values ($1, $2, $3, $4, $5, $6)
        on conflict (org, client, unit, id) do update set title = excluded.title, done = excluded.done";
    let upsert = sqlx::query(upsert).bind(&*unit.client.org.0).bind(unit.client.client).bind(unit.unit);
    upsert.bind(order).bind(title).bind(i64::from(done)).execute(app.db.query()).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/facility/{client}", get(overview))
        .route("/facility/{client}/{unit}/orders", get(work_orders))
        .route("/facility/{client}/{unit}/orders/{order}", put(set_work_order))
}
