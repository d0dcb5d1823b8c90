//! What surrounds a call: the load that it is part of, and the ambient scopes.

use std::future::Future;
use std::sync::Arc;

use super::nested::{Frame, Unknown};
use super::unit::Unit;
use crate::declare::{Tenant, TenantPath, User, user_bytes};

tokio::task_local! {
    // Swapped in while a future is polled, so it serves sync code too and needs no runtime.
    static CONTEXT: Context;
}

/// What surrounds a call.
#[derive(Clone, Default, Debug)]
pub(crate) struct Context {
    frame: Option<Arc<Frame>>,
    scopes: Scopes,
    unit: Option<Arc<Unit>>,
}

/// The ambient scopes.
#[derive(Clone, Default, Debug)]
pub(crate) struct Scopes {
    tenant: Option<Arc<TenantPath>>,
    user: Option<Arc<[u8]>>,
}

impl Scopes {
    /// Those of this call. A call whose key was written in them loads in them, wherever it is polled later (I7).
    pub(crate) fn current() -> Scopes {
        CONTEXT.try_with(|context| context.scopes.clone()).unwrap_or_default()
    }

    fn with_tenant<T: Tenant>(self, tenant: &T) -> Scopes {
        Scopes { tenant: Some(Arc::new(TenantPath::of(tenant))), ..self }
    }

    fn with_user<U: User>(self, user: &U) -> Scopes {
        Scopes { user: Some(Arc::from(&user_bytes(user)[..])), ..self }
    }

    /// Calls it in these.
    pub(crate) fn enter<R>(&self, f: impl FnOnce() -> R) -> R {
        CONTEXT.sync_scope(Context { scopes: self.clone(), ..Context::current() }, f)
    }
}

impl Context {
    fn current() -> Context {
        CONTEXT.try_with(Context::clone).unwrap_or_default()
    }

    fn of_unit(unit: Arc<Unit>) -> Context {
        let context = Context::current();
        // What the work reads may be rolled back with it, so the load around it must not be kept.
        if let Some(frame) = &context.frame {
            frame.gather_unknown(Unknown::InUnit);
        }
        Context { unit: Some(unit), ..context }
    }

    fn scope<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        CONTEXT.scope(self, future)
    }
}

/// Calls it with the load that surrounds this call, if any.
#[inline]
pub(crate) fn with_frame<T>(f: impl FnOnce(&Arc<Frame>) -> T) -> Option<T> {
    CONTEXT.try_with(|context| context.frame.as_ref().map(f)).ok().flatten()
}

/// Runs a load: calls inside of it hand up to the frame.
pub(crate) fn in_frame<F: Future>(frame: Arc<Frame>, load: F) -> impl Future<Output = F::Output> {
    if unit().is_some() {
        frame.gather_unknown(Unknown::InUnit);
    }
    Context { frame: Some(frame), ..Context::current() }.scope(load)
}

/// Calls it as if no load surrounded it.
pub(crate) fn alone<R>(f: impl FnOnce() -> R) -> R {
    CONTEXT.sync_scope(Context { frame: None, ..Context::current() }, f)
}

/// Runs a body in the scopes of its call.
pub(crate) async fn in_scopes<F: Future>(scopes: Scopes, body: F) -> F::Output {
    Context { scopes, ..Context::current() }.scope(body).await
}

/// The unit of work around this call.
pub(crate) fn unit() -> Option<Arc<Unit>> {
    let unit = CONTEXT.try_with(|context| context.unit.clone()).ok().flatten();
    unit.filter(|unit| !unit.has_ended())
}

/// Whether what is stored may be served here: not in a unit of work that has written. If so, the load that surrounds
/// this call, if any, is told.
#[inline]
pub(crate) fn serve(tell: impl FnOnce(&Arc<Frame>)) -> bool {
    let serve = |context: &Context| {
        if context.unit.as_ref().is_some_and(|unit| unit.has_written()) {
            return false;
        }
        if let Some(frame) = &context.frame {
            tell(frame);
        }
        true
    };
    CONTEXT.try_with(serve).unwrap_or(true)
}

/// Runs work in a unit.
pub(crate) async fn in_unit<F: Future>(unit: Arc<Unit>, work: F) -> F::Output {
    Context::of_unit(unit).scope(work).await
}

/// The same for sync code.
pub(crate) fn in_unit_sync<R>(unit: Arc<Unit>, work: impl FnOnce() -> R) -> R {
    CONTEXT.sync_scope(Context::of_unit(unit), work)
}

/// The ambient tenant.
pub(crate) fn tenant() -> Option<Arc<TenantPath>> {
    CONTEXT.try_with(|context| context.scopes.tenant.clone()).ok().flatten()
}

/// The ambient user, in canonical bytes.
pub(crate) fn user() -> Option<Arc<[u8]>> {
    CONTEXT.try_with(|context| context.scopes.user.clone()).ok().flatten()
}

/// Runs a future with an ambient tenant: the scope of functions that say `per_tenant = ambient`.
///
/// ```
/// use cache_core::{Tenant, cached, with_tenant};
///
/// #[derive(Tenant, Clone, Copy)]
/// struct Org(i64);
///
/// #[cached(per_tenant = ambient)]
/// async fn logo() -> String { "a picture".into() }
///
/// # async fn handler() {
/// let logo = with_tenant(Org(7), logo()).await;
/// # }
/// ```
pub async fn with_tenant<T: Tenant, F: Future>(tenant: T, future: F) -> F::Output {
    // What else surrounds the call is what surrounds the await, not what surrounded this call.
    in_scopes(Scopes::current().with_tenant(&tenant), future).await
}

/// [`with_tenant`] for sync code.
pub fn with_tenant_sync<T: Tenant, R>(tenant: T, f: impl FnOnce() -> R) -> R {
    Scopes::current().with_tenant(&tenant).enter(f)
}

/// Runs a future with an ambient user: the scope of functions that say `per_user = ambient`.
pub async fn with_user<U: User, F: Future>(user: U, future: F) -> F::Output {
    in_scopes(Scopes::current().with_user(&user), future).await
}

/// [`with_user`] for sync code.
pub fn with_user_sync<U: User, R>(user: U, f: impl FnOnce() -> R) -> R {
    Scopes::current().with_user(&user).enter(f)
}

/// Spawns a task that goes on where this one is: what it calls counts as called inside of the load that surrounds
/// this call, and it has the same ambient scopes. With `tokio::spawn` neither is so.
///
/// The load must await the task: what the task calls after the load is over is not part of it.
///
/// # Panics
///
/// Outside of a tokio runtime, as `tokio::spawn` does.
pub fn spawn<F>(future: F) -> tokio::task::JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::spawn(Context::current().scope(future))
}
