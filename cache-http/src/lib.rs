//! Whose request it is: a [tower](https://docs.rs/tower) layer that sets the ambient tenant and user, by an extractor of the
//! application's own.
//!
//! ```standalone_crate
//! use axum::extract::FromRequestParts;
//! use axum::http::{StatusCode, request::Parts};
//! use axum::{Json, Router, routing::get};
//! use cache_core::{NoKey, Scopes, Tenant, User, cached};
//! use cache_http::ScopeLayer;
//!
//! #[derive(Tenant, Clone, Copy)]
//! struct Org(u32);
//!
//! #[derive(User, Clone, Copy)]
//! struct Person(u32);
//!
//! /// Who is logged in.
//! #[derive(NoKey)]
//! struct Session { org: Org, person: Person }
//!
//! impl<S: Sync> FromRequestParts<S> for Session {
//!     type Rejection = StatusCode;
//!     async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Session, StatusCode> {
//!         // By a cookie, a token ..
//!         # let number = |name| parts.headers.get(name).and_then(|text| text.to_str().ok()?.parse().ok());
//!         # match (number("x-org"), number("x-person")) {
//!         #     (Some(org), Some(person)) => return Ok(Session { org: Org(org), person: Person(person) }),
//!         #     _ => {}
//!         # }
//!         Err(StatusCode::UNAUTHORIZED)
//!     }
//! }
//!
//! /// An entry for each person of each org, though no argument is one.
//! #[cached(per_tenant = ambient, per_user = ambient)]
//! async fn greeting(session: Session) -> Json<String> {
//!     Json(format!("{} of {}", session.person.0, session.org.0))
//! }
//!
//! let layer = ScopeLayer::new(|session: Session| Scopes::NONE.tenant(&session.org).user(&session.person));
//! let app: Router = Router::new().route("/greeting", get(greeting)).layer(layer);
//! ```
//!
//! - **A request that the extractor refuses** goes on without scopes: what asks for one runs and is not cached, with a warning and
//!   the count `unscoped`. The layer answers nobody; refusing is the handler's, by the same extractor.
//! - **Scopes of a request are its own**: what was ambient around the service before is not.
//! - **The extractor runs twice** where the handler takes it too. One that costs something keeps what it found in the request's
//!   extensions.
//! - **A body that is streamed** is sent after the handler has returned, without scopes.
#![forbid(unsafe_code)]

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum_core::extract::FromRequestParts;
use cache_core::{Scopes, with_scopes};
use http::Request;
use tower_layer::Layer;
use tower_service::Service;

/// Sets the ambient scopes of requests: see the [crate](self).
pub struct ScopeLayer<E, F, S = ()> {
    state: S,
    scopes: F,
    extractor: PhantomData<fn() -> E>,
}

impl<E, F> ScopeLayer<E, F>
where
    F: Fn(E) -> Scopes,
{
    /// Those that a function says of what the extractor found.
    pub fn new(scopes: F) -> Self {
        ScopeLayer { state: (), scopes, extractor: PhantomData }
    }

    /// For an extractor that takes the application's state.
    pub fn with_state<S>(self, state: S) -> ScopeLayer<E, F, S> {
        ScopeLayer { state, scopes: self.scopes, extractor: PhantomData }
    }
}

impl<E, F: Clone, S: Clone> Clone for ScopeLayer<E, F, S> {
    fn clone(&self) -> Self {
        ScopeLayer { state: self.state.clone(), scopes: self.scopes.clone(), extractor: PhantomData }
    }
}

impl<E, F, S> fmt::Debug for ScopeLayer<E, F, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopeLayer").finish_non_exhaustive()
    }
}

impl<E, F: Clone, S: Clone, I> Layer<I> for ScopeLayer<E, F, S> {
    type Service = Scoped<E, F, S, I>;

    fn layer(&self, inner: I) -> Self::Service {
        Scoped { layer: self.clone(), inner }
    }
}

/// A service whose requests have scopes: what [`ScopeLayer`] makes.
pub struct Scoped<E, F, S, I> {
    layer: ScopeLayer<E, F, S>,
    inner: I,
}

impl<E, F: Clone, S: Clone, I: Clone> Clone for Scoped<E, F, S, I> {
    fn clone(&self) -> Self {
        Scoped { layer: self.layer.clone(), inner: self.inner.clone() }
    }
}

impl<E, F, S, I> fmt::Debug for Scoped<E, F, S, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scoped").finish_non_exhaustive()
    }
}

impl<E, F, S, I, B> Service<Request<B>> for Scoped<E, F, S, I>
where
    E: FromRequestParts<S> + Send,
    F: Fn(E) -> Scopes + Clone + Send + 'static,
    S: Clone + Send + Sync + 'static,
    I: Service<Request<B>> + Clone + Send + 'static,
    I::Future: Send,
    B: Send + 'static,
{
    type Response = I::Response;
    type Error = I::Error;
    type Future = Pin<Box<dyn Future<Output = Result<I::Response, I::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), I::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let ScopeLayer { state, scopes, .. } = self.layer.clone();
        // The one that is ready; a clone of it may not be.
        let ready = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, ready);
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            let extracted = E::from_request_parts(&mut parts, &state).await;
            // Refused: nobody's, so that nothing is cached that asks whose it is (I7).
            let scopes = extracted.map_or(Scopes::NONE, scopes);
            // Called within too: a service may do its work before its future is polled.
            with_scopes(scopes, async move { inner.call(Request::from_parts(parts, body)).await }).await
        })
    }
}
