//! The price of gold, from a service that is slow, costs money and is sometimes away: asked every half minute at the most, by one
//! process, and its last answer is good enough for an hour while it is away.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, put};
use axum::{Json, Router};
use cache_core::{Alias, NoKey, cached};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::AppError;

#[derive(Alias)]
#[alias(name = "market", ttl = "30s", max_entries = 1_000)]
pub struct Market;

/// The service. A stand-in: it takes its time, and does what it is told.
#[derive(NoKey, Debug, Default)]
pub struct Exchange(AtomicU8);

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Service {
    Up,
    Slow,
    Down,
}

/// It doesn't answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Away;

impl Exchange {
    pub fn set(&self, service: Service) {
        self.0.store(service as u8, Ordering::Relaxed);
    }

    /// Of an ounce, in hundredths of the currency.
    async fn ask(&self, currency: &str) -> Result<Option<u64>, Away> {
        let state = self.0.load(Ordering::Relaxed);
        let takes = if state == Service::Slow as u8 { 3_000 } else { 120 };
        tokio::time::sleep(Duration::from_millis(takes)).await;
        if state == Service::Down as u8 {
            return Err(Away);
        }
        Ok([("CHF", 342_150), ("EUR", 365_200), ("USD", 421_990)]
            .into_iter()
            .find_map(|(code, rate)| (code == currency).then_some(rate)))
    }
}

#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct Rate {
    pub currency: String,
    pub ounce: u64,
}

/// Nobody who can be given the last rate waits longer than 300 ms. It owns its arguments, so that it is loaded behind their backs.
#[cached(alias = Market, stale_while_revalidate = "30s", stale_if_error = "1h", load_timeout = "300ms")]
pub async fn rate(exchange: Arc<Exchange>, currency: String) -> Result<Option<Rate>, Away> {
    let ounce = exchange.ask(&currency).await?;
    Ok(ounce.map(|ounce| Rate { currency, ounce }))
}

async fn show(State(app): State<Arc<App>>, Path(currency): Path<String>) -> Result<Json<Rate>, AppError> {
    match rate(Arc::clone(&app.exchange), currency).await {
        Ok(rate) => rate.map(Json).ok_or(AppError::NotFound),
        Err(Away) => Err(AppError::Unavailable("the exchange doesn't answer")),
    }
}

async fn set_service(State(app): State<Arc<App>>, Json(service): Json<Service>) -> StatusCode {
    app.exchange.set(service);
    StatusCode::NO_CONTENT
}

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/gold/{currency}", get(show)).route("/gold/service", put(set_service))
}
