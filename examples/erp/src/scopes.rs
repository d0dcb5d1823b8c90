//! Whose data it is, and who asks. A request says so in its headers; here a login would stand.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use cache_core::{NoKey, Scopes, Tenant, User};
use cache_http::ScopeLayer;
use serde::Deserialize;

use crate::error::AppError;

/// An organisation: the tenant. All that is cached of it has its name in the key.
#[derive(Tenant, Clone, PartialEq, Eq, Debug)]
pub struct Org(pub Arc<str>);

/// A client of an organisation, in the facility part.
#[derive(Tenant, Clone, Debug)]
pub struct Client {
    #[tenant(parent)]
    pub org: Org,
    pub client: i64,
}

/// A business unit of a client: the third level.
#[derive(Tenant, Clone, Debug)]
pub struct Unit {
    #[tenant(parent)]
    pub client: Client,
    pub unit: i64,
}

/// A person of an organisation: the user.
#[derive(User, Clone, Copy, PartialEq, Eq, Debug)]
pub struct Person(pub i64);

/// Who is logged in. No part of keys: functions that take it say whose entry it is.
#[derive(NoKey, Clone, Debug)]
pub struct Session {
    pub org: Org,
    pub person: Person,
    /// Staff sees what is not published.
    pub staff: bool,
}

impl Session {
    /// The ambient scopes of requests: for what doesn't take its tenant or user as an argument.
    pub fn layer() -> ScopeLayer<Session, impl Fn(Session) -> Scopes + Clone> {
        ScopeLayer::new(|session: Session| Scopes::NONE.tenant(&session.org).user(&session.person))
    }
}

/// A header's text.
fn header<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    std::str::from_utf8(parts.headers.get(name)?.as_bytes()).ok()
}

impl<S: Sync> FromRequestParts<S> for Org {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Org, AppError> {
        header(parts, "x-tenant").map(|name| Org(name.into())).ok_or(AppError::Unauthorized)
    }
}

impl<S: Sync> FromRequestParts<S> for Session {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Session, AppError> {
        let org = Org::from_request_parts(parts, state).await?;
        let person = header(parts, "x-user").and_then(|id| id.parse().ok()).ok_or(AppError::Unauthorized)?;
        Ok(Session { org, person: Person(person), staff: header(parts, "x-staff") == Some("yes") })
    }
}

#[derive(Deserialize)]
struct ClientId {
    client: i64,
}

#[derive(Deserialize)]
struct UnitId {
    unit: i64,
}

impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Client, AppError> {
        let org = Org::from_request_parts(parts, state).await?;
        let Path(ClientId { client }) = Path::from_request_parts(parts, state).await?;
        Ok(Client { org, client })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Unit {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Unit, AppError> {
        let client = Client::from_request_parts(parts, state).await?;
        let Path(UnitId { unit }) = Path::from_request_parts(parts, state).await?;
        Ok(Unit { client, unit })
    }
}
