//! Handlers of axum, cached and invalidating: `cargo run -p examples --features web --bin web`.
//!
//! The requests are made in the process; a server would `axum::serve(listener, router)` the same.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{Request, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use cache_core::{Model, NoKey, Tenant, cached, invalidates};
use serde::{Deserialize, Serialize};
use tower::ServiceExt;

/// Whose shop a request is for. An extractor, and a tenant: the argument of this type scopes a handler.
#[derive(Tenant, Clone, Copy, PartialEq, Eq, Hash)]
struct Shop(u32);

impl<S: Sync> FromRequestParts<S> for Shop {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Shop, StatusCode> {
        let shop = parts.headers.get("x-shop").and_then(|shop| shop.to_str().ok()?.parse().ok());
        shop.map(Shop).ok_or(StatusCode::UNAUTHORIZED)
    }
}

#[derive(Model)]
#[model(name = "product", per_tenant = Shop, id = u32)]
struct Product;

#[derive(Serialize, Deserialize, Clone)]
struct Card {
    cents: u32,
}

/// What handlers share. Never a part of a key, and so neither is `State<Arc<Database>>`.
#[derive(NoKey, Default)]
struct Database {
    cards: Mutex<HashMap<(Shop, u32), Card>>,
    queries: AtomicUsize,
}

/// The key is the shop and the path. What is stored is the `Card`; a 404 is not.
#[cached(per_tenant, invalidate_on = [Product(id)])]
async fn card(
    State(db): State<Arc<Database>>,
    shop: Shop,
    Path(id): Path<u32>,
) -> Result<Json<Card>, StatusCode> {
    db.queries.fetch_add(1, Ordering::Relaxed);
    let card = db.cards.lock().unwrap().get(&(shop, id)).cloned();
    card.map(Json).ok_or(StatusCode::NOT_FOUND)
}

#[invalidates(Product(id))]
async fn set_card(
    State(db): State<Arc<Database>>,
    shop: Shop,
    Path(id): Path<u32>,
    Json(card): Json<Card>,
) -> StatusCode {
    db.cards.lock().unwrap().insert((shop, id), card);
    StatusCode::NO_CONTENT
}

#[tokio::main]
async fn main() {
    let db = Arc::new(Database::default());
    let router = Router::new().route("/cards/{id}", get(card).put(set_card)).with_state(db.clone());
    let send = async |method: &str, shop: &str, path: &str, body: &'static str, expected: (u16, usize)| {
        let request = Request::builder().method(method).uri(path).header("x-shop", shop);
        let request = request.header("content-type", "application/json").body(Body::from(body)).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let answer = to_bytes(response.into_body(), 1_000).await.unwrap();
        let queries = db.queries.load(Ordering::Relaxed);
        println!(
            "shop {shop}: {method:3} {path} {body:13} {status} {:13} queries: {queries}",
            String::from_utf8_lossy(&answer)
        );
        assert_eq!((status, queries), expected);
    };

    send("GET", "1", "/cards/5", "", (404, 1)).await;
    send("PUT", "1", "/cards/5", r#"{"cents":400}"#, (204, 1)).await;
    send("GET", "1", "/cards/5", "", (200, 2)).await;
    send("GET", "1", "/cards/5", "", (200, 2)).await;
    send("GET", "2", "/cards/5", "", (404, 3)).await;
    send("PUT", "1", "/cards/5", r#"{"cents":450}"#, (204, 3)).await;
    send("GET", "1", "/cards/5", "", (200, 4)).await;
}
