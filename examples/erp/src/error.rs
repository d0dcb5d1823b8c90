//! What handlers answer when they can't do what was asked.

use axum::extract::rejection::PathRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// Why there is no answer. Never stored: only what succeeds is.
#[derive(Debug)]
pub enum AppError {
    /// Nobody is logged in.
    Unauthorized,
    NotFound,
    /// What the caller has to change.
    Invalid(String),
    /// It was possible a moment ago.
    Conflict(&'static str),
    /// A service that this one asks doesn't answer.
    Unavailable(&'static str),
    Database(sqlx::Error),
}

impl From<sqlx::Error> for AppError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::RowNotFound => AppError::NotFound,
            error => AppError::Database(error),
        }
    }
}

impl From<PathRejection> for AppError {
    fn from(rejection: PathRejection) -> Self {
        AppError::Invalid(rejection.body_text())
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let (status, text) = match self {
            AppError::Unauthorized => (StatusCode::UNAUTHORIZED, "say who you are".to_owned()),
            AppError::NotFound => (StatusCode::NOT_FOUND, "there is none".to_owned()),
            AppError::Invalid(what) => (StatusCode::BAD_REQUEST, what),
            AppError::Conflict(what) => (StatusCode::CONFLICT, what.to_owned()),
            AppError::Unavailable(what) => (StatusCode::BAD_GATEWAY, what.to_owned()),
            AppError::Database(error) => {
                tracing::error!(%error, "the database refuses");
                (StatusCode::INTERNAL_SERVER_ERROR, "the database refuses".to_owned())
            }
        };
        (status, text).into_response()
    }
}
