//! Requests have the scopes of their extractor, or none.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::extract::{FromRef, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{Request, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use cache_core::{Cache, NoKey, Scopes, Tenant, User, cached, with_tenant};
use cache_http::ScopeLayer;
use tower::{Service, ServiceExt, service_fn};

#[derive(Tenant, Clone, Copy)]
struct Org(u32);

#[derive(User, Clone, Copy)]
struct Person(u32);

/// What handlers share: how often one of their bodies has run.
#[derive(NoKey, Default)]
struct App(AtomicUsize);

impl App {
    fn count(&self) -> usize {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }
}

#[derive(NoKey)]
struct Session {
    org: Org,
    person: Option<Person>,
}

impl<S: Sync> FromRequestParts<S> for Session {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Session, StatusCode> {
        let number = |name| parts.headers.get(name).and_then(|number| number.to_str().ok()?.parse().ok());
        let org = number("x-org").map(Org).ok_or(StatusCode::UNAUTHORIZED)?;
        Ok(Session { org, person: number("x-person").map(Person) })
    }
}

impl Session {
    fn scopes(self) -> Scopes {
        let scopes = Scopes::NONE.tenant(&self.org);
        self.person.iter().fold(scopes, |scopes, person| scopes.user(person))
    }
}

#[cached(per_tenant = ambient)]
async fn of_the_org(State(app): State<Arc<App>>) -> Json<usize> {
    Json(app.count())
}

#[cached(per_tenant = ambient, per_user = ambient)]
async fn of_the_person(State(app): State<Arc<App>>) -> Json<usize> {
    Json(app.count())
}

fn app() -> Router {
    Router::new()
        .route("/org", get(of_the_org))
        .route("/person", get(of_the_person))
        .layer(ScopeLayer::new(Session::scopes))
        .with_state(Arc::new(App::default()))
}

async fn ask(app: &Router, path: &str, headers: &[(&str, &str)]) -> usize {
    let request =
        headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
    let response = app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let body = axum::body::to_bytes(response.into_body(), 100).await.unwrap();
    std::str::from_utf8(&body).unwrap().parse().unwrap()
}

#[cache_core::test]
async fn each_tenant_and_each_user_has_an_entry() {
    let app = app();
    for _ in 0..2 {
        assert_eq!(ask(&app, "/org", &[("x-org", "1")]).await, 1);
        assert_eq!(ask(&app, "/org", &[("x-org", "2")]).await, 2);
        assert_eq!(ask(&app, "/org", &[("x-org", "1"), ("x-person", "5")]).await, 1);
        assert_eq!(ask(&app, "/person", &[("x-org", "1"), ("x-person", "5")]).await, 3);
        assert_eq!(ask(&app, "/person", &[("x-org", "1"), ("x-person", "6")]).await, 4);
        assert_eq!(ask(&app, "/person", &[("x-org", "2"), ("x-person", "5")]).await, 5);
    }
}

/// It fails closed: a request that the extractor refuses, or that lacks one of the two, is nobody's.
#[cache_core::test]
async fn without_its_scope_nothing_is_cached() {
    let app = app();
    for (loads, (path, headers)) in (1..).step_by(2).zip([
        ("/org", &[][..]),
        ("/org", &[("x-org", "one")]),
        ("/person", &[("x-org", "1")]),
        ("/person", &[("x-person", "5")]),
    ]) {
        assert_eq!(ask(&app, path, headers).await, loads, "{path} {headers:?}");
        assert_eq!(ask(&app, path, headers).await, loads + 1, "{path} {headers:?}");
    }
    let stats = Cache::current().stats();
    assert_eq!((stats.function("of_the_org").unscoped, stats.function("of_the_person").unscoped), (4, 4));
}

/// A tenant that is there for another reason, around the service, is not the request's.
#[cache_core::test]
async fn a_scope_around_the_service_is_none_of_its_requests() {
    let app = app();
    assert_eq!(with_tenant(Org(1), ask(&app, "/org", &[])).await, 1);
    assert_eq!(with_tenant(Org(1), ask(&app, "/org", &[])).await, 2);
}

/// An extractor that takes the application's state: whose token it is.
#[derive(Clone)]
struct Tokens(Arc<[(&'static str, u32)]>);

struct Token(Org);

impl<S: Sync> FromRequestParts<S> for Token
where
    Tokens: FromRef<S>,
{
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Token, StatusCode> {
        let Tokens(tokens) = Tokens::from_ref(state);
        let given = parts.headers.get("authorization").ok_or(StatusCode::UNAUTHORIZED)?;
        let org = tokens.iter().find_map(|(token, org)| (given == token).then_some(Org(*org)));
        org.map(Token).ok_or(StatusCode::UNAUTHORIZED)
    }
}

#[cache_core::test]
async fn an_extractor_may_take_the_state() {
    let tokens = Tokens(Arc::new([("a", 1), ("b", 2), ("c", 1)]));
    let layer = ScopeLayer::new(|Token(org): Token| Scopes::NONE.tenant(&org)).with_state(tokens);
    let app = Router::new().route("/org", get(of_the_org)).layer(layer).with_state(Arc::new(App::default()));
    let by = async |token| ask(&app, "/org", &[("authorization", token)]).await;
    assert_eq!((by("a").await, by("b").await, by("c").await), (1, 2, 1));
    assert_ne!(by("d").await, by("d").await);
}

/// A service is called once it is ready, and the one that was: its clone may not be.
#[tokio::test]
async fn the_service_that_was_ready_is_called() {
    #[derive(Default)]
    struct Once {
        ready: bool,
    }

    impl Clone for Once {
        fn clone(&self) -> Once {
            Once::default()
        }
    }

    impl Service<Request<()>> for Once {
        type Response = ();
        type Error = Infallible;
        type Future = std::future::Ready<Result<(), Infallible>>;

        fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Infallible>> {
            self.ready = true;
            std::task::Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Request<()>) -> Self::Future {
            assert!(std::mem::take(&mut self.ready), "it wasn't ready");
            std::future::ready(Ok(()))
        }
    }

    let mut service =
        tower::ServiceBuilder::new().layer(ScopeLayer::new(Session::scopes)).service(Once::default());
    for _ in 0..2 {
        service.ready().await.unwrap().call(Request::new(())).await.unwrap();
    }
    // Any service of requests will do, whatever its bodies are.
    let of_text = service_fn(async |_: Request<String>| Ok::<_, Infallible>(()));
    let layered = tower::ServiceBuilder::new().layer(ScopeLayer::new(Session::scopes)).service(of_text);
    layered.oneshot(Request::new(String::new())).await.unwrap();
}
