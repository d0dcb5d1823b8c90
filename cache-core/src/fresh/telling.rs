//! Invalidations that are on their way to other processes.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use super::changes::Invalidated;

/// An invalidation that is under way.
#[derive(Debug)]
#[must_use = "it is sent whether or not it is waited for; only who waits knows when"]
pub(crate) enum Telling {
    Done(Invalidated),
    Sent(oneshot::Receiver<Invalidated>),
}

impl Future for Telling {
    type Output = Invalidated;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Invalidated> {
        match self.get_mut() {
            Telling::Done(invalidated) => Poll::Ready(*invalidated),
            // Without an answer its task was dropped, with the cache's runtime.
            Telling::Sent(answer) => {
                Pin::new(answer).poll(cx).map(|answer| answer.unwrap_or(Invalidated::Queued))
            }
        }
    }
}
