//! Dashboards and reports: what takes the database longest, made of parts that are cached each by itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use cache_core::cached;
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;

use crate::app::App;
use crate::catalog::{CategoryRow, Listing};
use crate::db::Db;
use crate::error::AppError;
use crate::months::Month;
use crate::people::Branch;
use crate::sales::{Line, Reports, SalesOf, Total, bestsellers, by_branch, totals};
use crate::scopes::Org;

#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct Point {
    /// As `2025-03`.
    pub month: String,
    pub total: Total,
}

#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct Dashboard {
    pub trend: Vec<Point>,
    pub bestsellers: Arc<Vec<Line>>,
    pub branches: Arc<Vec<Line>>,
}

#[derive(Deserialize)]
struct Until {
    until: Option<String>,
}

async fn trend(db: &Db, org: Org, months: &[Month]) -> Result<Vec<Point>, sqlx::Error> {
    let totals = totals(db, org, months).await?;
    let point = |month: &Month| Point {
        month: month.to_string(),
        total: totals.get(month).cloned().unwrap_or_default(),
    };
    Ok(months.iter().map(point).collect())
}

/// Depends on what its parts depend on, for it calls them: on the sales of twelve months, on products and branches.
#[cached(alias = Reports)]
pub async fn dashboard(db: &Db, org: Org, until: Month) -> Result<Arc<Dashboard>, sqlx::Error> {
    let year = until.year_until();
    Ok(Arc::new(Dashboard {
        trend: trend(db, org.clone(), &year).await?,
        bestsellers: bestsellers(db, org.clone(), &year).await?,
        branches: by_branch(db, org, &year).await?,
    }))
}

/// The last month of the books. An application in use asks its calendar.
const LATEST: &str = "2025-12";

fn month(text: Option<&str>) -> Result<Month, AppError> {
    text.unwrap_or(LATEST).parse().map_err(AppError::Invalid)
}

async fn show_dashboard(
    State(app): State<Arc<App>>,
    org: Org,
    Query(Until { until }): Query<Until>,
) -> Result<Json<Arc<Dashboard>>, AppError> {
    Ok(Json(dashboard(&app.db, org, month(until.as_deref())?).await?))
}

#[derive(Deserialize)]
struct Between {
    from: String,
    to: String,
}

/// Not cached as a whole: each of its months is.
async fn show_trend(
    State(app): State<Arc<App>>,
    org: Org,
    Query(Between { from, to }): Query<Between>,
) -> Result<Json<Vec<Point>>, AppError> {
    Ok(Json(trend(&app.db, org, &Month::range(month(Some(&from))?, month(Some(&to))?)).await?))
}

/// A report by parameters that nobody knows beforehand. The map is sorted, so their order makes no difference in the key.
#[cached(alias = Reports, ttl = "10m", invalidate_on = [SalesOf, Branch, CategoryRow, Listing])]
async fn sales_report(
    State(app): State<Arc<App>>,
    org: Org,
    Query(parameters): Query<BTreeMap<String, String>>,
) -> Result<Json<Arc<Vec<Line>>>, AppError> {
    let (mut by, mut first, mut last, mut branch) = (CATEGORY, month(Some("2025-01"))?, month(None)?, None);
    for (name, value) in &parameters {
        let wrong = || AppError::Invalid(format!("`{name}` can't be `{value}`"));
        match (&**name, &**value) {
            ("by", "category") => by = CATEGORY,
            ("by", "branch") => by = BRANCH,
            ("from", value) => first = month(Some(value))?,
            ("to", value) => last = month(Some(value))?,
            ("branch", value) => branch = Some(value.parse::<i64>().map_err(|_| wrong())?),
            _ => return Err(wrong()),
        }
    }
    let lines = format!(
        "select g.id, g.name, count(*) as sales, cast(sum(s.quantity) as bigint) as quantity,
            cast(sum(s.cents) as bigint) as cents
        from sale s {by} where s.org = $1 and s.sold_on >= $2 and s.sold_on <= $3 and s.branch between $4 and $5
        group by g.id, g.name order by g.id"
    );
    let (lowest, highest) = branch.map_or((i64::MIN, i64::MAX), |branch| (branch, branch));
    let lines =
        sqlx::query_as(AssertSqlSafe(lines)).bind(&*org.0).bind(first.first_day()).bind(last.last_day());
    let lines = lines.bind(lowest).bind(highest).fetch_all(app.db.query()).await?;
    Ok(Json(Arc::new(lines)))
}

const CATEGORY: &str = "join product p on p.org = s.org and p.id = s.product
    join category g on g.org = p.org and g.id = p.category";
const BRANCH: &str = "join branch g on g.org = s.org and g.id = s.branch";

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/dashboard", get(show_dashboard))
        .route("/reports/trend", get(show_trend))
        .route("/reports/sales", get(sales_report))
}
