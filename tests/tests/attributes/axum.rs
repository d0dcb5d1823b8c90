//! Handlers: extractors in the key or left out, `Json` and what is in it, `#[debug_handler]` over and under.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, Path, Query, State};
use axum::http::{Method, Request, StatusCode, Uri};
use axum::routing::{get, post};
use axum::{Json, Router, debug_handler};
use cache_core::{Cache, CacheKey, Model, NoKey, Tenant, User, cached, graph, invalidates};
use serde::{Deserialize, Serialize};
use tests::{Article, Source};
use tower::ServiceExt;

#[derive(NoKey)]
struct App {
    source: Source,
}

#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
struct Card {
    id: u64,
    number: u64,
}

#[derive(Deserialize, CacheKey)]
struct Page {
    page: u32,
    of: Option<String>,
}

#[debug_handler]
#[cached(invalidate_on = [Article(id)])]
async fn above(State(app): State<Arc<App>>, Path(id): Path<u64>, Query(page): Query<Page>) -> Json<Card> {
    let _ = (page.page, page.of);
    Json(Card { id, number: app.source.read().await })
}

#[cached(invalidate_on = [Article(id.0)])]
#[debug_handler]
async fn under(state: State<Arc<App>>, id: Path<u64>, page: Query<Page>) -> Result<Json<Card>, StatusCode> {
    match (state.source.read().await, page.0.page) {
        (number, 1) => Ok(Json(Card { id: id.0, number })),
        _ => Err(StatusCode::NOT_FOUND),
    }
}

#[cached]
async fn request(State(app): State<Arc<App>>, method: Method, uri: Uri, body: Json<Page>) -> String {
    format!("{method} {uri} {} {}", body.page, app.source.read().await)
}

#[debug_handler]
#[invalidates(Article(id))]
async fn write_above(State(app): State<Arc<App>>, Path(id): Path<u64>) -> Result<Json<Card>, StatusCode> {
    app.source.write(8);
    Ok(Json(Card { id, number: 8 }))
}

/// `ret` is the value within.
#[invalidates(Article(ret.id))]
#[debug_handler]
async fn write_under(State(app): State<Arc<App>>) -> Result<Json<Card>, StatusCode> {
    app.source.write(9);
    Ok(Json(Card { id: 5, number: 9 }))
}

fn app() -> (Arc<App>, Router) {
    let app = Arc::new(App { source: Source::new(7) });
    let router = Router::new()
        .route("/above/{id}", get(above))
        .route("/under/{id}", get(under))
        .route("/request", post(request).put(request))
        .route("/write_above/{id}", post(write_above))
        .route("/write_under", post(write_under));
    (app.clone(), router.with_state(app))
}

async fn send(router: &Router, method: &str, uri: &str, body: &'static str) -> (StatusCode, String) {
    let request = Request::builder().method(method).uri(uri).header("content-type", "application/json");
    let response = router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), 1_000).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

async fn ok(router: &Router, method: &str, uri: &str) -> String {
    let (status, body) = send(router, method, uri, "").await;
    assert_eq!(status, StatusCode::OK, "{body}");
    body
}

#[cache_core::test]
async fn handlers_are_cached_and_written_to() {
    for (path, write) in [("above", "/write_above/5"), ("under", "/write_under")] {
        let (app, router) = app();
        for _ in 0..2 {
            assert_eq!(ok(&router, "GET", &format!("/{path}/5?page=1")).await, r#"{"id":5,"number":7}"#);
        }
        assert_eq!(app.source.reads(), 1);
        ok(&router, "GET", &format!("/{path}/6?page=1")).await;
        assert_eq!(app.source.reads(), 2, "another id is another key");
        ok(&router, "GET", &format!("/{path}/5?page=1&of=a")).await;
        assert_eq!(app.source.reads(), 3, "another query is another key");

        ok(&router, "POST", write).await;
        let number = if path == "above" { 8 } else { 9 };
        assert_eq!(
            ok(&router, "GET", &format!("/{path}/5?page=1")).await,
            format!(r#"{{"id":5,"number":{number}}}"#)
        );
        assert_eq!(app.source.reads(), 4);
        ok(&router, "GET", &format!("/{path}/6?page=1")).await;
        assert_eq!(app.source.reads(), 4, "another row was not written");
    }
}

#[cache_core::test]
async fn an_error_is_not_stored() {
    let (app, router) = app();
    for _ in 0..2 {
        assert_eq!(send(&router, "GET", "/under/5?page=2", "").await.0, StatusCode::NOT_FOUND);
    }
    assert_eq!(app.source.reads(), 2);
}

#[cache_core::test]
async fn method_uri_and_body_are_in_the_key() {
    let (app, router) = app();
    for (reads, (method, uri, body)) in (1..).zip([
        ("POST", "/request?a", r#"{"page":1}"#),
        ("PUT", "/request?a", r#"{"page":1}"#),
        ("POST", "/request?b", r#"{"page":1}"#),
        ("POST", "/request?a", r#"{"page":2}"#),
    ]) {
        for _ in 0..2 {
            assert_eq!(send(&router, method, uri, body).await.0, StatusCode::OK);
            assert_eq!(app.source.reads(), reads);
        }
    }
}

#[cached]
async fn extended(tenant: Extension<u64>, app: Extension<Arc<App>>) -> Json<u64> {
    Json(tenant.0 + app.source.read().await)
}

#[cache_core::test]
async fn what_is_stored_is_within() {
    let (app, _) = app();
    let page = || Query(Page { page: 1, of: None });

    let Json(card) = above(State(app.clone()), Path(5), page()).await;
    let stored = above::entry(Path(5), page());
    assert_eq!(stored.get().await.unwrap().0, card);
    assert_eq!(stored.key(), "test:default:attributes::axum::above@ff7e211d:id=5:page=(page=1,of=None)");

    let extended_entry = extended::entry(Extension(1));
    assert_eq!(extended(Extension(1), Extension(app)).await.0, 8);
    assert_eq!(extended_entry.get().await.unwrap().0, 8);
    assert_eq!(extended_entry.key(), "test:default:attributes::axum::extended@2a2b7e06:tenant=1");
}

#[derive(Tenant, Deserialize, Clone, Copy)]
struct Shop(u64);

#[derive(User, Clone, Copy)]
struct Clerk(u64);

#[derive(Model)]
#[model(name = "axum.offer", per_tenant = Shop, id = u64)]
struct Offer;

/// What the application says to its callers.
#[derive(Debug)]
struct AppError;

/// The tenant is in the path, the user is what a middleware found.
#[cached(per_tenant, per_user, invalidate_on = [Offer(5)])]
async fn offer(
    State(app): State<Arc<App>>,
    Path(shop): Path<Shop>,
    Extension(clerk): Extension<Clerk>,
) -> Result<Json<Arc<Card>>, AppError> {
    let number = app.source.read().await;
    if number == 0 { Err(AppError) } else { Ok(Json(Arc::new(Card { id: shop.0 * 10 + clerk.0, number }))) }
}

#[invalidates(Offer(5))]
async fn set_offer(State(app): State<Arc<App>>, Extension(shop): Extension<Shop>) -> Result<(), AppError> {
    let _ = shop;
    app.source.write(8);
    Ok(())
}

#[cache_core::test]
async fn what_is_extracted_is_the_tenant_and_the_user() {
    let (app, _) = app();
    let ask = async |shop, clerk| {
        let Json(card) = offer(State(app.clone()), Path(Shop(shop)), Extension(Clerk(clerk))).await.unwrap();
        card
    };
    let card = ask(1, 2).await;
    assert!(Arc::ptr_eq(&card, &ask(1, 2).await), "a hit clones a pointer");
    assert_eq!([ask(1, 3).await.id, ask(2, 2).await.id, card.id], [13, 22, 12]);
    assert_eq!(app.source.reads(), 3);
    let key = offer::entry(Path(Shop(1)), Extension(Clerk(2))).key();
    assert!(key.starts_with("test:default:shop=1:clerk=2:attributes::axum::offer@"), "{key}");

    set_offer(State(app.clone()), Extension(Shop(1))).await.unwrap();
    assert_eq!((ask(1, 2).await.number, ask(2, 2).await.number), (8, 7));
    assert_eq!(app.source.reads(), 4);

    Cache::current().invalidate(cache_core::target::tenant(Shop(1))).await;
    app.source.write(0);
    let answer = offer(State(app.clone()), Path(Shop(1)), Extension(Clerk(2))).await;
    assert!(answer.is_err(), "an error is returned");
    app.source.write(9);
    assert_eq!(ask(1, 2).await.number, 9, "and not stored");
}

/// `#[debug_handler]` copies the function, and with it what the attribute under it makes.
#[test]
fn a_copied_function_is_one() {
    for name in ["above", "under"] {
        let name = format!("attributes::axum::{name}");
        assert_eq!(graph().functions.iter().filter(|function| function.name == name).count(), 1, "{name}");
    }
}
