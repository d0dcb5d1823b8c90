//! Reference data: small, asked for everywhere, changed rarely. Lists that all organisations share, tax rates, and the dropdowns
//! of each organisation's forms.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, put};
use axum::{Json, Router};
use cache_core::{Alias, CacheKey, Model, cached, invalidates};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use crate::app::App;
use crate::error::AppError;
use crate::scopes::Org;

/// What belongs to nobody. It may live long, for all that it depends on is declared.
#[derive(Alias)]
#[alias(name = "reference", ttl = "12h", max_entries = 10_000)]
pub struct Reference;

/// What each organisation has of its own.
#[derive(Alias)]
#[alias(name = "dropdowns", scope = tenant, ttl = "4h", max_entries = 10_000)]
pub struct Dropdowns;

/// A tag: `currency`, `unit`, `status`.
#[derive(Model)]
#[model(name = "reference.list", id = String)]
pub struct List;

/// By jurisdiction and category of goods.
#[derive(Model)]
#[model(name = "reference.tax_rate", id = (String, i64))]
pub struct TaxRate;

#[derive(Model)]
#[model(name = "reference.dropdown", per_tenant = Org, id = String)]
pub struct Dropdown;

#[derive(Serialize, Deserialize, FromRow, Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

#[derive(Deserialize)]
pub struct Label {
    pub label: String,
}

/// The version is of what the value means: another one leaves what an older program has stored alone.
#[cached(alias = Reference, version = 2, invalidate_on = [List(list)])]
async fn list(
    State(app): State<Arc<App>>,
    Path(list): Path<String>,
) -> Result<Json<Arc<Vec<Choice>>>, AppError> {
    let choices = "select code as value, label from reference where list = $1 order by code";
    let choices = sqlx::query_as(choices).bind(list).fetch_all(app.db.query()).await?;
    Ok(Json(Arc::new(choices)))
}

#[invalidates(List(list))]
async fn set_label(
    State(app): State<Arc<App>>,
    Path((list, code)): Path<(String, String)>,
    Json(Label { label }): Json<Label>,
) -> Result<StatusCode, AppError> {
    let upsert = "insert into reference values ($1, $2, $3)
        on conflict (list, code) do update set label = excluded.label";
    sqlx::query(upsert).bind(list).bind(code).bind(label).execute(app.db.query()).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, CacheKey)]
struct Taxed {
    jurisdiction: String,
    category: i64,
    /// A day, as `2025-12-31`.
    on: String,
}

/// In thousandths. That there is none is kept for a short time only.
#[cached(alias = Reference, none_ttl = "1m", invalidate_on = [TaxRate(&*taxed.jurisdiction, taxed.category)])]
async fn tax_rate(
    State(app): State<Arc<App>>,
    Query(taxed): Query<Taxed>,
) -> Result<Json<Option<i64>>, AppError> {
    let rate = "select permille from tax_rate where jurisdiction = $1 and category = $2 and since <= $3
        order by since desc limit 1";
    let rate = sqlx::query_scalar(rate).bind(&taxed.jurisdiction).bind(taxed.category).bind(&taxed.on);
    Ok(Json(rate.fetch_optional(app.db.query()).await?))
}

#[derive(Deserialize)]
struct NewRate {
    jurisdiction: String,
    category: i64,
    since: String,
    permille: i64,
}

#[invalidates(TaxRate(&*rate.jurisdiction, rate.category))]
async fn set_tax_rate(
    State(app): State<Arc<App>>,
    Json(rate): Json<NewRate>,
) -> Result<StatusCode, AppError> {
    let upsert = "insert into tax_rate values ($1, $2, $3, $4)
        on conflict (jurisdiction, category, since) do update set permille = excluded.permille";
    let upsert = sqlx::query(upsert).bind(&rate.jurisdiction).bind(rate.category).bind(&rate.since);
    upsert.bind(rate.permille).execute(app.db.query()).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cached(alias = Dropdowns, invalidate_on = [Dropdown(kind)])]
async fn dropdown(
    State(app): State<Arc<App>>,
    org: Org,
    Path(kind): Path<String>,
) -> Result<Json<Arc<Vec<Choice>>>, AppError> {
    let choices = "select value, label from dropdown where org = $1 and kind = $2 order by value";
    let choices = sqlx::query_as(choices).bind(&*org.0).bind(kind).fetch_all(app.db.query()).await?;
    Ok(Json(Arc::new(choices)))
}

#[invalidates(Dropdown(kind))]
async fn set_choice(
    State(app): State<Arc<App>>,
    org: Org,
    Path((kind, value)): Path<(String, String)>,
    Json(Label { label }): Json<Label>,
) -> Result<StatusCode, AppError> {
    let upsert = "insert into dropdown values ($1, $2, $3, $4)
        on conflict (org, kind, value) do update set label = excluded.label";
    let upsert = sqlx::query(upsert).bind(&*org.0).bind(kind).bind(value).bind(label);
    upsert.execute(app.db.query()).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/reference/{list}", get(list))
        .route("/reference/{list}/{code}", put(set_label))
        .route("/tax", get(tax_rate).put(set_tax_rate))
        .route("/dropdowns/{kind}", get(dropdown))
        .route("/dropdowns/{kind}/{value}", put(set_choice))
}
