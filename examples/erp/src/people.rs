//! People: their profiles, their branches.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use cache_core::{Alias, Model, cached, invalidates};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use crate::app::App;
use crate::error::AppError;
use crate::scopes::{Org, Person, Session};

#[derive(Alias)]
#[alias(name = "people", scope = tenant, ttl = "15m", max_entries = 100_000)]
pub struct People;

#[derive(Model)]
#[model(name = "people.person", per_tenant = Org, id = i64)]
pub struct PersonRow;

#[derive(Model)]
#[model(name = "people.branch", per_tenant = Org, id = i64)]
pub struct Branch;

#[derive(Serialize, Deserialize, FromRow, Clone, PartialEq, Eq, Debug)]
pub struct Profile {
    pub name: String,
    pub mail: String,
    pub branch: i64,
    pub branch_name: String,
}

/// The session is no part of the key: whose entry it is, the scopes around the request say.
#[cached(
    alias = People,
    per_tenant = ambient,
    per_user = ambient,
    invalidate_on = [PersonRow(session.person.0), Branch(ret.branch)],
)]
async fn profile(State(app): State<Arc<App>>, session: Session) -> Result<Json<Arc<Profile>>, AppError> {
    let profile = "select p.name, p.mail, p.branch, b.name as branch_name
        from person p join branch b on b.org = p.org and b.id = p.branch where p.org = $1 and p.id = $2";
    let profile = sqlx::query_as(profile).bind(&*session.org.0).bind(session.person.0);
    Ok(Json(Arc::new(profile.fetch_one(app.db.query()).await?)))
}

#[derive(Deserialize)]
struct NewProfile {
    name: String,
    mail: String,
}

#[invalidates(PersonRow(session.person.0), per_tenant = session.org)]
async fn set_profile(
    State(app): State<Arc<App>>,
    session: Session,
    Json(profile): Json<NewProfile>,
) -> Result<StatusCode, AppError> {
    let update = sqlx::query("update person set name = $3, mail = $4 where org = $1 and id = $2");
    let update = update.bind(&*session.org.0).bind(session.person.0).bind(profile.name).bind(profile.mail);
    match update.execute(app.db.query()).await?.rows_affected() {
        0 => Err(AppError::NotFound),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}

#[derive(Serialize, Deserialize, FromRow, Clone, PartialEq, Eq, Debug)]
pub struct Agency {
    pub name: String,
    pub people: i64,
}

/// A branch of an agency, with how many work there.
#[cached(alias = People, invalidate_on = [Branch(id)])]
async fn branch(
    State(app): State<Arc<App>>,
    org: Org,
    Path(id): Path<i64>,
) -> Result<Json<Arc<Agency>>, AppError> {
    let agency =
        "select b.name, (select count(*) from person p where p.org = b.org and p.branch = b.id) as people
        from branch b where b.org = $1 and b.id = $2";
    let agency = sqlx::query_as(agency).bind(&*org.0).bind(id).fetch_one(app.db.query()).await?;
    Ok(Json(Arc::new(agency)))
}

#[invalidates(Branch(id))]
async fn rename_branch(
    State(app): State<Arc<App>>,
    org: Org,
    Path(id): Path<i64>,
    Json(name): Json<String>,
) -> Result<StatusCode, AppError> {
    let update = sqlx::query("update branch set name = $3 where org = $1 and id = $2");
    match update.bind(&*org.0).bind(id).bind(name).execute(app.db.query()).await?.rows_affected() {
        0 => Err(AppError::NotFound),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}

/// Moves somebody: both branches count their people anew.
#[invalidates(PersonRow(person.0), Branch(each ret), per_tenant = org)]
async fn transfer(app: &App, org: &Org, person: Person, to: i64) -> Result<[i64; 2], AppError> {
    let mut tx = app.db.begin().await?;
    // Written first: a transaction of SQLite that has read may not write any more.
    let lock = sqlx::query("update person set name = name where org = $1 and id = $2");
    lock.bind(&*org.0).bind(person.0).execute(&mut *tx).await?;
    let from = sqlx::query_scalar("select branch from person where org = $1 and id = $2");
    let from = from.bind(&*org.0).bind(person.0).fetch_one(&mut *tx).await?;
    let update = sqlx::query("update person set branch = $3 where org = $1 and id = $2");
    update.bind(&*org.0).bind(person.0).bind(to).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok([from, to])
}

async fn move_person(
    State(app): State<Arc<App>>,
    org: Org,
    Path((branch, person)): Path<(i64, i64)>,
) -> Result<StatusCode, AppError> {
    transfer(&app, &org, Person(person), branch).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/profile", get(profile).put(set_profile))
        .route("/branches/{id}", get(branch).put(rename_branch))
        .route("/branches/{id}/people/{person}", axum::routing::put(move_person))
}
