//! What a person may do in an organisation: read on every request, so long-lived, and security-sensitive, so verified on each
//! read. A change of a role concerns those who have it, a grant one person.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, put};
use axum::{Json, Router};
use cache_core::{Alias, Model, cached, invalidates};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::db::Db;
use crate::error::AppError;
use crate::scopes::{Org, Session};

#[derive(Alias)]
#[alias(name = "permissions", scope = tenant, ttl = "1h", max_entries = 100_000, coherence = verify)]
pub struct Permissions;

#[derive(Model)]
#[model(name = "rbac.role", per_tenant = Org, id = i64)]
pub struct Role;

/// Which roles a person has.
#[derive(Model)]
#[model(name = "rbac.member", per_tenant = Org, id = i64)]
pub struct Member;

#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct Granted {
    pub roles: Vec<i64>,
    pub permissions: Vec<String>,
}

/// Gone when the person gets or loses a role, and when one of the roles is changed.
#[cached(alias = Permissions, invalidate_on = [Member(person), Role(each ret.roles)])]
pub async fn permissions(db: &Db, org: Org, person: i64) -> Result<Arc<Granted>, sqlx::Error> {
    let roles = "select role from role_member where org = $1 and person = $2 order by role";
    let roles = sqlx::query_scalar(roles).bind(&*org.0).bind(person).fetch_all(db.query()).await?;
    let permissions = "select distinct permission from role_member m
        join role_permission p on p.org = m.org and p.role = m.role
        where m.org = $1 and m.person = $2 order by permission";
    let permissions =
        sqlx::query_scalar(permissions).bind(&*org.0).bind(person).fetch_all(db.query()).await?;
    Ok(Arc::new(Granted { roles, permissions }))
}

async fn mine(State(app): State<Arc<App>>, session: Session) -> Result<Json<Arc<Granted>>, AppError> {
    Ok(Json(permissions(&app.db, session.org, session.person.0).await?))
}

#[invalidates(Role(role))]
async fn set_role(
    State(app): State<Arc<App>>,
    org: Org,
    Path(role): Path<i64>,
    Json(permissions): Json<Vec<String>>,
) -> Result<StatusCode, AppError> {
    let mut tx = app.db.begin().await?;
    let delete = sqlx::query("delete from role_permission where org = $1 and role = $2");
    delete.bind(&*org.0).bind(role).execute(&mut *tx).await?;
    for permission in permissions {
        let insert = sqlx::query("insert into role_permission values ($1, $2, $3) on conflict do nothing");
        insert.bind(&*org.0).bind(role).bind(permission).execute(&mut *tx).await?;
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[invalidates(Member(person))]
async fn grant(
    State(app): State<Arc<App>>,
    org: Org,
    Path((role, person)): Path<(i64, i64)>,
) -> Result<StatusCode, AppError> {
    let insert = sqlx::query("insert into role_member values ($1, $2, $3) on conflict do nothing");
    insert.bind(&*org.0).bind(person).bind(role).execute(app.db.query()).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[invalidates(Member(person))]
async fn revoke(
    State(app): State<Arc<App>>,
    org: Org,
    Path((role, person)): Path<(i64, i64)>,
) -> Result<StatusCode, AppError> {
    let delete = sqlx::query("delete from role_member where org = $1 and person = $2 and role = $3");
    delete.bind(&*org.0).bind(person).bind(role).execute(app.db.query()).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/permissions", get(mine))
        .route("/roles/{role}", put(set_role))
        .route("/roles/{role}/members/{person}", put(grant).delete(revoke))
}
