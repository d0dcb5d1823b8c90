//! Projects of a person. A change of one project concerns all its members: one write, many dependants, in constant time.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, put};
use axum::{Json, Router};
use cache_core::{Model, cached, invalidates};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use crate::app::App;
use crate::error::AppError;
use crate::people::People;
use crate::scopes::{Org, Session};

#[derive(Model)]
#[model(name = "projects.project", per_tenant = Org, id = i64)]
pub struct ProjectRow;

/// Which projects a person is in.
#[derive(Model)]
#[model(name = "projects.membership", per_tenant = Org, id = i64)]
pub struct Membership;

#[derive(Serialize, Deserialize, FromRow, Clone, PartialEq, Eq, Debug)]
pub struct Project {
    pub id: i64,
    pub name: String,
    pub members: i64,
}

/// Depends on each project that is in it, whoever is a member.
#[cached(
    alias = People,
    per_tenant = session.org,
    per_user = session.person,
    invalidate_on = [Membership(session.person.0), ProjectRow(each ret.iter().map(|project| project.id))],
)]
async fn mine(State(app): State<Arc<App>>, session: Session) -> Result<Json<Arc<Vec<Project>>>, AppError> {
    let projects = "select p.id, p.name,
            (select count(*) from project_member o where o.org = p.org and o.project = p.id) as members
        from project_member m join project p on p.org = m.org and p.id = m.project
        where m.org = $1 and m.person = $2 order by p.id";
    let projects = sqlx::query_as(projects).bind(&*session.org.0).bind(session.person.0);
    Ok(Json(Arc::new(projects.fetch_all(app.db.query()).await?)))
}

#[invalidates(ProjectRow(id))]
async fn rename(
    State(app): State<Arc<App>>,
    org: Org,
    Path(id): Path<i64>,
    Json(name): Json<String>,
) -> Result<StatusCode, AppError> {
    let update = sqlx::query("update project set name = $3 where org = $1 and id = $2");
    match update.bind(&*org.0).bind(id).bind(name).execute(app.db.query()).await?.rows_affected() {
        0 => Err(AppError::NotFound),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}

/// The lists of those who are in it show how many they are.
#[invalidates(ProjectRow(project), Membership(person))]
async fn join(
    State(app): State<Arc<App>>,
    org: Org,
    Path((project, person)): Path<(i64, i64)>,
) -> Result<StatusCode, AppError> {
    let insert = sqlx::query("insert into project_member values ($1, $2, $3) on conflict do nothing");
    insert.bind(&*org.0).bind(project).bind(person).execute(app.db.query()).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[invalidates(ProjectRow(project), Membership(person))]
async fn leave(
    State(app): State<Arc<App>>,
    org: Org,
    Path((project, person)): Path<(i64, i64)>,
) -> Result<StatusCode, AppError> {
    let delete = sqlx::query("delete from project_member where org = $1 and project = $2 and person = $3");
    delete.bind(&*org.0).bind(project).bind(person).execute(app.db.query()).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/projects", get(mine))
        .route("/projects/{id}", put(rename))
        .route("/projects/{id}/members/{person}", put(join).delete(leave))
}
