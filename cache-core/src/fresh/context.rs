//! What surrounds a call: the load that it is part of, and the ambient scopes.

use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};

use pin_project_lite::pin_project;

use super::nested::{Frame, Unknown};
use super::unit::Unit;
use crate::declare::{Tenant, TenantPath, User, user_bytes};

thread_local! {
    // Swapped in while a future is polled, so it serves sync code too and needs no runtime.
    // Without a destructor: calls of what is dropped when the thread ends are surrounded too. Nothing is left in it then,
    // for whatever is swapped in is swapped out.
    static CONTEXT: ManuallyDrop<RefCell<Context>> =
        const { ManuallyDrop::new(RefCell::new(Context::NONE)) };
    /// Whether neither a load nor a unit surrounds a call here.
    static BARE: Cell<bool> = const { Cell::new(true) };
}

/// What surrounds a call.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    frame: Option<Arc<Frame>>,
    scopes: Scopes,
    unit: Option<Arc<Unit>>,
}

/// A tenant, a user, both or neither: what [`with_scopes`] puts around a call.
///
/// ```
/// use cache_core::{Scopes, Tenant, User};
///
/// #[derive(Tenant)]
/// struct Org(i64);
///
/// #[derive(User)]
/// struct Person(i64);
///
/// let of_a_request = Scopes::NONE.tenant(&Org(7)).user(&Person(5));
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Scopes {
    tenant: Option<Arc<TenantPath>>,
    user: Option<Arc<[u8]>>,
}

impl Scopes {
    /// Nobody's: a call that asks for one is not cached.
    pub const NONE: Scopes = Scopes { tenant: None, user: None };

    /// Those of this call. A call whose key was written in them loads in them, wherever it is polled later (I7).
    pub(crate) fn current() -> Scopes {
        look(|context| context.scopes.clone())
    }

    /// With this tenant, in place of another.
    pub fn tenant<T: Tenant>(self, tenant: &T) -> Scopes {
        Scopes { tenant: Some(Arc::new(TenantPath::of(tenant))), ..self }
    }

    /// With this user, in place of another.
    pub fn user<U: User>(self, user: &U) -> Scopes {
        Scopes { user: Some(Arc::from(&user_bytes(user)[..])), ..self }
    }
}

impl Context {
    const NONE: Context = Context { frame: None, scopes: Scopes::NONE, unit: None };

    fn current() -> Context {
        look(Context::clone)
    }

    /// Of a load, in the scopes of its call: calls inside of it hand up to the frame.
    pub(crate) fn of_load(frame: Arc<Frame>, scopes: Scopes) -> Context {
        let unit = Context::current().unit;
        if unit.as_ref().is_some_and(|unit| !unit.has_ended()) {
            frame.gather_unknown(Unknown::InUnit);
        }
        Context { frame: Some(frame), scopes, unit }
    }

    /// Of this call, in other scopes.
    pub(crate) fn of_scopes(scopes: Scopes) -> Context {
        Context { scopes, ..Context::current() }
    }

    fn of_unit(unit: Arc<Unit>) -> Context {
        let context = Context::current();
        // What the work reads may be rolled back with it, so the load around it must not be kept.
        if let Some(frame) = &context.frame {
            frame.gather_unknown(Unknown::InUnit);
        }
        Context { unit: Some(unit), ..context }
    }

    /// Surrounds the calls of this thread until what is returned is dropped.
    pub(crate) fn enter(&mut self) -> Entered<'_> {
        CONTEXT.with(|current| swap(&mut current.borrow_mut(), self));
        Entered(self)
    }
}

fn swap(current: &mut Context, other: &mut Context) {
    std::mem::swap(current, other);
    BARE.set(current.frame.is_none() && current.unit.is_none());
}

/// A context, swapped in. What it replaced is swapped back when this is dropped.
#[derive(Debug)]
pub(crate) struct Entered<'a>(&'a mut Context);

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        CONTEXT.with(|current| swap(&mut current.borrow_mut(), self.0));
    }
}

pin_project! {
    /// A future, polled and dropped in a context.
    pub(crate) struct Within<F> {
        context: Context,
        #[pin]
        future: Option<F>,
    }

    impl<F> PinnedDrop for Within<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if this.future.is_some() {
                let _entered = this.context.enter();
                this.future.set(None);
            }
        }
    }
}

impl<F: Future> Within<F> {
    pub(crate) fn new(context: Context, future: F) -> Self {
        Within { context, future: Some(future) }
    }
}

impl<F: Future> Future for Within<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let _entered = this.context.enter();
        let polled = this.future.as_mut().as_pin_mut().expect("polled after it was ready").poll(cx);
        if polled.is_ready() {
            this.future.set(None);
        }
        polled
    }
}

/// Looks at what surrounds this call.
#[inline]
fn look<T>(f: impl FnOnce(&Context) -> T) -> T {
    CONTEXT.with(|context| f(&context.borrow()))
}

/// The load that surrounds this call.
pub(crate) fn frame() -> Option<Arc<Frame>> {
    look(|context| context.frame.clone())
}

/// Whether a load surrounds this call.
pub(crate) fn is_in_load() -> bool {
    look(|context| context.frame.is_some())
}

/// Runs a part of a load: calls inside of it hand up to the frame.
pub(crate) fn in_frame<F: Future>(frame: Arc<Frame>, part: F) -> Within<F> {
    Within::new(Context::of_load(frame, Scopes::current()), part)
}

/// Calls it as if no load surrounded it.
pub(crate) fn alone<R>(f: impl FnOnce() -> R) -> R {
    let mut context = Context { frame: None, ..Context::current() };
    let _entered = context.enter();
    f()
}

/// The unit of work around this call.
pub(crate) fn unit() -> Option<Arc<Unit>> {
    look(|context| context.unit.clone()).filter(|unit| !unit.has_ended())
}

/// Whether what is stored may be served here: not in a unit of work that has written. If so, the load that surrounds
/// this call, if any, is told, and may refuse.
// A part of each hit: not worth a call.
#[inline(always)]
pub(crate) fn serve(tell: impl FnOnce(&Frame) -> bool) -> bool {
    BARE.get() || serve_inside(tell)
}

#[cold]
fn serve_inside(tell: impl FnOnce(&Frame) -> bool) -> bool {
    let around = look(|context| {
        let served = !context.unit.as_ref().is_some_and(|unit| unit.has_written());
        served.then(|| context.frame.clone())
    });
    match around {
        Some(frame) => {
            // What tells may look at what surrounds it too.
            frame.is_none_or(|frame| tell(&frame))
        }
        None => false,
    }
}

/// Runs work in a unit.
pub(crate) async fn in_unit<F: Future>(unit: Arc<Unit>, work: F) -> F::Output {
    Within::new(Context::of_unit(unit), work).await
}

/// The same for sync code.
pub(crate) fn in_unit_sync<R>(unit: Arc<Unit>, work: impl FnOnce() -> R) -> R {
    let mut context = Context::of_unit(unit);
    let _entered = context.enter();
    work()
}

/// The ambient tenant.
pub(crate) fn tenant() -> Option<Arc<TenantPath>> {
    look(|context| context.scopes.tenant.clone())
}

/// The ambient user, in canonical bytes.
pub(crate) fn user() -> Option<Arc<[u8]>> {
    look(|context| context.scopes.user.clone())
}

pub(crate) async fn in_scopes<F: Future>(scopes: Scopes, future: F) -> F::Output {
    Within::new(Context::of_scopes(scopes), future).await
}

pub(crate) fn in_scopes_sync<R>(scopes: Scopes, f: impl FnOnce() -> R) -> R {
    let mut context = Context::of_scopes(scopes);
    let _entered = context.enter();
    f()
}

/// Runs a future with these ambient scopes and no others: a layer around requests does, for whose extractor
/// `cache_http::ScopeLayer` is.
pub async fn with_scopes<F: Future>(scopes: Scopes, future: F) -> F::Output {
    in_scopes(scopes, future).await
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
    in_scopes(Scopes::current().tenant(&tenant), future).await
}

/// [`with_tenant`] for sync code.
pub fn with_tenant_sync<T: Tenant, R>(tenant: T, f: impl FnOnce() -> R) -> R {
    in_scopes_sync(Scopes::current().tenant(&tenant), f)
}

/// Runs a future with an ambient user: the scope of functions that say `per_user = ambient`.
pub async fn with_user<U: User, F: Future>(user: U, future: F) -> F::Output {
    in_scopes(Scopes::current().user(&user), future).await
}

/// [`with_user`] for sync code.
pub fn with_user_sync<U: User, R>(user: U, f: impl FnOnce() -> R) -> R {
    in_scopes_sync(Scopes::current().user(&user), f)
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
    tokio::spawn(Within::new(Context::current(), future))
}
