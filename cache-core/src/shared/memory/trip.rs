//! The way of an operation to the servers and back.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use super::super::tier::{TagId, TierError};
use super::World;
use super::fault::Request;
use crate::sync::lock;

/// An operation on its way. It goes on when whoever sent it has gone away.
pub(super) struct Trip {
    pub(super) request: Request,
    pub(super) key: Option<String>,
    pub(super) tags: Vec<TagId>,
    /// The faults that it meets on its way there, in order.
    pub(super) before: VecDeque<u64>,
    /// Those that its answer meets on the way back.
    pub(super) after: VecDeque<u64>,
    pub(super) happened: bool,
    pub(super) load: Box<dyn Load>,
}

/// What is carried, whatever its types.
pub(super) trait Load: Send {
    /// Does on the servers what was asked, with so many of its tags.
    fn happen(&mut self, world: &mut World, tags: usize);
    /// Hands the answer over, or this error in its place; gives who is to be woken.
    fn answer(self: Box<Self>, error: Option<TierError>) -> Option<Waker>;
}

/// What is to be done, what came of it, and who waits for that.
pub(super) struct Carried<T, F> {
    pub(super) act: Option<F>,
    pub(super) answer: Option<T>,
    pub(super) reply: Arc<Reply<T>>,
}

impl<T: Send, F: FnOnce(&mut World, usize) -> T + Send> Load for Carried<T, F> {
    fn happen(&mut self, world: &mut World, tags: usize) {
        self.answer = self.act.take().map(|act| act(world, tags));
    }

    fn answer(self: Box<Self>, error: Option<TierError>) -> Option<Waker> {
        let answer = match (error, self.answer) {
            (None, Some(answer)) => Ok(answer),
            (error, _) => Err(error.unwrap_or_else(|| TierError::Unavailable("nothing happened".into()))),
        };
        let mut inbox = lock(&self.reply.0);
        inbox.answer = Some(answer);
        inbox.waker.take()
    }
}

/// Where an answer is waited for.
pub(super) struct Reply<T>(Mutex<Inbox<T>>);

struct Inbox<T> {
    answer: Option<Result<T, TierError>>,
    waker: Option<Waker>,
}

impl<T> Default for Reply<T> {
    fn default() -> Self {
        Reply(Mutex::new(Inbox { answer: None, waker: None }))
    }
}

/// Ready with the answer.
pub(super) struct Waiting<T>(pub(super) Arc<Reply<T>>);

impl<T> Future for Waiting<T> {
    type Output = Result<T, TierError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut inbox = lock(&self.0.0);
        match inbox.answer.take() {
            Some(answer) => Poll::Ready(answer),
            None => {
                inbox.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}
