//! The application: what its handlers share, and all its routes.

use std::sync::Arc;

use axum::Router;
use cache_core::NoKey;

use crate::db::Db;
use crate::gold::Exchange;
use crate::scopes::Session;
use crate::statistics::{Counted, count};
use crate::{
    facility, gold, import, orders, people, permissions, products, projects, reference, reports, statistics,
};

/// What handlers share.
#[derive(NoKey, Debug)]
pub struct App {
    pub db: Db,
    pub exchange: Arc<Exchange>,
    pub routes: Counted,
}

impl App {
    pub fn new(db: Db) -> Arc<App> {
        Arc::new(App { db, exchange: Arc::default(), routes: Counted::default() })
    }
}

pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .merge(facility::routes())
        .merge(gold::routes())
        .merge(import::routes())
        .merge(orders::routes())
        .merge(people::routes())
        .merge(permissions::routes())
        .merge(products::routes())
        .merge(projects::routes())
        .merge(reference::routes())
        .merge(reports::routes())
        .merge(statistics::routes())
        .layer(Session::layer())
        .route_layer(axum::middleware::from_fn_with_state(Arc::clone(&app), count))
        .with_state(app)
}
