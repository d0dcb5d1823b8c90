//! What generated code calls, in one of three ways.

use std::pin::Pin;
use std::task::{Context, Poll};

use crate::path::ask::How;
use crate::path::call::{Call, Dependencies};
use crate::path::read::{self, Read};
use crate::path::shape::{Kind, Shape};

/// What a call has prepared when nothing is found: what the value depends on is declared, and the body is there.
pub trait Prepare<B> {
    fn prepare(self, dependencies: &mut Dependencies) -> B;
}

/// A body whose value depends on nothing more than its key.
#[derive(Debug)]
pub struct Bare<B>(pub B);

impl<B> Prepare<B> for Bare<B> {
    #[inline]
    fn prepare(self, _: &mut Dependencies) -> B {
        self.0
    }
}

impl<P, B> Prepare<B> for P
where
    P: FnOnce(&mut Dependencies) -> B,
{
    #[inline]
    fn prepare(self, dependencies: &mut Dependencies) -> B {
        self(dependencies)
    }
}

/// Declares nothing.
pub const fn nothing(_: &mut Dependencies) {}

/// Says what a body returns, where nothing else does.
pub fn returned<R>() -> R {
    unreachable!("only its type is asked for")
}

/// Calls an async function. `prepare` declares what the value depends on, then returns the body, not yet begun.
#[inline]
pub fn run<R, K, P, B>(call: Call, shape: Shape<R, K>, prepare: P) -> impl Future<Output = R>
where
    K: Kind<R>,
    P: Prepare<B>,
    B: Future<Output = R>,
{
    let prepare = |dependencies: &mut Dependencies| prepare.prepare(dependencies);
    match call.how {
        How::Cached => Run::Cached(read::run(call, shape, prepare)),
        How::Refresh => Run::Refresh(Box::pin(read::refresh(call.asked(), shape, prepare))),
        How::Uncached => Run::Uncached(Box::pin(read::body(call, prepare))),
    }
}

/// [`run`] for sync functions.
#[inline]
pub fn run_sync<R, K, P, B>(call: Call, shape: Shape<R, K>, prepare: P) -> R
where
    K: Kind<R>,
    P: Prepare<B>,
    B: FnOnce() -> R,
{
    let prepare = |dependencies: &mut Dependencies| prepare.prepare(dependencies);
    match call.how {
        How::Cached => read::run_sync(call, shape, prepare),
        How::Refresh => read::refresh_sync(call, shape, prepare),
        How::Uncached => read::body_sync(call, prepare),
    }
}

/// A call under way. Boxed where it loads: what awaits it stays small.
enum Run<R, C, F, U> {
    Cached(Read<R, C>),
    Refresh(Pin<Box<F>>),
    Uncached(Pin<Box<U>>),
}

impl<R, C, F, U> Future for Run<R, C, F, U>
where
    C: Future<Output = R>,
    F: Future<Output = R>,
    U: Future<Output = R>,
{
    type Output = R;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        match self.get_mut() {
            Run::Cached(read) => Pin::new(read).poll(cx),
            Run::Refresh(refresh) => refresh.as_mut().poll(cx),
            Run::Uncached(body) => body.as_mut().poll(cx),
        }
    }
}
