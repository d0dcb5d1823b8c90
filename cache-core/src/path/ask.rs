//! How a function is called: as its callers do, or by its companion, which asks for something else and then calls the
//! very same function.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;

use crate::cache::Site;

/// How a function is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// `f(..)`.
    Cached,
    /// The same, and the lot fell on what would have been served: it is loaded again behind the caller, and compared.
    Drawn,
    /// `f::refresh(..)`.
    Refresh,
    /// `f::uncached(..)`.
    Uncached,
}

thread_local! {
    /// What the next call of a function on this thread is asked for.
    static ASKED: Cell<Option<(&'static Site, How)>> = const { Cell::new(None) };
}

/// How this call of the function is meant. A call of another function in between is not meant.
#[inline]
pub(crate) fn asked(site: &'static Site) -> How {
    match ASKED.get() {
        None => How::Cached,
        Some((other, how)) if std::ptr::eq(site, other) => {
            ASKED.set(None);
            how
        }
        Some(_) => How::Cached,
    }
}

/// While this lives, the next call is meant so.
#[derive(Debug)]
pub struct Asking(Option<(&'static Site, How)>);

impl Asking {
    fn of(site: &'static Site, how: How) -> Self {
        Asking(ASKED.replace(Some((site, how))))
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        ASKED.set(self.0);
    }
}

/// Calls an async function: `call` is the future that its call gives, not polled yet.
pub async fn ask<F: Future>(site: &'static Site, how: How, call: F) -> F::Output {
    let (mut call, mut how) = (pin!(call), Some(how));
    poll_fn(|cx| {
        // Asked by the function as soon as it is polled, and not known to what else is polled on this thread.
        let _asking = how.take().map(|how| Asking::of(site, how));
        call.as_mut().poll(cx)
    })
    .await
}

/// Calls a sync function: what is given first is evaluated first, the call after it.
pub fn ask_sync<R>(_asking: Asking, result: R) -> R {
    result
}

impl Site {
    /// The next call of the function is meant so.
    pub fn asking(&'static self, how: How) -> Asking {
        Asking::of(self, how)
    }
}
